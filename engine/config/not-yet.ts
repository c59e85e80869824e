// SPDX-License-Identifier: GPL-3.0-or-later
// Keys that a file format has and this version does not play yet. A file that uses one is refused
// as a whole: half of a piece is not that piece.

import { z } from "zod";
import type { IssueText } from "./check.ts";

/**
 * A key that may stand in the file as long as it asks for nothing: absent, false, 0, empty.
 *
 * @param name - as in the sentence "`name` is not supported yet."
 * @param neutral - further values that ask for nothing
 */
export function notYet(name: string, neutral: readonly unknown[] = []) {
  const text: IssueText = { hint: `"${name}" is not supported yet.` };
  const isNeutral = (value: unknown): boolean => asksForNothing(value) || neutral.includes(value);
  return z
    .unknown()
    .refine(isNeutral, { params: { ...text } })
    .optional();
}

function asksForNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0) return true;
  if (typeof value !== "object") return false;
  return Object.values(value).every(asksForNothing);
}
