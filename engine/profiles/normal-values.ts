// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a stepped parameter: labels once, numbers in range, zones beside each other.

import type { z } from "zod";
import type { Checker } from "../config/check.ts";
import { type Path, showValue } from "../config/problem.ts";
import type { SteppedValue } from "./profile.ts";
import type { valueSchema } from "./schema.ts";

const LONGEST_SHORT = 8;

interface Within {
  readonly min: number;
  readonly max: number;
}

/** @returns null after a problem was noted */
export function normalValues(
  checker: Checker,
  written: readonly z.output<typeof valueSchema>[],
  { min, max }: Within,
  path: Path,
): readonly SteppedValue[] | null {
  const values: SteppedValue[] = [];
  let isGood = true;
  const problem = (index: number, key: string, expected: string, got: unknown): void => {
    isGood = false;
    checker.error([...path, index, key], { expected, got: showValue(got) });
  };
  for (const [index, { label, short, send, from = send, to = send }] of written.entries()) {
    if (values.some((other) => other.label === label)) {
      problem(index, "label", "a label that no other value has", label);
    }
    if (send < min || send > max) problem(index, "send", `${min} to ${max}`, send);
    if (from > send || to < send)
      problem(index, from > send ? "from" : "to", "a zone with send in it", `${from} to ${to}`);
    const other = values.find((value) => from <= value.to && to >= value.from);
    if (other !== undefined)
      problem(index, "from", `a zone beside that of ${other.label}`, `${from} to ${to}`);
    values.push({ label, short: short ?? label.slice(0, LONGEST_SHORT), send, from, to });
  }
  return isGood ? values : null;
}

/** More steps than any maker's list that was seen with zones of floor(127 / steps). */
const MOST_LISTED = 16;

/**
 * Steps of which only the number is known. Zones of a short list are as wide as makers print them, and the
 * last takes what is left; what is sent stands in the middle of a zone, so it is understood also where
 * zones are a little different. The ends are exact.
 */
export function evenSteps(count: number, min: number, max: number): readonly SteppedValue[] {
  const steps = Math.min(count, max - min + 1);
  const startOf = (index: number): number =>
    steps > MOST_LISTED
      ? min + Math.ceil((index * (max - min + 1)) / steps)
      : min + index * Math.max(1, Math.floor((max - min) / steps));
  return Array.from({ length: steps }, (_, index) => {
    const isLast = index === steps - 1;
    const from = startOf(index);
    const to = isLast ? max : startOf(index + 1) - 1;
    const send = index === 0 ? min : isLast ? max : from + Math.floor((to - from) / 2);
    return { label: String(index + 1), short: String(index + 1), send, from, to };
  });
}
