// SPDX-License-Identifier: GPL-3.0-or-later
// Musical time and level.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  beatsOfSeconds,
  channelForCode,
  channelForPeople,
  clampTempo,
  dbOfGain,
  gainOfDb,
  phaseOf,
  secondsOfBeats,
} from "../../../engine/base/units.ts";

test("a tempo is always in Link's range", () => {
  fc.assert(
    fc.property(fc.double(), (bpm) => {
      const tempo = clampTempo(bpm);
      expect(tempo).toBeGreaterThanOrEqual(20);
      expect(tempo).toBeLessThanOrEqual(999);
      if (bpm >= 20 && bpm <= 999) expect(tempo).toBe(bpm);
    }),
  );
  expect(clampTempo(Number.NaN)).toBe(120);
});

test("phase is in [0, quantum), also of a negative beat", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 64, noNaN: true }),
      (beat, quantum) => {
        const phase = phaseOf(beat, quantum);
        expect(phase).toBeGreaterThanOrEqual(0);
        expect(phase).toBeLessThan(quantum);
      },
    ),
  );
  expect(phaseOf(-1, 4)).toBe(3);
  expect(phaseOf(9, 4)).toBe(1);
  expect(phaseOf(-1e-20, 4)).toBe(0);
  expect(phaseOf(5, 0)).toBe(0);
});

test("two beats at 120 bpm last one second, there and back", () => {
  expect(secondsOfBeats(2, 120)).toBe(1);
  expect(beatsOfSeconds(1, 120)).toBe(2);
});

test("0 dB is a factor of 1, -6.02 dB a half", () => {
  expect(gainOfDb(0)).toBe(1);
  expect(gainOfDb(20)).toBeCloseTo(10, 12);
  expect(dbOfGain(0.5)).toBeCloseTo(-6.0206, 4);
  expect(dbOfGain(0)).toBe(Number.NEGATIVE_INFINITY);
});

test("channel 1 for people is channel 0 in code", () => {
  expect(channelForCode(1)).toBe(0);
  expect(channelForPeople(15)).toBe(16);
});
