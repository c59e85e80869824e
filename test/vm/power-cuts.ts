// SPDX-License-Identifier: GPL-3.0-or-later
// The plug is pulled while settings, plans and live state are written. What was acknowledged has to be there afterwards,
// whole, and the box plays. Without fsync the same loop has to lose something: else it could not see a loss.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { plays, say } from "./boot-checks.ts";
import type { GuestBox } from "./guest-box.ts";

const NO_FSYNC = "/usr/local/lib/no-fsync.so";
const SHORTEST_MS = 400;
const LONGEST_MS = 4000;

/** What is there: the number of the newest settings, of the newest plan, and the tempo that was kept. */
interface Found {
  readonly settings: number;
  readonly plan: number;
  readonly tempo: number;
}

export interface CutResult {
  readonly cuts: number;
  readonly acknowledged: number;
  /** Sentences, one for each loss. */
  readonly lost: readonly string[];
}

/** A program for the box: writer, or reader when `--read` is given. */
const program = (): string => readFileSync(path.join(import.meta.dirname, "cut-writer.js"), "utf8");

async function read(box: GuestBox): Promise<Found> {
  return JSON.parse(await box.run("/usr/lib/downbeat/node --input-type=module - --read", program())) as Found;
}

/** @param random - 0 to 1 */
export async function cutPower(
  box: GuestBox,
  options: { readonly cuts: number; readonly hasFsync: boolean; readonly random: () => number },
): Promise<CutResult> {
  await setFsync(box, options.hasFsync);
  const lost: string[] = [];
  let acknowledged = 0;
  for (let cut = 1; cut <= options.cuts; cut += 1) {
    await plays(box);
    const begin = await read(box);
    const acks = { settings: begin.settings, plan: begin.plan, tempo: begin.tempo };
    const preload = options.hasFsync ? "" : `LD_PRELOAD=${NO_FSYNC} `;
    const tempo = 60 + (cut % 100);
    const writer = box.spawn(`${preload}/usr/lib/downbeat/node --input-type=module - --tempo ${tempo}`);
    let rest = "";
    let said = "";
    const first = new Promise<void>((resolve) => {
      writer.stdout?.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const [kind = "", number = ""] = line.split(" ");
          if (kind !== "settings" && kind !== "plan" && kind !== "tempo") continue;
          acks[kind] = Number(number);
          acknowledged += 1;
          resolve();
        }
      });
    });
    writer.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    writer.stdin?.on("error", () => undefined);
    writer.stdin?.end(program());
    await Promise.race([first, sleep(30_000)]);
    assert.ok(acks.settings > begin.settings, `the writer did not write: ${said}`);
    await sleep(SHORTEST_MS + (LONGEST_MS - SHORTEST_MS) * options.random());
    await box.cutPower();
    writer.kill("SIGKILL");
    await box.boot();
    const status = await plays(box);
    const found = await read(box).catch((error: unknown) => {
      lost.push(`cut ${cut}: what was written cannot be read: ${String(error)}`);
      return null;
    });
    if (found === null) continue;
    const misses = [
      ...(found.settings < acks.settings
        ? [`settings ${acks.settings} acknowledged, ${found.settings} found`]
        : []),
      ...(found.plan < acks.plan ? [`plan ${acks.plan} acknowledged, ${found.plan} found`] : []),
      ...(acks.tempo === tempo && found.tempo !== tempo
        ? [`tempo ${tempo} acknowledged, ${found.tempo} found`]
        : []),
      ...(status.engine.startedFrom === "lastPlan" ? [] : [`it started from ${status.engine.startedFrom}`]),
    ];
    if (misses.length > 0) lost.push(`cut ${cut}: ${misses.join("; ")}`);
    if (cut % 10 === 0 || misses.length > 0)
      say(
        `cut ${cut} of ${options.cuts}: ${acknowledged} writes acknowledged, ${lost.length} cuts with a loss${misses.length > 0 ? ` (${misses.join("; ")})` : ""}`,
      );
  }
  return { cuts: options.cuts, acknowledged, lost };
}

/** Without: both services get a library that makes syncing do nothing. */
async function setFsync(box: GuestBox, hasFsync: boolean): Promise<void> {
  const folders = ["downbeat-engine.service", "downbeat.service"].map(
    (unit) => `/etc/systemd/system/${unit}.d`,
  );
  if (hasFsync) {
    await box.run(`rm -rf ${folders.join(" ")}; sync`);
  } else {
    box.copyIn("/usr/lib/x86_64-linux-gnu/libeatmydata.so", NO_FSYNC);
    for (const folder of folders)
      await box.run(
        `mkdir -p ${folder}; cat >${folder}/no-fsync.conf`,
        `[Service]\nEnvironment=LD_PRELOAD=${NO_FSYNC}\n`,
      );
    await box.run("sync");
  }
  await box.run("systemctl daemon-reload; systemctl restart downbeat-engine.service downbeat.service");
}
