// SPDX-License-Identifier: GPL-3.0-or-later
// One minute of MIDI clock, made in several ways at once, and beside it what the machine itself can do.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EngineClient } from "../../../engine/binding/engine-client.ts";
import type { ClockReport, EngineStatus, WireFigures } from "../../../engine/binding/engine-status.ts";
import { projectFolder } from "../../../engine/binding/places.ts";
import { PtyRecorder, type StampedByte, testTool } from "../../support/pty-recorder.ts";
import { writeFloodSession } from "./clock-flood.ts";
import { medianOf, type Percentiles, percentilesOf } from "./figures.ts";

export const TEMPO_BPM = 120;
export const TICK_MICROS = 60e6 / TEMPO_BPM / 24;
const TICK = 0xf8;
const PORT = "bench";
/** That of the engine's midi thread (native/platform/thread.hpp). */
const PRIORITY = 60;
const WARM_UP_MS = 2000;
const PATIENCE_MS = 20_000;

export interface ClockRun {
  /** Our ticks, against the beat line, when they were handed to the port. */
  readonly engine: Percentiles;
  /** Null where this user may not have realtime priority. */
  readonly cyclictest: Percentiles | null;
  /** The same clock by a Node timer for each tick, against its own grid. */
  readonly nodeTimer: Percentiles;
  /** The same clock by a thread that looks every millisecond, against its own grid. */
  readonly polling: Percentiles;
  /** Our ticks at the other end of the pseudo terminal, against the earliest of the run. */
  readonly reader: Percentiles;
  /** Ticks that the grid has and the run has not. */
  readonly missing: number;
  readonly isRealtime: boolean;
  readonly wire: WireFigures;
  /** Messages a second that went through the wire, ticks among them. */
  readonly sentPerSecond: number;
  /** Values a second that a newer one replaced. */
  readonly replacedPerSecond: number;
}

export interface ClockRunOptions {
  readonly seconds: number;
  /** For stress-ng; empty leaves the machine alone. */
  readonly stress: readonly string[];
  /** Offers more controllers to the port than fit through it. */
  readonly flood: boolean;
}

export async function clockRun({ seconds, stress, flood }: ClockRunOptions): Promise<ClockRun> {
  const folder = mkdtempSync(path.join(tmpdir(), "downbeat-clock-"));
  const recorders = [
    await PtyRecorder.start(),
    await PtyRecorder.start(),
    await PtyRecorder.start(),
  ] as const;
  const [ours, nodes, pollers] = recorders;
  const programs: ChildProcess[] = [];
  const started = (program: ChildProcess): ChildProcess => {
    programs.push(program);
    return program;
  };
  try {
    const session = flood ? path.join(folder, "flood.json") : null;
    if (session !== null) writeFloodSession(session, PORT);
    const settings = path.join(folder, "downbeat.yaml");
    writeFileSync(settings, settingsFor(ours.path, session));
    const program = path.join(projectFolder(), "downbeat");
    started(start(program, ["run", "--null", "--config", settings, "--state", folder, "--port", "0"]));
    if (stress.length > 0)
      started(start("stress-ng", [...stress, "--quiet", "--timeout", `${seconds + 60}`]));
    await firstTick(ours);
    await sleep(WARM_UP_MS);

    const client = await EngineClient.connect(folder, "observer", "bench clock");
    await client.request("clock", { reset: true });
    const before = portOf(await statusOf(client));
    const begun = monotonicMicros();
    const clockArguments = (tty: string): string[] => [tty, String(seconds), String(TICK_MICROS)];
    const cyclictestFile = path.join(folder, "cyclictest.json");
    const cyclictest = started(start("cyclictest", cyclictestArguments(cyclictestFile, seconds)));
    const others = [
      latenessOf(started(printing(testTool("polling-clock"), clockArguments(pollers.path)))),
      latenessOf(
        started(
          printing(process.execPath, [
            path.join(import.meta.dirname, "node-clock.ts"),
            ...clockArguments(nodes.path),
          ]),
        ),
      ),
    ];
    await sleep(seconds * 1000);
    const ended = monotonicMicros();
    const report = (await client.request("clock")).clock as ClockReport;
    const status = await statusOf(client);
    client.close();
    const after = portOf(status);
    const [polling, nodeTimer] = (await Promise.all(others)) as [Percentiles, Percentiles];
    await ending(cyclictest);
    const { all } = report;
    const elapsed = (ended - begun) / 1e6;
    return {
      engine: {
        count: all.count,
        p50: all.p50Micros,
        p99: all.p99Micros,
        p999: all.p999Micros,
        max: all.maxMicros,
      },
      cyclictest: cyclictest.exitCode === 0 ? cyclictestPercentiles(cyclictestFile) : null,
      nodeTimer,
      polling,
      ...atTheReader(ours.bytes, begun, ended),
      isRealtime: status.midi.isRealtime,
      wire: after.wire,
      sentPerSecond: (after.sent - before.sent) / elapsed,
      replacedPerSecond: (after.wire.coalesced - before.wire.coalesced) / elapsed,
    };
  } finally {
    for (const program of programs) await ending(program, "SIGTERM");
    for (const recorder of recorders) await recorder.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function settingsFor(port: string, session: string | null): string {
  return [
    "version: 1",
    ...(session === null ? [] : [`session: ${session}`]),
    "link:",
    "  enabled: false",
    "transport:",
    `  tempo: ${TEMPO_BPM}`,
    "midi:",
    "  virtualPort: null",
    "  ports:",
    `    - id: ${PORT}`,
    "      kind: serial",
    `      name: ${port}`,
    "",
  ].join("\n");
}

/** The same number of wake-ups as there are ticks; `--laptop`: it must not keep the processor awake for us. */
function cyclictestArguments(file: string, seconds: number): string[] {
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
function atTheReader(
  bytes: readonly StampedByte[],
  begun: number,
  ended: number,
): { readonly reader: Percentiles; readonly missing: number } {
  const ticks = bytes
    .filter(({ byte, micros }) => byte === TICK && micros >= begun && micros <= ended)
    .map(({ micros }) => micros);
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

function printing(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
}

/** Of a program that prints one lateness on each line. */
async function latenessOf(program: ChildProcess): Promise<Percentiles> {
  let text = "";
  program.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await once(program, "close");
  return percentilesOf(text.trim().split("\n").map(Number));
}

async function ending(program: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, "exit");
  if (signal !== undefined) program.kill(signal);
  await ended;
}

async function statusOf(client: EngineClient): Promise<EngineStatus> {
  return (await client.request("status")).status as EngineStatus;
}

function portOf(status: EngineStatus) {
  const port = status.midi.ports.find(({ id }) => id === PORT);
  if (port === undefined) throw new Error(`the engine has no port "${PORT}"`);
  return port;
}

/** CLOCK_MONOTONIC, as the recorder's. */
function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
