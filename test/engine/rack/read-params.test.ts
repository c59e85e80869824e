// SPDX-License-Identifier: GPL-3.0-or-later
// What a node is told beside numbers: choices, texts, files, bands, a width, the address of a plug-in.
import { describe, expect, test } from "vitest";
import type { NodePlan } from "../../../engine/binding/plan/rack-plan.ts";
import { formatProblem } from "../../../engine/config/problem.ts";
import { readWideRack } from "../../support/rack-files.ts";
import { PLUGIN_URI } from "../../support/wide-catalog.ts";

const SAMPLE = "/songs/kicks/one.wav";

function rackWith(type: string, params: object, more: object = {}) {
  return { version: 1, nodes: [{ id: "n", type, params, ...more }] };
}

function nodeOf(type: string, params: object, more: object = {}): NodePlan | undefined {
  const { plan, problems } = readWideRack(rackWith(type, params, more), [SAMPLE]);
  expect(problems.filter((problem) => problem.severity === "error").map(formatProblem)).toEqual([]);
  return plan?.nodes[0];
}

describe("choices", () => {
  test("of the catalog are counted from the parameter's smallest value", () => {
    const modes = ["one-shot", "oneshot", "Loop", "GATE", "one_shot"];
    const values = modes.map((mode) => nodeOf("sampler", { file: "kicks/one.wav", mode })?.params[0]);
    expect(values).toEqual([
      [1, 1],
      [1, 1],
      [1, 2],
      [1, 3],
      [1, 1],
    ]);
  });

  test("may be written as their numbers", () => {
    expect(nodeOf("sampler", { file: "kicks/one.wav", mode: 3 })?.params).toEqual([[1, 3]]);
  });
});

describe("texts", () => {
  test("are kept as they are, numbers as their digits", () => {
    expect(nodeOf("spectral_ducker", { lookaheadMs: 6.5 })?.texts).toEqual([["lookaheadMs", "6.5"]]);
    expect(nodeOf("spectral_ducker", { LOOKAHEAD_MS: "5" })?.texts).toEqual([["lookaheadMs", "5"]]);
  });

  test("with choices are read in any case", () => {
    expect(nodeOf("spectral_ducker", { applyMode: "DynamicEQ" })?.texts).toEqual([
      ["applyMode", "dynamicEq"],
    ]);
  });

  test("that are files are found from the rack's folder", () => {
    expect(nodeOf("sampler", { file: "kicks/one.wav" })?.texts).toEqual([["file", SAMPLE]]);
    expect(nodeOf("sampler", { file: SAMPLE })?.texts).toEqual([["file", SAMPLE]]);
  });

  test("that are files to write need not be there", () => {
    expect(nodeOf("wiretap", { path: "../out/tap.wav", enabled: true })).toMatchObject({
      params: [[1, 1]],
      texts: [["path", "/out/tap.wav"]],
    });
  });

  test("that name a file that is missing tell which one, so that it can be waited for", () => {
    const { plan, missingFiles, problems } = readWideRack(rackWith("sampler", { file: "two.wav" }));
    expect(plan).toBeNull();
    expect(missingFiles).toEqual(["/songs/two.wav"]);
    expect(problems.map(formatProblem)).toEqual([
      "/songs/r.json:8:17: nodes[0].params.file: expected a file that can be read, got no such file. Looked for /songs/two.wav.",
    ]);
  });
});

describe("bands", () => {
  test("are parameters with numbers, and what a band does not say is the same for all", () => {
    const bands = [
      { centerHz: 80, q: 2, depthDb: -3, thresholdDb: -20, ratio: 4, kneeDb: 3, holdMs: 10 },
      { centerHz: 250 },
    ];
    expect(nodeOf("spectral_ducker", { bands })?.params).toEqual([
      [2, 2],
      ...[80, 2, -3, -20, 4, 3, 10].map((value, index) => [10 + index, value]),
      ...[250, 1, -6, -18, 2, 6, 0].map((value, index) => [20 + index, value]),
    ]);
  });

  test("may be none, or only counted", () => {
    expect(nodeOf("spectral_ducker", { bands: [] })?.params).toEqual([[2, 0]]);
    expect(nodeOf("spectral_ducker", { bands: 3 })?.params).toEqual([[2, 3]]);
  });
});

describe("a width", () => {
  test("is the type's own, or as many channels as are written", () => {
    expect(nodeOf("gain", {})?.channels).toBe(0);
    expect(nodeOf("gain", { channels: 6 })?.channels).toBe(6);
    const ports = { inputs: [{ index: 0, channels: 4 }] };
    expect(nodeOf("gain", {}, { ports })?.channels).toBe(4);
    expect(nodeOf("gain", { channels: 2 }, { ports })?.channels).toBe(2);
  });
});

describe("a plug-in", () => {
  test.each([
    ["beside its type", { uri: PLUGIN_URI }, {}],
    ["among its parameters", {}, { uri: PLUGIN_URI }],
  ])("has its address %s", (_where, more, params) => {
    expect(nodeOf("lv2", { ...params, drive: 5 }, more)).toEqual({
      id: "n",
      type: `lv2:${PLUGIN_URI}`,
      params: [[1, 5]],
      texts: [],
      channels: 0,
      mod: null,
    });
  });

  test("may be named by its type, as a node from outside is", () => {
    expect(nodeOf(`lv2:${PLUGIN_URI}`, {})?.type).toBe(`lv2:${PLUGIN_URI}`);
    expect(nodeOf("someone.amp", { drive: 2 })?.params).toEqual([[1, 2]]);
  });
});

describe("a node is refused for", () => {
  const P = "nodes[0].params";
  test.each([
    ["a file that it needs", "sampler", {}, {}, P, '"file" for a sampler, got nothing. A sound file.'],
    ["an empty file name", "sampler", { file: "" }, {}, `${P}.file`, "got nothing"],
    ["a file name with a hole", "sampler", { file: "a\0b" }, {}, `${P}.file`, "text, at most 4096 bytes"],
    ["a text that is a list", "spectral_ducker", { lookaheadMs: [5] }, {}, `${P}.lookaheadMs`, "text"],
    ["an unknown word", "spectral_ducker", { applyMode: "multply" }, {}, `${P}.applyMode`, 'mean "multiply"'],
    [
      "a text twice",
      "spectral_ducker",
      { applyMode: "multiply", APPLY_MODE: "multiply" },
      {},
      `${P}.APPLY_MODE`,
      "twice",
    ],
    ["a misspelt text", "sampler", { file: SAMPLE, laod: "auto" }, {}, `${P}.laod`, 'mean "load"'],
    ["an unknown choice", "sampler", { file: SAMPLE, mode: "lop" }, {}, `${P}.mode`, 'mean "loop"'],
    ["too many bands", "spectral_ducker", { bands: [{}, {}, {}, {}] }, {}, `${P}.bands`, "at most 3 bands"],
    ["a band that is none", "spectral_ducker", { bands: [60] }, {}, `${P}.bands[0]`, "a group of keys"],
    [
      "a misspelt key of a band",
      "spectral_ducker",
      { bands: [{ centreHz: 60 }] },
      {},
      `${P}.bands[0].centreHz`,
      'mean "centerHz"',
    ],
    [
      "a key of a band that every object has",
      "spectral_ducker",
      { bands: [{ constructor: 60 }] },
      {},
      `${P}.bands[0].constructor`,
      "a key of a band",
    ],
    ["nine channels", "gain", { channels: 9 }, {}, `${P}.channels`, "1 to 8 channels"],
    ["channels it cannot change", "delay", { channels: 2 }, {}, `${P}.channels`, "a parameter of delay"],
    ["a plug-in without address", "lv2", {}, {}, "nodes[0]", '"uri" with the address'],
    [
      "a plug-in that is not here",
      "lv2",
      {},
      { uri: "urn:x" },
      "nodes[0].uri",
      "an LV2 plug-in that is installed, got urn:x",
    ],
    ["a plug-in that is not here, below", "lv2", { uri: "urn:x" }, {}, `${P}.uri`, "there is no lv2:urn:x"],
    ["a plug-in's parameter", "lv2", { drove: 1 }, { uri: PLUGIN_URI }, `${P}.drove`, 'mean "drive"'],
    ["an author that is unknown", "nobody.amp", {}, {}, "nodes[0].type", "there is no nobody.amp"],
  ])("%s", (_what, type, params, more, path, says) => {
    const { plan, problems } = readWideRack(rackWith(type, params, more), [SAMPLE]);
    expect(plan).toBeNull();
    const errors = problems.filter((problem) => problem.severity === "error");
    expect(errors.map((problem) => problem.path)).toEqual([path]);
    expect(errors.map(formatProblem).join()).toContain(says);
  });
});
