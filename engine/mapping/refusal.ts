// SPDX-License-Identifier: GPL-3.0-or-later
// Why a mapping has nothing to move, in one sentence, with what was probably meant.

import { nearNames } from "../base/nearest-name.ts";
import { showValue } from "../config/problem.ts";

export interface Refusal {
  readonly kind: "refusal";
  readonly expected: string;
  readonly got: string;
  /** What to do; a sentence or nothing. */
  readonly hint: string;
}

export function refusal(expected: string, got: unknown, hint = ""): Refusal {
  return { kind: "refusal", expected, got: showValue(got), hint };
}

const MOST_LISTED = 12;

/** A name that is not there: the likely ones, else those that are. */
export function unknownName(expected: string, got: string, known: readonly string[]): Refusal {
  const near = nearNames(got, known);
  if (near.length > 0) return refusal(expected, got, `Did you mean ${near.join(", ")}?`);
  if (known.length === 0) return refusal(expected, got, "There is none.");
  const more = known.length > MOST_LISTED ? ` and ${known.length - MOST_LISTED} more` : "";
  return refusal(expected, got, `There are: ${known.slice(0, MOST_LISTED).join(", ")}${more}.`);
}

/** `expected a node of rack drums, got "kik". Did you mean kick?` */
export function refusalText({ expected, got, hint }: Refusal): string {
  return `expected ${expected}, got ${got}.${hint === "" ? "" : ` ${hint}`}`;
}
