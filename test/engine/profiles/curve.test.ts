// SPDX-License-Identifier: GPL-3.0-or-later
// Curves are exact at both ends, grow everywhere, and lead back.

import fc from "fast-check";
import { expect, test } from "vitest";
import { applyCurve, invertCurve } from "../../../engine/profiles/curve.ts";
import type { Curve } from "../../../engine/profiles/profile.ts";

const position = fc.double({ min: 0, max: 1, noNaN: true });
const amount = fc.double({ min: 0.1, max: 10, noNaN: true });
const inner = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 0, maxLength: 8 });
const table = fc.tuple(inner, inner).map(([a, b]): Curve => {
  const count = Math.min(a.length, b.length);
  const grow = (numbers: readonly number[]): readonly number[] =>
    numbers
      .slice(0, count)
      .sort((x, y) => x - y)
      .map((number) => number / 100);
  const ys = grow(b);
  return { type: "table", points: [[0, 0], ...grow(a).map((x, i) => [x, ys[i] ?? 1] as const), [1, 1]] };
});
const curve = fc.oneof(
  fc.constantFrom<Curve>({ type: "linear" }, { type: "stepped" }),
  fc
    .tuple(fc.constantFrom("exponential" as const, "logarithmic" as const, "s-curve" as const), amount)
    .map(([type, bend]): Curve => ({ type, amount: bend })),
  table,
);

test("every curve is exact at both ends", () => {
  fc.assert(
    fc.property(curve, (each) => {
      expect(applyCurve(each, 0)).toBe(0);
      expect(applyCurve(each, 1)).toBe(1);
      expect(invertCurve(each, 0)).toBe(0);
      expect(invertCurve(each, 1)).toBe(1);
    }),
  );
});

test("every curve grows, and stays within 0 and 1", () => {
  fc.assert(
    fc.property(curve, position, position, (each, a, b) => {
      const low = applyCurve(each, Math.min(a, b));
      const high = applyCurve(each, Math.max(a, b));
      expect(low).toBeLessThanOrEqual(high + 1e-12);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
    }),
  );
});

test("the inverse leads back to what comes out", () => {
  fc.assert(
    fc.property(curve, position, (each, y) => {
      expect(applyCurve(each, invertCurve(each, y))).toBeCloseTo(y, 6);
    }),
  );
});

test("exponential begins slowly, logarithmic quickly, an s-curve does both", () => {
  expect(applyCurve({ type: "exponential", amount: 4 }, 0.5)).toBeLessThan(0.2);
  expect(applyCurve({ type: "logarithmic", amount: 4 }, 0.5)).toBeGreaterThan(0.8);
  expect(applyCurve({ type: "s-curve", amount: 2 }, 0.5)).toBeCloseTo(0.5, 12);
  expect(applyCurve({ type: "s-curve", amount: 2 }, 0.25)).toBeLessThan(0.15);
});

test.each([Number.NaN, -3, Number.NEGATIVE_INFINITY])("%s is taken as 0", (x) => {
  expect(applyCurve({ type: "linear" }, x)).toBe(0);
});
