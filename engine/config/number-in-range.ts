// SPDX-License-Identifier: GPL-3.0-or-later
// A number that is forgiven for being too large: files that play elsewhere have such values, and one
// wrong number never keeps a piece silent.

import type { Checker } from "./check.ts";
import { type Path, showValue } from "./problem.ts";

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

/**
 * @returns the nearest value in range, with a warning when that is not what stands there; undefined
 * after the error was noted when there is no number at all
 */
export function numberInRange(
  checker: Checker,
  path: Path,
  value: unknown,
  range: NumberRange,
): number | undefined {
  const unit = range.unit === undefined || range.unit === "" ? "" : ` ${range.unit}`;
  const expected = `a number from ${range.min} to ${range.max}${unit}`;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    checker.error(path, { expected, got: showValue(value) });
    return undefined;
  }
  const inRange = Math.min(range.max, Math.max(range.min, value));
  if (inRange !== value)
    checker.warn(path, { expected, got: showValue(value), hint: `${inRange}${unit} is used.` });
  return inRange;
}
