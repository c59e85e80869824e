// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from "vitest";
import { beatAtSeconds, secondsAt } from "../../../engine/base/tempo-map.ts";

const MAP = [
  { beat: 0, bpm: 120 },
  { beat: 8, bpm: 60 },
  { beat: 12, bpm: 240 },
];

describe("a tempo map", () => {
  test("gives each stretch its own tempo", () => {
    // 8 beats at 120 bpm are 4 s, 4 at 60 are 4 s, then 4 beats a second.
    for (const [beat, seconds] of [
      [0, 0],
      [1, 0.5],
      [8, 4],
      [10, 6],
      [12, 8],
      [16, 9],
    ] as const) {
      expect(secondsAt(MAP, beat)).toBeCloseTo(seconds, 12);
      expect(beatAtSeconds(MAP, seconds)).toBeCloseTo(beat, 12);
    }
  });

  test("is its own inverse", () => {
    for (let beat = 0; beat < 40; beat += 0.37)
      expect(beatAtSeconds(MAP, secondsAt(MAP, beat))).toBeCloseTo(beat, 9);
  });

  test("without steps is 120 bpm", () => {
    expect(secondsAt([], 2)).toBe(1);
    expect(beatAtSeconds([], 1)).toBe(2);
  });
});
