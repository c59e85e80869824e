// SPDX-License-Identifier: GPL-3.0-or-later
// The plug is pulled while settings, plans and live state are written. What was acknowledged has to be there afterwards,
// whole, and the box plays. Without fsync the same loop has to lose something: else it could not see a loss.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { plays, say } from "./boot-checks.ts";
import { BOOT_PATIENCE_MS, type GuestBox } from "./guest-box.ts";

const NO_FSYNC = "/usr/local/lib/no-fsync.so";
const SHORTEST_MS = 400;
const LONGEST_MS = 4000;

/** What is there: the number of the newest settings, of the newest plan, and the tempo that was kept. */
interface Found {
  readonly settings: number;
  readonly plan: number;
  readonly tempo: number;
}

/** What was promised to be there; the tempo is `wanted` or what it was before. */
export interface Acknowledged extends Found {
  readonly wanted: number;
  readonly count: number;
}

export interface CutOptions {
  readonly hasFsync: boolean;
  /** 0 to 1. */
  readonly random: () => number;
}

export interface CutResult {
  readonly cuts: number;
  readonly acknowledged: number;
  /** Sentences, one for each loss. */
  readonly lost: readonly string[];
}

/** A program for the box: writer, or reader when `--read` is given. */
export const WRITER = path.join(import.meta.dirname, "cut-writer.js");
export const writerProgram = (): string => readFileSync(WRITER, "utf8");

async function read(box: GuestBox): Promise<Found> {
  return JSON.parse(
    await box.run("/usr/lib/downbeat/node --input-type=module - --read", writerProgram()),
  ) as Found;
}

/** The box boots after each cut. */
export async function cutPower(
  box: GuestBox,
  options: CutOptions & { readonly cuts: number },
): Promise<CutResult> {
  if (!options.hasFsync) await takeFsyncAway(box);
  const lost: string[] = [];
  let acknowledged = 0;
  for (let cut = 1; cut <= options.cuts; cut += 1) {
    await plays(box);
    const acks = await cutWhileWriting(box, { ...options, tempo: 60 + (cut % 100) });
    acknowledged += acks.count;
    await box.boot();
    const status = await plays(box);
    const misses = await read(box).then(
      (found) => losses(acks, found, status.engine.startedFrom),
      (error: unknown) => [`what was written cannot be read: ${String(error)}`],
    );
    if (misses.length > 0) lost.push(`cut ${cut}: ${misses.join("; ")}`);
    say(
      `cut ${cut} of ${options.cuts}: ${acknowledged} writes acknowledged, ${lost.length} cuts with a loss`,
    );
  }
  return { cuts: options.cuts, acknowledged, lost };
}

/** Starts a writer, and pulls the plug in the middle of its work. @returns what was acknowledged by then */
async function cutWhileWriting(
  box: GuestBox,
  { hasFsync, random, tempo }: CutOptions & { readonly tempo: number },
): Promise<Acknowledged> {
  const writer = box.spawn(
    `${preload(hasFsync)}/usr/lib/downbeat/node --input-type=module - --tempo ${tempo}`,
  );
  writer.stdin?.on("error", () => undefined);
  writer.stdin?.end(writerProgram());
  const acks = await cutWhileHeard(box, writer.stdout, { random, tempo });
  writer.kill("SIGKILL");
  return acks;
}

/** In front of a command: nothing of it is synced. */
export const preload = (hasFsync: boolean): string => (hasFsync ? "" : `env LD_PRELOAD=${NO_FSYNC} `);

/** Pulls the plug a while after the first word of a writer. @returns what it acknowledged by then */
export async function cutWhileHeard(
  box: GuestBox,
  words: Readable | null,
  { random, tempo }: { readonly random: () => number; readonly tempo: number },
): Promise<Acknowledged> {
  const acks = { settings: 0, plan: 0, tempo: 0 };
  let count = 0;
  let rest = "";
  const first = new Promise<void>((resolve) => {
    words?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [kind = "", number = ""] = line.split(" ");
        if (kind !== "settings" && kind !== "plan" && kind !== "tempo") continue;
        acks[kind] = Number(number);
        count += 1;
        resolve();
      }
    });
  });
  await Promise.race([first, sleep(BOOT_PATIENCE_MS, undefined, { ref: false })]);
  assert.ok(count > 0, "the writer did not write");
  await sleep(SHORTEST_MS + (LONGEST_MS - SHORTEST_MS) * random());
  await box.cutPower();
  return { ...acks, wanted: tempo, count };
}

/** Sentences: what was promised and is not there. */
export function losses(acks: Acknowledged, found: Found, startedFrom: string): readonly string[] {
  return [
    ...(found.settings < acks.settings
      ? [`settings ${acks.settings} acknowledged, ${found.settings} found`]
      : []),
    ...(found.plan < acks.plan ? [`plan ${acks.plan} acknowledged, ${found.plan} found`] : []),
    ...(acks.tempo === acks.wanted && found.tempo !== acks.wanted
      ? [`tempo ${acks.wanted} acknowledged, ${found.tempo} found`]
      : []),
    ...(startedFrom === "lastPlan" ? [] : [`it started from ${startedFrom}`]),
  ];
}

/** Both services get a library that makes syncing do nothing. */
export async function takeFsyncAway(box: GuestBox): Promise<void> {
  box.copyIn("/usr/lib/x86_64-linux-gnu/libeatmydata.so", NO_FSYNC);
  for (const unit of ["downbeat-engine.service", "downbeat.service"]) {
    const folder = `/etc/systemd/system/${unit}.d`;
    await box.run(
      `mkdir -p ${folder}; cat >${folder}/no-fsync.conf`,
      `[Service]\nEnvironment=LD_PRELOAD=${NO_FSYNC}\n`,
    );
  }
  await box.run("sync; systemctl daemon-reload; systemctl restart downbeat-engine.service downbeat.service");
}
