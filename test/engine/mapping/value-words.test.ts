// SPDX-License-Identifier: GPL-3.0-or-later
// What a display says of a move: whose parameter it is, and where it stands between its ends.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ParamTarget, ResolvedTarget } from "../../../engine/mapping/resolve-target.ts";
import { targetPlace, valueRatio } from "../../../engine/mapping/value-words.ts";

const PARAM: ParamTarget = {
  kind: "param",
  node: "drums:filter",
  param: 1,
  name: "cutoffHz",
  unit: "Hz",
  min: 20,
  max: 20_000,
  low: 20,
  high: 20_000,
  isRatio: true,
  steps: 0,
  choices: [],
};
const SYNTH: ResolvedTarget = {
  kind: "synth",
  port: "left",
  synth: "Volca Keys",
  parameter: {
    id: "detune",
    messages: null,
    values: [],
    indexOf: () => -1,
    at: (position) => 127 - 127 * position,
  },
};

test("a frequency stands where equal turns are equal ratios", () => {
  expect(valueRatio(PARAM, { value: 20 })).toBe(0);
  expect(valueRatio(PARAM, { value: Math.sqrt(20 * 20_000) })).toBeCloseTo(0.5);
  expect(valueRatio(PARAM, { value: 20_000 })).toBe(1);
  expect(valueRatio({ ...PARAM, isRatio: false, low: 0, high: 10 }, { value: 2.5 })).toBe(0.25);
});

test("a synth's parameter may run backwards on the wire", () => {
  expect(valueRatio(SYNTH, { value: 127 })).toBe(0);
  expect(valueRatio(SYNTH, { value: 0 })).toBe(1);
});

test("any value stands between 0 and 1; what has no ends stands nowhere", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.boolean(), (value, isRatio) => {
      const ratio = valueRatio({ ...PARAM, isRatio }, { value });
      expect(ratio).toBeGreaterThanOrEqual(0);
      expect(ratio).toBeLessThanOrEqual(1);
    }),
  );
  expect(valueRatio({ kind: "transport", action: "tempo" }, { value: 120 })).toBeNull();
  expect(valueRatio({ ...PARAM, low: 3, high: 3, isRatio: false }, { value: 3 })).toBeNull();
});

test("a place is the synth's name, or rack and node", () => {
  expect(targetPlace(SYNTH, "synth:left")).toBe("Volca Keys");
  expect(targetPlace(PARAM, "drums:filter")).toBe("drums filter");
  expect(targetPlace({ ...PARAM, node: "rack:drums" }, "rack:drums")).toBe("drums");
  expect(targetPlace({ ...PARAM, node: "bus:main:eq" }, "bus:main:eq")).toBe("main eq");
  expect(targetPlace({ kind: "outside", isTempo: false }, "osc:lights")).toBe("osc:lights");
});
