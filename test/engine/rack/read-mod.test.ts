// SPDX-License-Identifier: GPL-3.0-or-later
// Modulation of a node: what the written LFOs and routes become, and what is wrong with them.
import { describe, expect, test } from "vitest";
import type { ModPlan } from "../../../engine/binding/plan/modulation-plan.ts";
import { formatProblem } from "../../../engine/config/problem.ts";
import { readRackText } from "../../support/rack-files.ts";

const CUTOFF = 4;
const AT = "nodes[0].mod";

function rackWith(mod: unknown) {
  return { version: 1, nodes: [{ id: "b", type: "tb303_ext", mod }] };
}

function modOf(mod: unknown): ModPlan | null | undefined {
  const { plan, problems } = readRackText(rackWith(mod));
  expect(problems.filter((problem) => problem.severity === "error").map(formatProblem)).toEqual([]);
  return plan?.nodes[0]?.mod;
}

function remarksOn(mod: unknown): string[] {
  return readRackText(rackWith(mod)).problems.map(
    ({ severity, path, hint, expected }) => `${severity} ${path.replace(AT, "")}: ${hint}${expected}`,
  );
}

const LFO = { id: 1, wave: "sine", freqHz: 0.5, phase: 0 };
const route = (more: object) => ({ lfos: [LFO], routes: [{ sourceId: 1, destParam: "CUTOFF_HZ", ...more }] });

describe("modulation", () => {
  test("becomes LFOs and routes by number", () => {
    const mod = {
      lfos: [
        { id: 1, wave: "sine", freqHz: 0.33, phase: 0.25 },
        { id: "slow", wave: "triangle", freqHz: 0.08 },
      ],
      routes: [
        { sourceId: 1, destParam: "cutoff_hz", min: 300, max: 2400, map: "exp" },
        { sourceId: "slow", destParam: "LFO.1.freqHz", min: 0.2, max: 1.2 },
        { sourceId: 1, destParam: "lfo.slow.PHASE", depth: 0.5, offset: 0.25 },
        { sourceId: "1", destParamId: 5, depth: 0.2 },
      ],
    };
    expect(modOf(mod)).toEqual({
      lfos: [
        { wave: "sine", freqHz: 0.33, phase: 0.25, syncBeats: 0 },
        { wave: "triangle", freqHz: 0.08, phase: 0, syncBeats: 0 },
      ],
      routes: [
        {
          lfo: 0,
          target: "param",
          index: CUTOFF,
          depth: 0,
          offset: 0,
          range: { min: 300, max: 2400, map: "exp" },
        },
        {
          lfo: 1,
          target: "lfoFreq",
          index: 0,
          depth: 0,
          offset: 0,
          range: { min: 0.2, max: 1.2, map: "linear" },
        },
        { lfo: 0, target: "lfoPhase", index: 1, depth: 0.5, offset: 0.25, range: null },
        { lfo: 0, target: "param", index: 5, depth: 0.2, offset: 0, range: null },
      ],
    });
  });

  test("that is empty or absent is none", () => {
    for (const mod of [undefined, null, {}, { lfos: [], routes: [] }]) expect(modOf(mod)).toBeNull();
  });

  test("follows the beat when an LFO has beats", () => {
    expect(modOf({ lfos: [{ id: 1, beats: 4, wave: "square" }] })?.lfos).toEqual([
      { wave: "square", freqHz: 1, phase: 0, syncBeats: 4 },
    ]);
    expect(modOf({ lfos: [{ id: 1, beats: 0, freqHz: 3 }] })?.lfos[0]).toMatchObject({
      freqHz: 3,
      syncBeats: 0,
    });
  });

  test("by a range wins over depth and offset, which is said", () => {
    const mod = route({ min: 300, max: 900, depth: 100 });
    expect(modOf(mod)?.routes[0]?.range).toEqual({ min: 300, max: 900, map: "linear" });
    expect(remarksOn(mod)).toEqual([
      'warning .routes[0].depth: "min" and "max" are used; depth and offset are not.',
    ]);
    expect(remarksOn(route({ min: 300, max: 900, depth: 0, offset: 0 }))).toEqual([]);
  });

  test("by a range of nothing takes depth and offset", () => {
    expect(modOf(route({ min: 0, max: 0, depth: 100 }))?.routes[0]).toMatchObject({
      depth: 100,
      range: null,
    });
    expect(remarksOn(route({ min: 0, max: 0, depth: 100 }))).toEqual([]);
    expect(remarksOn(route({ min: 900, max: 300, depth: 100 }))).toEqual([
      'warning .routes[0].min: The range counts only when "min" is below "max"; depth and offset are used.less than 300',
    ]);
  });

  test("stays inside what the parameter can be", () => {
    const mod = route({ min: 5, max: 40_000 });
    expect(modOf(mod)?.routes[0]?.range).toEqual({ min: 20, max: 18_000, map: "linear" });
    expect(remarksOn(mod).map((remark) => remark.split(":")[0])).toEqual([
      "warning .routes[0].min",
      "warning .routes[0].max",
    ]);
    const fast = { lfos: [{ id: 1, freqHz: 1e9, phase: -3 }] };
    expect(modOf(fast)?.lfos[0]).toMatchObject({ freqHz: 1000, phase: 0 });
    expect(remarksOn(fast)).toHaveLength(2);
  });

  test("of an exponential range that touches 0 is linear, which is said", () => {
    const mod = { lfos: [LFO], routes: [{ sourceId: 1, destParam: "DRIVE", min: 0, max: 1, map: "exp" }] };
    expect(modOf(mod)?.routes[0]?.range).toEqual({ min: 0, max: 1, map: "linear" });
    expect(remarksOn(mod)[0]).toContain("warning .routes[0].map");
  });

  test("that moves nothing, or has two speeds, is worth a warning", () => {
    expect(remarksOn(route({}))[0]).toContain("warning .routes[0]: Without a depth");
    expect(remarksOn({ lfos: [{ id: 1, freqHz: 1, beats: 2 }] })[0]).toContain("warning .lfos[0].freqHz");
  });
});

describe("modulation is refused when", () => {
  test.each([
    ["an LFO has no id", { lfos: [{ wave: "sine" }] }, ".lfos[0].id", "a number or a name"],
    ["two LFOs have one id", { lfos: [LFO, { ...LFO, id: "1" }] }, ".lfos[1].id", "no other LFO"],
    ["the wave is unknown", { lfos: [{ ...LFO, wave: "noise" }] }, ".lfos[0].wave", '"triangle"'],
    ["the speed is text", { lfos: [{ ...LFO, freqHz: "fast" }] }, ".lfos[0].freqHz", "0.001 to 1000 Hz"],
    ["a key is misspelt", { lfos: [{ ...LFO, freqHzz: 1 }] }, ".lfos[0].freqHzz", 'mean "freqHz"'],
    ["the source is nobody", route({ sourceId: 2, depth: 1 }), ".routes[0].sourceId", "an LFO of this node"],
    [
      "the destination is unknown",
      route({ destParam: "CUTOF_HZ", depth: 1 }),
      ".routes[0].destParam",
      'mean "CUTOFF_HZ"',
    ],
    ["there is no destination", route({ destParam: undefined, depth: 1 }), ".routes[0]", '"destParam"'],
    [
      "the destination's number is none",
      route({ destParam: undefined, destParamId: 99 }),
      ".routes[0].destParamId",
      "got 99",
    ],
    [
      "the LFO that is moved is nobody",
      route({ destParam: "LFO.7.phase" }),
      ".routes[0].destParam",
      "an LFO",
    ],
    ["half a range is written", route({ min: 100 }), ".routes[0].min", '"max" beside it'],
    [
      "the range is out of reach",
      route({ min: 30_000, max: 40_000 }),
      ".routes[0].min",
      "inside 20 to 18000",
    ],
    ["the map is unknown", route({ min: 1, max: 2, map: "log" }), ".routes[0].map", '"linear" or "exp"'],
    [
      "there are too many LFOs",
      { lfos: Array.from({ length: 9 }, (_, id) => ({ id })) },
      ".lfos",
      "at most 8",
    ],
    ["there are too many routes", { lfos: [LFO], routes: Array(33).fill({}) }, ".routes", "at most 32"],
    ["it is text", "wobble", "", "a group of keys"],
  ])("%s", (_what, mod, path, says) => {
    const { plan, problems } = readRackText(rackWith(mod));
    expect(plan).toBeNull();
    const errors = problems.filter((problem) => problem.severity === "error");
    expect(errors.map((problem) => problem.path)).toEqual([`${AT}${path}`]);
    expect(errors.map(formatProblem).join()).toContain(says);
  });
});
