// SPDX-License-Identifier: GPL-3.0-or-later
// A curve as points at equal distances, as the engine wants it: first 0, last 1, never falling.

/** A power of two and one: quarters and halves are points themselves. */
const POINTS = 129;

const LINEAR: readonly number[] = [0, 1];

/** @param shape - from 0 to 1 to 0 to 1; null for a straight line */
export function curvePoints(shape: ((x: number) => number) | null): readonly number[] {
  if (shape === null) return LINEAR;
  const points: number[] = [];
  let highest = 0;
  for (let index = 0; index < POINTS; index += 1) {
    const y = shape(index / (POINTS - 1));
    highest = Math.min(1, Math.max(highest, Number.isFinite(y) ? y : 0));
    points.push(highest);
  }
  points[0] = 0;
  points[POINTS - 1] = 1;
  return points;
}

/** Equal ways are equal ratios. @param low - above 0, as `high` */
export function ratioShape(low: number, high: number): ((x: number) => number) | null {
  if (low === high) return null;
  return (x) => (low * (high / low) ** x - low) / (high - low);
}

/** The part of a rising curve between two positions, stretched to 0 to 1; `from` may be above `to`. */
export function partShape(
  whole: (x: number) => number,
  from: number,
  to: number,
): ((x: number) => number) | null {
  const low = whole(from);
  const way = whole(to) - low;
  if (way === 0) return null;
  return (x) => (whole(from + x * (to - from)) - low) / way;
}
