// SPDX-License-Identifier: GPL-3.0-or-later
// The list of values of a parameter as MIDI Guide writes it: `0-63: Off; 64-127: On`, `5: Name`, and
// `1~127: a continuous part`.

import { MAX_VALUES, type WrittenParameter } from "../schema.ts";
import { cut } from "./imported.ts";

type Values = NonNullable<WrittenParameter["values"]>;

export interface Usage {
  /** Empty: the parameter is continuous. */
  readonly values: Values;
  /** Why the text, or a part of it, is not used; or empty. */
  readonly reason: string;
}

/** What stands before the colon. */
const NUMBERS = /^(\d{1,5})(?:\s*([-–~])\s*(\d{1,5}))?$/;

export function readUsage(text: string, min: number, max: number): Usage {
  if (text.trim() === "") return { values: [], reason: "" };
  const none = (reason: string): Usage => ({
    values: [],
    reason: `${reason} Its list of values is left out.`,
  });
  const values: Values = [];
  for (const part of text.split(";").map((each) => each.trim())) {
    if (part === "") continue;
    const colon = part.indexOf(":");
    const label = part.slice(colon + 1).trim();
    const found = NUMBERS.exec(part.slice(0, Math.max(colon, 0)).trim());
    if (found === null || label === "") return none(`"${part.slice(0, 40)}" is no value with a name.`);
    const [, first = "", sign, last] = found;
    if (sign === "~") return none("A part of its range is continuous.");
    const from = Number(first);
    const to = last === undefined ? from : Number(last);
    if (from > to || from < min || to > max)
      return none(`${part.slice(0, 40)}: not within ${min} to ${max}.`);
    const other = values.find(
      (value) => from <= (value.to ?? value.send) && to >= (value.from ?? value.send),
    );
    if (other !== undefined) return none(`${part.slice(0, 40)}: ${other.label} has these numbers too.`);
    if (values.length >= MAX_VALUES) return none(`It has more than ${MAX_VALUES} values.`);
    values.push({
      label: unusedLabel(cut(label) || String(from), values),
      send: sendOf(from, to, min, max),
      from,
      to,
    });
  }
  if (values.length === 1) return none("One value is no choice.");
  return { values, reason: "" };
}

/** The ends of the range for the outer zones, else the middle: also understood where zones differ a little. */
function sendOf(from: number, to: number, min: number, max: number): number {
  if (from === min) return from;
  return to === max ? to : Math.floor((from + to) / 2);
}

export function unusedLabel(label: string, values: readonly { readonly label: string }[]): string {
  let name = label;
  for (let number = 2; values.some((value) => value.label === name); number += 1) {
    name = `${label.slice(0, 58)} ${number}`;
  }
  return name;
}
