// SPDX-License-Identifier: GPL-3.0-or-later
// What YAML makes of a value is not always what was meant: a sentence for each known surprise.

import { nearestName } from "../base/nearest-name.ts";
import type { SettingFacts } from "./setting-facts.ts";

const YES = /^(?:yes|y|on|enabled?|1)$/i;
const NO = /^(?:no|n|off|disabled?|0)$/i;

/**
 * @param source - how the value stands in the file, up to its end or a comment
 * @returns a sentence, or nothing when the value is simply out of range
 */
export function hintFor(facts: SettingFacts, value: unknown, source: string): string {
  if (value === null) return "Write a value after the colon.";
  if (typeof value === "object") return "";
  switch (facts.kind) {
    case "boolean":
      return booleanHint(value, source);
    case "number":
    case "integer":
      return typeof value === "string" ? numberHint(value, source) : numberRangeHint(facts, value, source);
    case "choice":
    case "text":
      return wordHint(facts, value);
    case "group":
    case "map":
    case "list":
      return "";
  }
}

/** `0777` is octal in YAML 1.1 and in C; here it is 777. Also worth a word when the number is in range. */
export function leadingZeroHint(source: string): string {
  const match = /^[-+]?0+(\d[\d_]*)/.exec(source);
  return match === null ? "" : `A leading 0 means nothing: this is read as ${match[1]}.`;
}

function booleanHint(value: unknown, source: string): string {
  const text = String(value);
  if (text === "true" || text === "false") return isQuoted(source) ? `Remove the quotes: ${text}.` : "";
  if (YES.test(text)) return `${quotedWord(value)} is not a yes in YAML 1.2: write true.`;
  if (NO.test(text)) return `${quotedWord(value)} is not a no in YAML 1.2: write false.`;
  const nearest = typeof value === "string" ? nearestName(value, ["true", "false"]) : null;
  return nearest === null ? "" : `Did you mean ${nearest}?`;
}

function numberHint(text: string, source: string): string {
  const trimmed = text.trim();
  if (/^[-+]?\d+(?:\.\d+)?$/.test(trimmed)) {
    return isQuoted(source) ? `Remove the quotes: ${trimmed}.` : "";
  }
  if (/^\d+(?::\d+)+$/.test(trimmed))
    return `${trimmed} is text in YAML 1.2, not a number: write one number.`;
  if (/^[-+]?\d+,\d+$/.test(trimmed)) return `Write a point: ${trimmed.replace(",", ".")}.`;
  if (/^[-+]?\d[\d_ ]*$/.test(trimmed)) return `Write ${trimmed.replace(/[_ ]/g, "")}.`;
  if (/^[-+]?[\d.]+\s*[A-Za-z%]+$/.test(trimmed)) return "Write the number alone, without a unit.";
  return "";
}

function numberRangeHint(facts: SettingFacts, value: unknown, source: string): string {
  const zero = leadingZeroHint(source);
  if (zero !== "") return zero;
  const isFraction = typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value);
  return facts.kind === "integer" && isFraction ? "A whole number." : "";
}

function wordHint(facts: SettingFacts, value: unknown): string {
  if (facts.kind === "text") {
    return typeof value === "number" || typeof value === "boolean" ? `Put quotes around it: "${value}".` : "";
  }
  const options = facts.expected.split(/, | or /);
  const nearest = typeof value === "string" ? nearestName(value, options) : null;
  return nearest === null || nearest === value ? "" : `Did you mean ${nearest}?`;
}

function isQuoted(source: string): boolean {
  return source.startsWith('"') || source.startsWith("'");
}

function quotedWord(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
