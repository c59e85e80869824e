// SPDX-License-Identifier: GPL-3.0-or-later
// From the bytes of a settings file to a document, within limits that are checked before anything is
// parsed: whatever the file is, the answer takes a moment.

import { isUtf8 } from "node:buffer";
import { Lexer } from "yaml";
import { type Document, parseDocument } from "./document.ts";
import type { Problem } from "./problem.ts";

export const MAX_SETTINGS_BYTES = 256 * 1024;

/** Words, signs and line ends. 32 ports with every key and comment have 4500, 256 mappings of eight keys 17,000. */
const MAX_SETTINGS_WORDS = 22_000;

export type SettingsText =
  | { readonly type: "text"; readonly text: string; readonly document: Document }
  | { readonly type: "refused"; readonly problem: Problem };

/** Never throws. What is wrong with the YAML is in `document.problems`. */
export function readSettingsText(file: string, bytes: Uint8Array | string): SettingsText {
  const raw =
    typeof bytes === "string"
      ? Buffer.from(bytes)
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (raw.length > MAX_SETTINGS_BYTES) {
    return refused(file, 1, 1, "at most 256 KiB of settings", "more", "This is probably another file.");
  }
  const start = raw.subarray(0, 2).toString("latin1");
  if (start === "\xff\xfe" || start === "\xfe\xff") {
    return refused(file, 1, 1, "text in UTF-8", "UTF-16", "Save the file as UTF-8.");
  }
  if (!isUtf8(raw)) return notUtf8(file, raw);
  // Written by editors of another world; the parser counts it as a column.
  const text = raw.toString("utf8").replace(/^\uFEFF/, "");
  const control = CONTROL_CHARACTER.exec(text);
  if (control !== null) {
    const code = text.charCodeAt(control.index).toString(16).toUpperCase().padStart(4, "0");
    const { line, column } = positionOf(text, control.index);
    return refused(file, line, column, "text", `the control character U+${code}`, "Remove it.");
  }
  if (text.trim() === "") return refused(file, 1, 1, "settings", "an empty file", "");
  if (hasTooManyWords(text)) {
    return refused(file, 1, 1, "settings", "something far longer", "This is probably another file.");
  }
  return { type: "text", text, document: parseDocument(file, text) };
}

/** Tab, line feed and carriage return are text; the rest of the first 32 and a few more are not, says YAML. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;

function hasTooManyWords(text: string): boolean {
  let words = 0;
  for (const _ of new Lexer().lex(text)) {
    words += 1;
    if (words > MAX_SETTINGS_WORDS) return true;
  }
  return false;
}

function notUtf8(file: string, raw: Buffer): SettingsText {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = raw.indexOf(0x0a, start);
    const bytes = raw.subarray(start, end < 0 ? raw.length : end);
    if (!isUtf8(bytes) || end < 0) {
      const column = bytes.toString("utf8").indexOf("\uFFFD") + 1;
      return refused(
        file,
        line,
        Math.max(1, column),
        "text in UTF-8",
        "other bytes",
        "Save the file as UTF-8.",
      );
    }
    line += 1;
    start = end + 1;
  }
}

function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

function refused(
  file: string,
  line: number,
  column: number,
  expected: string,
  got: string,
  hint: string,
): SettingsText {
  return {
    type: "refused",
    problem: { severity: "error", file, line, column, path: "", expected, got, hint },
  };
}
