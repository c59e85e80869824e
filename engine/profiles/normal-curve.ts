// SPDX-License-Identifier: GPL-3.0-or-later
// The curve of a parameter, with its amount; a table must lead from end to end and only upwards.

import type { Checker } from "../config/check.ts";
import { type Path, showValue } from "../config/problem.ts";
import type { Curve } from "./profile.ts";
import type { WrittenParameter } from "./schema.ts";

/** Of a curve that is only named. */
export const DEFAULT_AMOUNT = { exponential: 4, logarithmic: 4, "s-curve": 2 } as const;

/** @returns null after a problem was noted */
export function normalCurve(
  checker: Checker,
  { curve }: WrittenParameter,
  hasSteps: boolean,
  path: Path,
): Curve | null {
  const at = [...path, "curve"];
  const { type, amount, points } =
    typeof curve === "object"
      ? curve
      : { type: curve ?? (hasSteps ? "stepped" : "linear"), amount: undefined, points: undefined };
  if (hasSteps && type !== "stepped") {
    checker.error(at, { expected: '"stepped", or no values', got: showValue(type) });
    return null;
  }
  if (points !== undefined && type !== "table") {
    checker.error([...at, "points"], { hint: "Only a table has points." }, "key");
    return null;
  }
  switch (type) {
    case "linear":
      return { type };
    case "stepped":
      if (hasSteps) return { type };
      checker.error(at, { expected: "values, or at least how many steps", got: "neither" });
      return null;
    case "table":
      return tableCurve(checker, points, at);
    default:
      return { type, amount: amount ?? DEFAULT_AMOUNT[type] };
  }
}

function tableCurve(
  checker: Checker,
  points: readonly (readonly [number, number])[] | undefined,
  path: Path,
): Curve | null {
  const first = points?.[0];
  const last = points?.at(-1);
  const isWhole = first?.[0] === 0 && first[1] === 0 && last?.[0] === 1 && last[1] === 1;
  const grows = (points ?? []).every((point, index) => {
    const before = points?.[index - 1];
    return before === undefined || (point[0] > before[0] && point[1] > before[1]);
  });
  if (points !== undefined && isWhole && grows) return { type: "table", points };
  const expected = "points from [0, 0] to [1, 1], each greater than the one before in both numbers";
  checker.error([...path, "points"], { expected, got: showValue(points) });
  return null;
}
