// SPDX-License-Identifier: GPL-3.0-or-later
// Positions in seconds, as text.

import fc from "fast-check";
import { expect, test } from "vitest";
import { formatTime } from "../../../engine/base/time-format.ts";

test.each([
  [0, "00:00.000"],
  [0.0004, "00:00.000"],
  [0.0005, "00:00.001"],
  [12.345, "00:12.345"],
  [59.9996, "01:00.000"],
  [61.5, "01:01.500"],
  [3599.999, "59:59.999"],
  [5999, "99:59.000"],
  [6000, "100:00.000"],
  [1_000_000, "16666:40.000"],
  [-3, "00:00.000"],
])("%d s reads %s", (seconds, text) => {
  expect(formatTime(seconds)).toBe(text);
});

test("what is read is the position to half a millisecond", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (seconds) => {
      const [minutes, rest] = formatTime(seconds).split(":");
      expect(Math.abs(Number(minutes) * 60 + Number(rest) - seconds)).toBeLessThan(0.000501);
      expect(formatTime(seconds)).toMatch(/^\d{2,}:[0-5]\d\.\d{3}$/);
    }),
  );
});
