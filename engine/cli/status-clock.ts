// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat status --clock`: how late ticks were handed to their ports since the engine's start, or since
// the last --reset, and how the ports get through what they are given.
import { writeFile } from "node:fs/promises";
import { findPlaces } from "../app/places.ts";
import { AppError, messageOf } from "../base/errors.ts";
import { EngineClient } from "../binding/engine-client.ts";
import type { ClockFigures, ClockReport, EngineStatus, MidiPortStatus } from "../binding/engine-status.ts";
import { MESSAGE_CLASSES } from "../binding/engine-status.ts";
import { table } from "./table.ts";

export interface ClockOptions {
  state?: string;
  json?: boolean;
  /** A file, or true for standard output. */
  csv?: string | true;
  reset?: boolean;
}

export async function clockVerb(options: ClockOptions): Promise<number> {
  const client = await EngineClient.connect(findPlaces(options).stateFolder, "observer", "downbeat status");
  const status = (await client.request("status")).status as EngineStatus;
  const answer = await client.request("clock", { reset: options.reset === true });
  client.close();
  const clock = answer.clock as ClockReport;
  const csv = csvText(clock);
  if (typeof options.csv === "string") await write(options.csv, csv);
  if (options.csv === true) process.stdout.write(csv);
  else if (options.json === true)
    process.stdout.write(`${JSON.stringify({ clock, ports: status.midi.ports }, null, 2)}\n`);
  else process.stdout.write(`${clockText(clock, status)}\n`);
  return 0;
}

/** One line for each microsecond that was seen: port, lateness, ticks. The port "all" has every tick. */
export function csvText(clock: ClockReport): string {
  const lines = [{ ...clock.all, id: "all" }, ...clock.ports].flatMap(({ id, bins, beyond }) => [
    ...bins.map(([micros, ticks]) => `${id},${micros},${ticks}`),
    ...(beyond > 0 ? [`${id},10000+,${beyond}`] : []),
  ]);
  return `port,late_us,ticks\n${lines.map((line) => `${line}\n`).join("")}`;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new AppError("FILE_WRITE_FAILED", `${file}: ${messageOf(cause)}`, { cause });
  }
}

function clockText(clock: ClockReport, status: EngineStatus): string {
  const { midi } = status;
  const figures = (name: string, state: string, one: ClockFigures): string[] => [
    name,
    state,
    ...[one.count, one.p50Micros, one.p99Micros, one.p999Micros, one.maxMicros].map((value) =>
      one.count === 0 ? "-" : String(value),
    ),
  ];
  const wire = ({ id, wire: { waiting, waitingMost, coalesced, dropped } }: MidiPortStatus): string[] => [
    id,
    ...[waiting, waitingMost, coalesced, ...MESSAGE_CLASSES.map((name) => dropped[name])].map(String),
  ];
  return [
    "Ticks, and how many microseconds late they were handed to their port",
    table(
      rightAligned([
        ["port", "", "ticks", "p50", "p99", "p99.9", "max"],
        ...midi.ports.map((port) => figures(port.id, port.state, port.clock)),
        figures("all", "", clock.all),
      ]),
    ),
    "",
    "Messages that wait for the wire, were replaced by a newer value, or found no room",
    table(
      rightAligned([
        [
          "port",
          "waiting",
          "most",
          "replaced",
          "realtime",
          "note off",
          "note on",
          "stepped",
          "cont.",
          "bulk",
        ],
        ...midi.ports.map(wire),
      ]),
    ),
    ...(midi.isRealtime ? [] : ["", `The midi thread has no realtime priority: ${midi.note}`]),
  ].join("\n");
}

/** Numbers under each other: every column but the first. */
function rightAligned(rows: readonly (readonly string[])[]): string[][] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell : cell.padStart(widths[column] ?? 0))),
  );
}
