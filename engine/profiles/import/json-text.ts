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
  const comments = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  const commas = /"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g;
  const keepText = (found: string): string => (found.startsWith('"') ? found : "");
  return text.replaceAll(comments, keepText).replaceAll(commas, keepText);
}
