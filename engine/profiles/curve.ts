// SPDX-License-Identifier: GPL-3.0-or-later
// From a position of a hand, 0 to 1, to a part of a range, 0 to 1, and back. Every curve is exact at both
// ends, grows everywhere, and has an inverse.

import type { Curve } from "./profile.ts";

/** @param x - 0 to 1; what is outside is taken as the nearest end */
export function applyCurve(curve: Curve, x: number): number {
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  switch (curve.type) {
    case "linear":
    case "stepped":
      return x;
    case "exponential":
      return within(Math.expm1(curve.amount * x) / Math.expm1(curve.amount));
    case "logarithmic":
      return within(Math.log1p(x * Math.expm1(curve.amount)) / curve.amount);
    case "s-curve":
      return sCurve(x, curve.amount);
    case "table":
      return between(curve.points, x, 0, 1);
  }
}

/** The x for which `applyCurve` gives `y`. */
export function invertCurve(curve: Curve, y: number): number {
  if (!(y > 0)) return 0;
  if (y >= 1) return 1;
  switch (curve.type) {
    case "exponential":
      return applyCurve({ ...curve, type: "logarithmic" }, y);
    case "logarithmic":
      return applyCurve({ ...curve, type: "exponential" }, y);
    case "s-curve":
      return sCurve(y, 1 / curve.amount);
    case "table":
      return between(curve.points, y, 1, 0);
    default:
      return applyCurve(curve, y);
  }
}

/** Steep in the middle for more than 1, flat for less; the inverse has the inverse amount. */
function sCurve(x: number, amount: number): number {
  const up = x ** amount;
  return within(up / (up + (1 - x) ** amount));
}

function between(points: readonly (readonly [number, number])[], x: number, from: 0 | 1, to: 0 | 1): number {
  for (let index = 1; index < points.length; index += 1) {
    const left = points[index - 1];
    const right = points[index];
    if (left === undefined || right === undefined || x > right[from]) continue;
    const part = (x - left[from]) / (right[from] - left[from]);
    return within(left[to] + part * (right[to] - left[to]));
  }
  return 1;
}

function within(y: number): number {
  return Math.min(1, Math.max(0, y));
}
