// SPDX-License-Identifier: GPL-3.0-or-later
// Which language an endless knob speaks, by what it said when it was turned both ways. Whoever cannot be
// told from a knob with two ends is one.

import type { MappingSettings } from "../config/schema.ts";

export type EndlessReading = Extract<
  MappingSettings["reading"],
  "twosComplement" | "binaryOffset" | "signedBit"
>;

/** Clicks that one message tells at most; faster hands are rare. */
const MOST_CLICKS = 16;

const LANGUAGES: readonly {
  readonly reading: EndlessReading;
  /** What one click up and one click down are. */
  readonly up: number;
  readonly down: number;
  /** More clicks down are greater numbers, or smaller ones. */
  readonly downwards: 1 | -1;
}[] = [
  { reading: "twosComplement", up: 1, down: 127, downwards: -1 },
  { reading: "binaryOffset", up: 65, down: 63, downwards: -1 },
  { reading: "signedBit", up: 1, down: 65, downwards: 1 },
];

const LEAST_EACH_WAY = 2;
const LEAST_MESSAGES = 6;
/** A knob with two ends does not say the same twice. */
const LEAST_REPEATS = 2;

/**
 * @param values - of one controller, in the order in which they came
 * @returns null for a knob or fader with two ends, and in case of doubt
 */
export function endlessReading(values: readonly number[]): EndlessReading | null {
  if (values.length < LEAST_MESSAGES) return null;
  const repeats = values.filter((value, index) => index > 0 && value === values[index - 1]).length;
  if (repeats < LEAST_REPEATS) return null;
  for (const { reading, up, down, downwards } of LANGUAGES) {
    const ups = values.filter((value) => value >= up && value < up + MOST_CLICKS).length;
    const downs = values.filter((value) => {
      const clicks = (value - down) * downwards;
      return clicks >= 0 && clicks < MOST_CLICKS;
    }).length;
    const isAll = ups + downs === values.length;
    if (isAll && ups >= LEAST_EACH_WAY && downs >= LEAST_EACH_WAY) return reading;
  }
  return null;
}
