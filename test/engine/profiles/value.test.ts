// SPDX-License-Identifier: GPL-3.0-or-later
// Inside, values are 0 to 1 or a label; on the wire they are numbers of the parameter's range.

import fc from "fast-check";
import { expect, test } from "vitest";
import { positionOf, rawOf, stepAt } from "../../../engine/profiles/value.ts";
import { parameterFromText } from "../../support/profile-text.ts";

const CURVES = ["linear", "exponential", "logarithmic", "s-curve"];

test("the ends of a position are the ends of the range, whatever the curve", () => {
  for (const curve of CURVES) {
    const parameter = parameterFromText(`cc: 1, range: [3, 99], curve: ${curve}`);
    expect(rawOf(parameter, 0)).toBe(3);
    expect(rawOf(parameter, 1)).toBe(99);
    expect(positionOf(parameter, 3)).toBe(0);
    expect(positionOf(parameter, 99)).toBe(1);
  }
});

test("every number of the range comes back from its position", () => {
  const cases = fc.tuple(
    fc.constantFrom(...CURVES),
    fc.integer({ min: 0, max: 16_000 }),
    fc.integer({ min: 1, max: 16_383 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(cases, ([curve, low, high, part]) => {
      const [min, max] = low < high ? [low, high] : [high - 1, low];
      const parameter = parameterFromText(
        `addresses: [{ type: pitchBend }], range: [${min}, ${max}], curve: ${curve}`,
      );
      const raw = min + Math.round(part * (max - min));
      expect(rawOf(parameter, positionOf(parameter, raw))).toBe(raw);
    }),
    { numRuns: 300 },
  );
});

test("a position comes back within the resolution of the range", () => {
  const parameter = parameterFromText("cc: 1");
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (position) => {
      const raw = rawOf(parameter, position) ?? -1;
      expect(Math.abs(positionOf(parameter, raw) - position)).toBeLessThanOrEqual(0.5 / 127 + 1e-12);
    }),
  );
});

const WAVE = parameterFromText(
  "cc: 9, values: [{label: Saw, send: 0, from: 0, to: 42}, {label: Pulse wide, short: Puls, send: 64, from: 43, to: 85}, {label: Noise, send: 127, from: 86, to: 127}]",
);

test("a label sends the value of the profile, and any value of the zone reads it back", () => {
  for (const { label, send, from, to } of WAVE.values) {
    expect(rawOf(WAVE, label)).toBe(send);
    for (let raw = from; raw <= to; raw += 1) expect(stepAt(WAVE, raw)?.label).toBe(label);
  }
});

test.each(["pulse wide", "PULSE_WIDE", " Pulse  Wide ", "puls"])(
  '"%s" is a label in another spelling',
  (label) => {
    expect(rawOf(WAVE, label)).toBe(64);
  },
);

test("positions of a stepped parameter are spread over its steps, and come back", () => {
  expect([0, 0.2, 0.5, 0.8, 1].map((position) => rawOf(WAVE, position))).toEqual([0, 0, 64, 127, 127]);
  expect([0, 64, 127].map((raw) => positionOf(WAVE, raw))).toEqual([0, 0.5, 1]);
});

test("a value that is in no zone is the nearest one", () => {
  const parameter = parameterFromText(
    "cc: 9, values: [{label: A, send: 0}, {label: B, send: 50}, {label: C, send: 127}]",
  );
  expect([10, 30, 90].map((raw) => stepAt(parameter, raw)?.label)).toEqual(["A", "B", "C"]);
});

test("what is no value is no number to send", () => {
  expect(rawOf(WAVE, "Sine")).toBeNull();
  expect(rawOf(WAVE, Number.NaN)).toBeNull();
  expect(rawOf(parameterFromText("cc: 1"), "Sine")).toBeNull();
});

test("steps without values have exact ends, and each is read back as itself", () => {
  for (let steps = 2; steps <= 128; steps += 1) {
    const parameter = parameterFromText(`cc: 1, curve: stepped, steps: ${steps}`);
    expect(parameter.values).toHaveLength(steps);
    expect(parameter.values[0]?.send).toBe(0);
    expect(parameter.values.at(-1)?.send).toBe(127);
    let next = 0;
    for (const step of parameter.values) {
      expect(step.from).toBe(next);
      next = step.to + 1;
      expect(stepAt(parameter, step.send)).toBe(step);
    }
    expect(next).toBe(128);
  }
});
