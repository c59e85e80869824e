// SPDX-License-Identifier: GPL-3.0-or-later
// How tightly do boxes play together? Two boxes and two plain Link peers (Ableton's own class, nothing of
// ours) in one session, on both sides of a cable, so that every figure of the boxes has one of plain Link
// beside it from the same minute. Null driver: their frames lie on exact lines, so what is measured is Link
// and the beat line, and not a sound card.
//   npm run bench:sync -- [--seconds 600] [--starts 200] [--joins 20] [--json]
import { parseArgs } from "node:util";
import { table } from "../../engine/cli/table.ts";
import { medianOf } from "./support/figures.ts";
import {
  type Figure,
  measureJoins,
  measurePhase,
  measurePropagation,
  measureStarts,
  type PhaseRun,
  shortForm,
} from "./support/sync-work.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    starts: { type: "string", default: "200" },
    joins: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});
const seconds = Number(options.seconds);
const form = shortForm(seconds, Number(options.starts), Number(options.joins));

const phase = await measurePhase(seconds);
const two = await measurePropagation(1, form.changes);
const sixteen = await measurePropagation(15, form.changes);
const joins = await measureJoins(form.joins);
const starts = await measureStarts(form.starts);
const result = { seconds, phase, propagation: { two, sixteen }, joins, starts };
process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${report()}\n`);

function row(name: string, unit: string, ours: Figure, plain: Figure | null, aim: string): string[] {
  const cells = (figure: Figure): string[] =>
    [figure.p50, figure.p99, figure.max].map((value) => value.toFixed(unit === "us" ? 1 : 0).padStart(7));
  return [
    name,
    unit,
    String(ours.count).padStart(6),
    ...cells(ours),
    ...(plain === null ? ["", "", ""] : cells(plain)),
    plain === null ? "" : (ours.p50 / Math.max(plain.p50, 0.5)).toFixed(2).padStart(6),
    aim,
  ];
}

function report(): string {
  const rows = [
    ["", "", " count", "    p50", "    p99", "    max", "plain p50", "p99", "max", " ratio", "aim"],
    row("phase, box to box", "us", phase.boxes, phase.peers, "p99 10, max 50"),
    row("phase, box to plain peer", "us", phase.mixed, phase.peers, ""),
    row("tempo to 1 other", "ms", two.ours, two.plain, "p50 1, max 80"),
    row("tempo from 1 other", "ms", two.toUs, two.plain, "p50 1, max 80"),
    row("tempo to 15 others", "ms", sixteen.ours, sixteen.plain, "p95 350"),
    row("tempo from one of 15", "ms", sixteen.toUs, sixteen.plain, "p95 350"),
    row("join", "ms", joins.ours, joins.plain, "p95 80, max 500"),
    row("start against the cycle", "us", starts, null, "max 1000"),
  ];
  return [
    table(rows),
    "",
    `${seconds} s of phase at 10 a second, playing. Drift of box to box ${driftText(phase)}, of the plain peers ${phase.peerDriftPpm.toFixed(4)} ppm.`,
    `Steps of the session's line seen by a box: ${phase.steps}, the largest ${medianOf([phase.worstStepMicros]).toFixed(0)} us.`,
    "Tempo to others: from the box's callback to their callbacks; from others: to the box's callback. A block of the null driver is 2.7 ms long.",
  ].join("\n");
}

function driftText({ driftPpm }: PhaseRun): string {
  return `${driftPpm.toFixed(4)} ppm`;
}
