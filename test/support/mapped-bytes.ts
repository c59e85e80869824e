// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine makes of an entry of the plan and a position of the control: native/mapping/value-shape.cpp
// in few lines.
import type { MappingEntryPlan } from "../../engine/binding/plan/mapping-plan.ts";

/** Of the curve at a position from 0 to 1. */
export function outputAt({ curve, steps }: MappingEntryPlan, position: number): number {
  const x = steps < 2 ? position : Math.min(steps - 1, Math.floor(position * steps)) / (steps - 1);
  const place = x * (curve.length - 1);
  const index = Math.min(curve.length - 1, Math.floor(place));
  const here = curve[index] ?? 0;
  return here + ((curve[index + 1] ?? here) - here) * (place - index);
}

/** What the target becomes. */
export function valueAt(entry: MappingEntryPlan, position: number): number {
  const output = outputAt(entry, position);
  const values = entry.target.kind === "midi" ? entry.target.values : [];
  if (values.length > 0)
    return values[Math.min(values.length - 1, Math.floor(output * values.length))] ?? Number.NaN;
  return entry.low + (entry.high - entry.low) * output;
}

/** The messages that a synth gets. */
export function sentBytes(entry: MappingEntryPlan, position: number): readonly (readonly number[])[] {
  if (entry.target.kind !== "midi") return [];
  const raw = Math.round(valueAt(entry, position));
  return entry.target.messages.map((message) =>
    message.map((byte) => {
      if (byte === "high") return raw >> 7;
      return byte === "low" ? raw & 127 : byte === "value" ? raw & 127 : byte;
    }),
  );
}
