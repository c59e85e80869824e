// SPDX-License-Identifier: GPL-3.0-or-later
// How late is a MIDI clock tick? With the machine left alone, with every processor, the memory and the disk
// at work, and with more controllers offered to the same port than a MIDI cable carries. Each time beside
// cyclictest, which says what the machine can do for a thread of the same priority that wakes as often, and
// beside the same clock made in two common ways. The port is a serial one; a pseudo terminal stands for it.
//   npm run bench:clock -- [--seconds 20] [--json]
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { table } from "../../engine/cli/table.ts";
import { testTool } from "../support/pty-recorder.ts";
import { FLOOD_PER_SECOND } from "./support/clock-flood.ts";
import { type ClockRun, clockRun, TEMPO_BPM, TICK_MICROS } from "./support/clock-run.ts";
import type { Percentiles } from "./support/figures.ts";

const STRESS = ["--cpu", "2", "--vm", "1", "--vm-bytes", "128M", "--io", "1"];
/** Above the median of cyclictest, microseconds, and a factor of its 99th percentile. */
const AIM = { p50Micros: 10, p99Ratio: 1.3 };

interface QueueCost {
  readonly throughNanos: number;
  readonly offerNanos: number;
  readonly takeNanos: number;
  readonly replaceNanos: number;
  readonly pushOutNanos: number;
  readonly bytes: number;
}

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "20" }, json: { type: "boolean", default: false } },
});
const seconds = Number(options.seconds);

const runs = {
  idle: await clockRun({ seconds, stress: [], flood: false }),
  atWork: await clockRun({ seconds, stress: STRESS, flood: false }),
  flooded: await clockRun({ seconds, stress: [], flood: true }),
};
const queue = JSON.parse(execFileSync(testTool("wire-timer"), { encoding: "utf8" })) as QueueCost;
const result = {
  unit: "us",
  seconds,
  tempoBpm: TEMPO_BPM,
  stress: STRESS.join(" "),
  floodPerSecond: FLOOD_PER_SECOND,
  aim: AIM,
  ratios: Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, ratiosOf(run)])),
  ...runs,
  queue,
};
process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${report()}\n`);

/** Against cyclictest of the same minute; null without it. */
function ratiosOf({ engine, cyclictest, nodeTimer, polling }: ClockRun) {
  if (cyclictest === null) return null;
  return {
    p50MicrosAbove: engine.p50 - cyclictest.p50,
    p99: engine.p99 / cyclictest.p99,
    nodeTimerP99: nodeTimer.p99 / engine.p99,
    pollingP99: polling.p99 / engine.p99,
  };
}

function report(): string {
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
    row(`${name}: the engine`, run.engine),
    row(`${name}: cyclictest`, run.cyclictest),
    row(`${name}: a Node timer`, run.nodeTimer),
    row(`${name}: a thread that looks every ms`, run.polling),
    row(`${name}: the engine, at the reader`, run.reader),
  ];
  const { idle, atWork, flooded } = runs;
  const verdict = (name: string, run: ClockRun): string[] => {
    const ratios = ratiosOf(run);
    if (ratios === null) return [];
    const isReached = ratios.p50MicrosAbove <= AIM.p50Micros && ratios.p99 <= AIM.p99Ratio;
    const p50 = ratios.p50MicrosAbove.toFixed(0);
    const others = `a Node timer ${ratios.nodeTimerP99.toFixed(1)}, a polling thread ${ratios.pollingP99.toFixed(1)} times as late as the engine at p99`;
    return [
      `${name}: p50 ${p50} us above cyclictest, p99 ${ratios.p99.toFixed(2)} times it: ${isReached ? "reached" : "not reached"}; ${others}.`,
    ];
  };
  const notes = [
    `${seconds} s each at ${TEMPO_BPM} bpm, a tick every ${TICK_MICROS.toFixed(0)} us. At work: stress-ng ${STRESS.join(" ")}`,
    `Flooded: ${FLOOD_PER_SECOND} controllers a second offered, ${flooded.sentPerSecond.toFixed(0)} messages a second sent, ${flooded.replacedPerSecond.toFixed(0)} values a second replaced by newer ones, at most ${flooded.wire.waitingMost} waiting.`,
    `Missing ticks: ${idle.missing} idle, ${atWork.missing} at work, ${flooded.missing} flooded.`,
    `Aim: p50 within ${AIM.p50Micros} us of cyclictest's, p99 within ${AIM.p99Ratio} times.`,
    ...verdict("Idle", idle),
    ...verdict("At work", atWork),
    ...verdict("Flooded", flooded),
    `The queue: ${queue.throughNanos.toFixed(0)} ns for a message in and out, ${queue.replaceNanos.toFixed(0)} ns for a value that replaces another, ${queue.pushOutNanos.toFixed(0)} ns for one that pushes another out; ${(queue.bytes / 1000).toFixed(0)} kB for each port.`,
  ];
  if (!idle.isRealtime) notes.push("The engine had no realtime priority.");
  return [
    table([
      ["lateness", " ticks", "   p50", "   p99", " p99.9", "   max", ""],
      ...rows("idle", idle),
      ...rows("at work", atWork),
      ...rows("flooded", flooded),
    ]),
    "",
    ...notes,
  ].join("\n");
}
