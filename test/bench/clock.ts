// SPDX-License-Identifier: GPL-3.0-or-later
// How late is a MIDI clock tick? Three ways to look at one run: at the reading end of a serial port (a
// pseudo terminal stands for the UART), by the engine's own histogram, and beside them cyclictest, which
// says what the machine can do for a thread of the same priority that wakes as often. Once with the machine
// left alone, once with every processor, the memory and the disk at work.
//   npm run bench:clock -- [--seconds 20] [--json]
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import type { EngineStatus } from "../../engine/binding/engine-status.ts";
import { projectFolder } from "../../engine/binding/places.ts";
import { table } from "../../engine/cli/table.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { medianOf, type Percentiles, percentilesOf } from "./support/figures.ts";

const TICK = 0xf8;
const TICKS_PER_BEAT = 24;
const TEMPO_BPM = 120;
const TICK_MICROS = 60e6 / TEMPO_BPM / TICKS_PER_BEAT;
/** That of the engine's midi thread (native/platform/thread.hpp). */
const PRIORITY = 60;
const WARM_UP_MS = 2000;
const PATIENCE_MS = 20_000;
const STRESS = ["--cpu", "2", "--vm", "1", "--vm-bytes", "128M", "--io", "1"];

interface ClockRun {
  /** Against the earliest tick of the run: the way to the reader included. */
  readonly reader: Percentiles;
  /** Ticks that the grid has and the run has not. */
  readonly missing: number;
  /** Against the beat line, when a tick was handed to the port; since the engine's start. */
  readonly engine: Percentiles;
  /** Null where this user may not have realtime priority. */
  readonly cyclictest: Percentiles | null;
  readonly isRealtime: boolean;
}

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "20" }, json: { type: "boolean", default: false } },
});
const seconds = Number(options.seconds);

const idle = await measure([]);
const stressed = await measure(STRESS);
const result = { unit: "us", seconds, tempoBpm: TEMPO_BPM, stress: STRESS.join(" "), idle, stressed };
process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${report(idle, stressed)}\n`);

async function measure(stress: readonly string[]): Promise<ClockRun> {
  const folder = mkdtempSync(path.join(tmpdir(), "downbeat-clock-"));
  const recorder = await PtyRecorder.start();
  const programs: ChildProcess[] = [];
  try {
    writeFileSync(path.join(folder, "downbeat.yaml"), settingsFor(recorder.path));
    programs.push(
      start(path.join(projectFolder(), "downbeat"), [
        "run",
        "--null",
        "--config",
        path.join(folder, "downbeat.yaml"),
        "--state",
        folder,
        "--port",
        "0",
      ]),
    );
    const work =
      stress.length > 0 ? start("stress-ng", [...stress, "--quiet", "--timeout", `${seconds + 60}`]) : null;
    await firstTick(recorder);
    await sleep(WARM_UP_MS);
    const cyclictestFile = path.join(folder, "cyclictest.json");
    const begun = monotonicMicros();
    const cyclictest = start("cyclictest", cyclictestArguments(cyclictestFile));
    await sleep(seconds * 1000);
    const ended = monotonicMicros();
    const status = await engineStatus(folder);
    await ending(cyclictest);
    if (work !== null) await ending(work, "SIGTERM");
    const ticks = recorder.bytes
      .filter(({ byte, micros }) => byte === TICK && micros >= begun && micros <= ended)
      .map(({ micros }) => micros);
    const clock = status.midi.clock;
    return {
      ...latenessOf(ticks),
      engine: {
        count: clock.count,
        p50: clock.p50Micros,
        p99: clock.p99Micros,
        p999: clock.p999Micros,
        max: clock.maxMicros,
      },
      cyclictest: cyclictest.exitCode === 0 ? cyclictestPercentiles(cyclictestFile) : null,
      isRealtime: status.midi.isRealtime,
    };
  } finally {
    for (const program of programs) await ending(program, "SIGTERM");
    await recorder.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function settingsFor(port: string): string {
  return [
    "version: 1",
    "link:",
    "  enabled: false",
    "transport:",
    `  tempo: ${TEMPO_BPM}`,
    "midi:",
    "  virtualPort: null",
    "  ports:",
    "    - id: bench",
    "      kind: serial",
    `      name: ${port}`,
    "",
  ].join("\n");
}

/** The same number of wake-ups as there are ticks; `--laptop`: it must not keep the processor awake for us. */
function cyclictestArguments(file: string): string[] {
  return [
    "--quiet",
    "--mlockall",
    "--laptop",
    `--priority=${PRIORITY}`,
    `--interval=${Math.round(TICK_MICROS)}`,
    `--duration=${seconds}`,
    "--histogram=100000",
    `--json=${file}`,
  ];
}

function cyclictestPercentiles(file: string): Percentiles {
  const { thread } = JSON.parse(readFileSync(file, "utf8")) as {
    thread: Record<string, { histogram: Record<string, number>; max: number }>;
  };
  const values = Object.entries(thread["0"]?.histogram ?? {}).flatMap(([micros, count]) =>
    new Array<number>(count).fill(Number(micros)),
  );
  return percentilesOf(values);
}

/**
 * Alone with the null driver the ticks lie on an even grid. Its spacing is known; the clock that stamps may
 * run a little faster or slower than the one that plays, so the spacing is taken from the run itself.
 */
function latenessOf(ticks: readonly number[]): { reader: Percentiles; missing: number } {
  const missing = Math.round(((ticks.at(-1) ?? 0) - (ticks[0] ?? 0)) / TICK_MICROS) - (ticks.length - 1);
  const half = Math.floor(ticks.length / 2);
  const spacing = medianOf(ticks.slice(half).map((micros, i) => (micros - (ticks[i] ?? 0)) / half));
  const offsets = ticks.map((micros, i) => micros - i * spacing);
  const earliest = Math.min(...offsets);
  return { reader: percentilesOf(offsets.map((offset) => offset - earliest)), missing };
}

/** The engine opens its ports by itself, a moment after it plays. */
async function firstTick(recorder: PtyRecorder): Promise<void> {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(20)) {
    if (recorder.bytes.some(({ byte }) => byte === TICK)) return;
  }
  throw new Error(`no tick arrived within ${PATIENCE_MS / 1000} s`);
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: "ignore" });
}

async function ending(program: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, "exit");
  if (signal !== undefined) program.kill(signal);
  await ended;
}

async function engineStatus(folder: string): Promise<EngineStatus> {
  const client = await EngineClient.connect(folder, "observer", "bench clock");
  const answer = await client.request("status");
  client.close();
  return answer.status as EngineStatus;
}

/** CLOCK_MONOTONIC, as the recorder's. */
function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function report(idle: ClockRun, stressed: ClockRun): string {
  const row = (name: string, figures: Percentiles | null): string[] =>
    figures === null
      ? [name, "no realtime priority for this user"]
      : [
          name,
          String(figures.count).padStart(6),
          ...[figures.p50, figures.p99, figures.p999, figures.max].map((value) =>
            value.toFixed(0).padStart(6),
          ),
          "us",
        ];
  const rows = (name: string, run: ClockRun): string[][] => [
    row(`${name}: at the reader`, run.reader),
    row(`${name}: in the engine, from its start`, run.engine),
    row(`${name}: cyclictest`, run.cyclictest),
  ];
  const notes = [
    `${seconds} s each at ${TEMPO_BPM} bpm, a tick every ${TICK_MICROS.toFixed(0)} us. At work: stress-ng ${STRESS.join(" ")}`,
    `Missing ticks: ${idle.missing} idle, ${stressed.missing} at work.`,
  ];
  if (!idle.isRealtime) notes.push("The engine had no realtime priority.");
  return [
    table([
      ["lateness", " ticks", "   p50", "   p99", " p99.9", "   max", ""],
      ...rows("idle", idle),
      ...rows("at work", stressed),
    ]),
    "",
    ...notes,
  ].join("\n");
}
