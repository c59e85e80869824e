// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong in a file a person wrote: where, what was expected, what came, what to do next.

import { visibleText } from "../base/visible-text.ts";

/** An `error` keeps the file from being used; with a `warning` it is used as the hint says. */
export type Severity = "error" | "warning";

/** Keys and list positions from the top of a file: `["nodes", 2, "params", "cutoff"]`. */
export type Path = readonly (string | number)[];

export interface Problem {
  readonly severity: Severity;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** `nodes[2].params.cutoff`; empty for the file as a whole. */
  readonly path: string;
  /** What belongs there; empty when nothing does. */
  readonly expected: string;
  /** What stands there, shortened. */
  readonly got: string;
  /** A sentence: the likely key, what happens instead, what to do; or empty. */
  readonly hint: string;
}

/** `song.json:12:9: nodes[0].params.gain: expected a number from 0 to 1.5, got 9. 1.5 is used.` One line, safe for a terminal. */
export function formatProblem(problem: Problem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === "" ? "" : `${problem.path}: `;
  const parts: string[] = [];
  if (problem.expected !== "") parts.push(`expected ${problem.expected}, got ${problem.got}.`);
  if (problem.hint !== "") parts.push(problem.hint);
  const severity = problem.severity === "warning" ? "warning: " : "";
  return visibleText(`${place}: ${severity}${path}${parts.join(" ")}`);
}

/** The same for a display: without the folders of the file, and the line in words. */
export function shortProblem(problem: Problem): string {
  const file = problem.file.slice(problem.file.lastIndexOf("/") + 1);
  const path = problem.path === "" ? "" : `${problem.path}: `;
  const expected = problem.expected === "" ? [] : [`expected ${problem.expected}, got ${problem.got}.`];
  const hint = problem.hint === "" ? [] : [problem.hint];
  return visibleText(`${file} line ${problem.line}: ${path}${[...expected, ...hint].join(" ")}`);
}

/** Keys that are not plain names are quoted: `params["my key"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (!/^[A-Za-z_][\w-]*$/.test(part)) text += `[${shorten(JSON.stringify(part))}]`;
    else text += text === "" ? part : `.${part}`;
  }
  return text;
}

/** A value as a person would say it, short enough for a sentence. */
export function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "a group of keys";
  if (typeof value === "string") return shorten(JSON.stringify(value));
  return String(value);
}

const LONGEST_SHOWN = 48;

function shorten(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN - 1)}…`;
}
