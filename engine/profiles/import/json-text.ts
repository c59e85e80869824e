// SPDX-License-Identifier: GPL-3.0-or-later
// JSON of other programs, which some write with commas too many and comments.

import { parseDocument } from "../../config/document.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns a sentence when the text is no JSON object */
export function readJsonObject(file: string, text: string): JsonObject | string {
  const strict = parseDocument(`${file}.json`, text);
  const relaxed = strict.problems.length === 0 ? strict : parseDocument(`${file}.json`, withoutExtras(text));
  const [problem] = relaxed.problems;
  if (problem !== undefined) {
    return `It is no JSON: line ${problem.line}, expected ${problem.expected}, got ${problem.got}.`;
  }
  const { value } = relaxed;
  return isObject(value) ? value : "It is no JSON object.";
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text in quotes stays as it is; comments go, and commas before a bracket that closes. */
function withoutExtras(text: string): string {
  return without(without(text, endOfComment), endOfLostComma);
}

/**
 * Leaves out what begins at a place where `endOf` is further on, unless it stands in quotes. Letter by letter: a
 * pattern that looks for the end of each quote takes the square of their number when none of them ends.
 */
function without(text: string, endOf: (text: string, at: number) => number): string {
  let kept = "";
  let from = 0;
  let at = 0;
  while (at < text.length) {
    if (text[at] === '"') {
      at = endOfQuote(text, at);
      continue;
    }
    const end = endOf(text, at);
    if (end > at) {
      kept += text.slice(from, at);
      from = end;
      at = end;
    } else at += 1;
  }
  return kept + text.slice(from);
}

/** A quote that is not closed ends with its line. */
function endOfQuote(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== "\n") {
    if (text[at] === '"') return at + 1;
    at += text[at] === "\\" && text[at + 1] !== "\n" ? 2 : 1;
  }
  return at;
}

/** A comment that is not closed ends with the text. */
function endOfComment(text: string, at: number): number {
  if (text[at] !== "/") return at;
  if (text[at + 1] === "/") return placeOr(text.length, text.indexOf("\n", at));
  if (text[at + 1] !== "*") return at;
  const close = text.indexOf("*/", at + 2);
  return close < 0 ? text.length : close + 2;
}

function endOfLostComma(text: string, at: number): number {
  if (text[at] !== ",") return at;
  let next = at + 1;
  while (/\s/.test(text[next] ?? "")) next += 1;
  return text[next] === "}" || text[next] === "]" ? at + 1 : at;
}

function placeOr(other: number, place: number): number {
  return place < 0 ? other : place;
}
