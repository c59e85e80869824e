// SPDX-License-Identifier: GPL-3.0-or-later
// Values of a parameter: inside they are 0 to 1 or a label, on the wire whole numbers of its range.

import { applyCurve, invertCurve } from "./curve.ts";
import type { Parameter, SteppedValue } from "./profile.ts";

/** What everybody but the wire works with: 0 to 1, or the label of a step. */
export type ParameterValue = number | string;

/**
 * The number to send.
 *
 * @returns null for a label that the parameter does not have, and for no number
 */
export function rawOf(parameter: Parameter, value: ParameterValue): number | null {
  if (typeof value === "string") return stepNamed(parameter, value)?.send ?? null;
  if (Number.isNaN(value)) return null;
  const position = Math.min(1, Math.max(0, value));
  const { min, max, values } = parameter;
  if (values.length > 0) return values[Math.round(position * (values.length - 1))]?.send ?? min;
  return min + Math.round(applyCurve(parameter.curve, position) * (max - min));
}

/** The position, 0 to 1, that a received number stands for; what is outside the range is its nearest end. */
export function positionOf(parameter: Parameter, raw: number): number {
  const { min, max, values } = parameter;
  const step = stepAt(parameter, raw);
  if (step !== null) return values.length === 1 ? 0 : values.indexOf(step) / (values.length - 1);
  return max === min ? 0 : invertCurve(parameter.curve, (raw - min) / (max - min));
}

/** The step in whose zone a number is, else the one whose number is nearest; null when it has no steps. */
export function stepAt(parameter: Parameter, raw: number): SteppedValue | null {
  let nearest: SteppedValue | null = null;
  for (const step of parameter.values) {
    if (raw >= step.from && raw <= step.to) return step;
    if (nearest === null || Math.abs(raw - step.send) < Math.abs(raw - nearest.send)) nearest = step;
  }
  return nearest;
}

/** By its label or short label, in any spelling of capitals and spaces. */
export function stepNamed(parameter: Parameter, label: string): SteppedValue | null {
  const wanted = plain(label);
  return (
    parameter.values.find((step) => plain(step.label) === wanted) ??
    parameter.values.find((step) => plain(step.short) === wanted) ??
    null
  );
}

function plain(label: string): string {
  return label
    .toLowerCase()
    .replace(/[\s_-]+/g, " ")
    .trim();
}
