// SPDX-License-Identifier: GPL-3.0-or-later
// A JSON or YAML file as a value whose every part knows its line and column. Sizes, depth and
// aliases are limited, so that no file, however made, costs more than a moment.

import { parseJson } from "./document-json.ts";
import { parseYaml } from "./document-yaml.ts";
import type { Place } from "./parsed-text.ts";
import { formatPath, type Path, type Problem, type Severity } from "./problem.ts";

export const MAX_JSON_BYTES = 4 * 1024 * 1024;
/** The YAML library takes a second and more for a larger file, on a good machine. */
export const MAX_YAML_BYTES = 512 * 1024;
export interface Document {
  readonly file: string;
  /** undefined when the text could not be parsed. */
  readonly value: unknown;
  /** Why the file could not be read at all ("no such file"); null when it could. */
  readonly unreadable: string | null;
  /** Of the format itself; nothing else is worth reporting when there are any. */
  readonly problems: readonly Problem[];
  /** A problem with its line and column: of the value at `path`, or of its key. */
  problemAt(path: Path, part: "key" | "value", what: ProblemText): Problem;
}

export interface ProblemText {
  readonly severity?: Severity;
  readonly expected?: string;
  readonly got?: string;
  readonly hint?: string;
}

/**
 * Reads `bytes` as JSON when `file` ends in `.json`, as YAML otherwise. Never throws.
 *
 * @param file - the name for problems; also tells the format
 */
export function parseDocument(file: string, bytes: Uint8Array | string): Document {
  const length = typeof bytes === "string" ? Buffer.byteLength(bytes) : bytes.byteLength;
  const isJson = file.toLowerCase().endsWith(".json");
  const limit = isJson ? MAX_JSON_BYTES : MAX_YAML_BYTES;
  if (length > limit) {
    return failed(file, { expected: `at most ${limit / 1024} KiB`, got: "more" });
  }
  const text = typeof bytes === "string" ? bytes.replace(/^\uFEFF/, "") : decode(bytes);
  if (text === null) {
    return failed(file, { expected: "text in UTF-8", got: "other bytes", hint: "Save the file as UTF-8." });
  }
  const parsed = isJson ? parseJson(text) : parseYaml(text);
  const lines = lineStarts(text);
  const document = {
    file,
    value: parsed.problems.length > 0 ? undefined : parsed.value,
    unreadable: null,
    problems: [] as Problem[],
    problemAt(path: Path, part: "key" | "value", what: ProblemText): Problem {
      return problem(file, lines, offsetOf(parsed.place, path, part), path, what);
    },
  };
  for (const found of parsed.problems) {
    document.problems.push(problem(file, lines, found.offset, found.path, found));
  }
  return document;
}

/** A document that says only why the file itself could not be read. */
export function unreadableDocument(file: string, reason: string): Document {
  return { ...failed(file, { expected: "a file that can be read", got: reason }), unreadable: reason };
}

function failed(file: string, what: ProblemText): Document {
  return {
    file,
    value: undefined,
    unreadable: null,
    problems: [problem(file, [0], 0, [], what)],
    problemAt: (path, _part, text) => problem(file, [0], 0, path, text),
  };
}

function problem(
  file: string,
  lines: readonly number[],
  offset: number,
  path: Path,
  what: ProblemText,
): Problem {
  const line = lineOf(lines, offset);
  return {
    severity: what.severity ?? "error",
    file,
    line: line + 1,
    column: offset - (lines[line] ?? 0) + 1,
    path: formatPath(path),
    expected: what.expected ?? "",
    got: what.got ?? "",
    hint: what.hint ?? "",
  };
}

/** The nearest part of the path that stands in the text: a missing key is reported at its group. */
function offsetOf(root: Place, path: Path, part: "key" | "value"): number {
  let place = root;
  let offset = root.offset;
  for (const [depth, step] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (typeof step === "number") {
      const item = place.items?.[step];
      if (item === undefined) return offset;
      place = item;
      offset = item.offset;
    } else {
      const entry = place.keys?.get(step);
      if (entry === undefined) return offset;
      place = entry.place;
      offset = isLast && part === "key" ? entry.keyOffset : place.offset;
    }
  }
  return offset;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
