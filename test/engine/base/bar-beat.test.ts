// SPDX-License-Identifier: GPL-3.0-or-later
// Bars and beats, as musicians count them.

import fc from "fast-check";
import { expect, test } from "vitest";
import { barBeatAt, formatBarBeat, songBeatAt } from "../../../engine/base/bar-beat.ts";

test.each([
  [0, "1.1"],
  [0.999, "1.1"],
  [1, "1.2"],
  [3.999, "1.4"],
  [4, "2.1"],
  [46.5, "12.3"],
  [-0.001, "0.4"],
  [-4, "0.1"],
  [-4.5, "-1.4"],
])("beat %d is %s", (songBeat, text) => {
  expect(formatBarBeat(songBeat)).toBe(text);
});

test("a bar of three has no fourth beat", () => {
  expect(formatBarBeat(3, 3)).toBe("2.1");
  expect(formatBarBeat(2.9, 3)).toBe("1.3");
});

test("songBeatAt undoes barBeatAt", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1000, max: 1e6, noNaN: true }),
      fc.integer({ min: 1, max: 12 }),
      (songBeat, beatsPerBar) => {
        const position = barBeatAt(songBeat, beatsPerBar);
        expect(position.beat).toBeGreaterThanOrEqual(1);
        expect(position.beat).toBeLessThanOrEqual(beatsPerBar);
        expect(position.fraction).toBeGreaterThanOrEqual(0);
        expect(songBeatAt(position, beatsPerBar)).toBeCloseTo(songBeat, 9);
      },
    ),
  );
});
