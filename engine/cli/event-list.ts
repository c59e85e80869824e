// SPDX-License-Identifier: GPL-3.0-or-later
// The events of a render for people and programs: the engine writes a line of columns for each
// (native/app/render-files.hpp).
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { visibleText } from "../base/visible-text.ts";

const HEAD = [
  "seconds",
  "bar",
  "step",
  "frame",
  "rack",
  "node",
  "event",
  "param",
  "value",
  "rampMs",
] as const;
const WIDTHS = [12, 5, 5, 10, 12, 12, 8, 16, 10, 8];

/** A table, or one JSON object a line. In the order of time; racks one after the other at one frame. */
export async function printEvents(file: string, isJson: boolean): Promise<void> {
  const rows: string[][] = [];
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) rows.push(line.split("\t"));
  rows.sort((a, b) => Number(a[3]) - Number(b[3]));
  if (!isJson) process.stdout.write(`${rowText(HEAD)}\n`);
  for (const row of rows) process.stdout.write(`${isJson ? JSON.stringify(factsOf(row)) : rowText(row)}\n`);
}

function rowText(cells: readonly string[]): string {
  return cells
    .map((cell, i) => visibleText(cell).padEnd(WIDTHS[i] ?? 0))
    .join(" ")
    .trimEnd();
}

function factsOf(row: readonly string[]): Record<string, string | number> {
  const facts: Record<string, string | number> = {};
  HEAD.forEach((key, i) => {
    const cell = row[i] ?? "";
    const isText = key === "rack" || key === "node" || key === "event" || key === "param";
    facts[key] = isText ? cell : Number(cell);
  });
  return facts;
}
