// SPDX-License-Identifier: GPL-3.0-or-later
// A hundred power cuts in the time of ten: each begins where the box was kept while it played, and what is on its card
// afterwards is read beside it. It has to be whole, as new as was acknowledged, and an engine has to play it.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import { plays, say } from "./boot-checks.ts";
import { BOOT_PATIENCE_MS, type GuestBox } from "./guest-box.ts";
import {
  type Acknowledged,
  type CutResult,
  cutWhileHeard,
  losses,
  preload,
  takeFsyncAway,
  WRITER,
  writerProgram,
} from "./power-cuts.ts";

const LAYER = "/system/upper";
const SETTINGS = ["downbeat.yaml", "light-rack.json"].map((name) => `${LAYER}/etc/downbeat/${name}`);
const STATE = ["last-plan.json", "live-state.json"].map((name) => `${LAYER}/var/lib/downbeat/${name}`);
const PATIENCE_MS = 20_000;

/** @param deb - the package that the box has */
export async function cutManyTimes(
  box: GuestBox,
  deb: string,
  options: { readonly cuts: number; readonly hasFsync: boolean; readonly random: () => number },
): Promise<CutResult> {
  if (!options.hasFsync) await takeFsyncAway(box);
  await plays(box);
  await startWriter(box, options.hasFsync);
  await box.snapshot();
  await box.cutPower();
  const desk = mkdtempSync(path.join(tmpdir(), "downbeat-cuts-"));
  try {
    execFileSync("dpkg-deb", ["-x", deb, desk]);
    const lost: string[] = [];
    let acknowledged = 0;
    for (let cut = 1; cut <= options.cuts; cut += 1) {
      await box.start({ fromSnapshot: true });
      const tempo = 60 + (cut % 100);
      const line = await openLine(box);
      line.write(`${tempo}\n`);
      const acks = await cutWhileHeard(box, line, { ...options, tempo });
      line.destroy();
      acknowledged += acks.count;
      const misses = await lookAtCard(box, desk, acks).catch((error: unknown) => [String(error)]);
      if (misses.length > 0) lost.push(`cut ${cut}: ${misses.join("; ")}`);
      if (cut % 10 === 0 || misses.length > 0)
        say(
          `cut ${cut} of ${options.cuts}: ${acknowledged} writes acknowledged, ${lost.length} cuts with a loss (${misses.join("; ")})`,
        );
    }
    return { cuts: options.cuts, acknowledged, lost };
  } finally {
    rmSync(desk, { recursive: true, force: true });
  }
}

/** A writer that waits at the other end of a serial line: no network has to come back with a machine that was kept. */
async function startWriter(box: GuestBox, hasFsync: boolean): Promise<void> {
  box.copyIn(WRITER, "/root/cut-writer.mjs");
  const line = await openLine(box);
  const isReady = new Promise<void>((resolve) => {
    let said = "";
    // A serial line hands over a letter at a time when it likes.
    line.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("ready")) resolve();
    });
  });
  await box.run("stty -F /dev/ttyS1 raw -echo");
  const writer = `exec ${preload(hasFsync)}/usr/lib/downbeat/node /root/cut-writer.mjs </dev/ttyS1 >/dev/ttyS1`;
  await box.run(`systemd-run --unit=cut-writer sh -c '${writer}'`);
  const began = performance.now();
  const isThere = await Promise.race([
    isReady.then(() => true),
    sleep(BOOT_PATIENCE_MS, false, { ref: false }),
  ]);
  line.destroy();
  if (!isThere) throw new Error(`no writer: ${(await box.try("systemctl status cut-writer")).stdout}`);
  say(`the writer was ready after ${Math.round((performance.now() - began) / 1000)} s`);
}

/** A machine that begins has no line yet. */
async function openLine(box: GuestBox): Promise<Socket> {
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(50)) {
    const line = box.line();
    const isOpen = await Promise.race([
      once(line, "connect").then(() => true),
      once(line, "error").then(() => false),
    ]).catch(() => false);
    if (isOpen) return line.on("error", () => undefined);
    if (performance.now() > until) throw new Error("the machine opened no line");
  }
}

async function lookAtCard(box: GuestBox, desk: string, acks: Acknowledged): Promise<readonly string[]> {
  const [etc, state] = ["etc-downbeat", "state"].map((name) => path.join(desk, name)) as [string, string];
  for (const folder of [etc, state]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
  }
  box.saveFiles([...SETTINGS], etc);
  box.saveFiles([...STATE], state);
  const program = path.join(desk, "usr/lib/downbeat");
  const found = JSON.parse(
    execFileSync(path.join(program, "node"), ["--input-type=module", "-", "--read"], {
      input: writerProgram(),
      encoding: "utf8",
      env: { ...process.env, PROGRAM: program, SETTINGS: path.join(etc, "downbeat.yaml"), STATE: state },
    }),
  );
  return losses(acks, found, await startedFrom(path.join(program, "downbeat-engine"), state, desk));
}

/** What an engine plays that finds this. */
async function startedFrom(engine: string, found: string, desk: string): Promise<string> {
  const state = path.join(desk, "played");
  rmSync(state, { recursive: true, force: true });
  cpSync(found, state, { recursive: true });
  const child = spawn(engine, ["--state", state, "--null"], { stdio: "ignore" });
  try {
    for (const until = performance.now() + PATIENCE_MS; ; await sleep(50)) {
      const client = await EngineClient.connect(state, "observer", "power cuts").catch(() => null);
      if (client !== null) {
        const { status } = (await client.request("status")) as {
          status: { readonly engine: { readonly startedFrom: string } };
        };
        client.close();
        return status.engine.startedFrom;
      }
      if (performance.now() > until) return "nothing";
    }
  } finally {
    child.kill("SIGKILL");
  }
}
