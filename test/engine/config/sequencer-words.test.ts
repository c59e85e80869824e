// SPDX-License-Identifier: GPL-3.0-or-later
// The words of `sequencer:`, and the table of parameters that both languages share.

import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../../engine/binding/places.ts";
import { loadSettingsBytes } from "../../../engine/config/load-settings.ts";
import { formatProblem } from "../../../engine/config/problem.ts";
import { parseScale, SCALES } from "../../../engine/config/scales.ts";
import { DEFAULT_SETTINGS, settingsSchema } from "../../../engine/config/schema.ts";
import {
  parseCondition,
  parseLine,
  parseSteps,
  STEP_PRESETS,
} from "../../../engine/config/sequencer-words.ts";
import { TRACK_PARAMS } from "../../../engine/config/track-params.ts";

test("the parameters of tracks are those that the engine knows", () => {
  const vector = path.join(projectFolder(), "test", "vectors", "track-params.json");
  expect(JSON.parse(readFileSync(vector, "utf8"))).toEqual(TRACK_PARAMS);
  expect(TRACK_PARAMS.map(({ id }) => id)).toEqual(TRACK_PARAMS.map((_, index) => index + 1));
});

test("every scale begins at the root and goes up inside an octave; names may have blanks", () => {
  for (const [name, semitones] of Object.entries(SCALES)) {
    expect(semitones[0]).toBe(0);
    expect([...semitones].sort((a, b) => a - b)).toEqual(semitones);
    expect(new Set(semitones).size).toBe(semitones.length);
    expect(Math.max(...semitones)).toBeLessThan(12);
    expect(parseScale(name.replaceAll("_", " ").toUpperCase())).toBe(semitones);
  }
  expect(parseScale("0 2 3 7 8")).toEqual([0, 2, 3, 7, 8]);
  for (const text of ["", "majr", "1 2", "0 2 2", "0 12", "0 5 3"]) expect(parseScale(text)).toBeNull();
});

test("patterns are signs or presets", () => {
  expect(parseSteps("x.X3")).toEqual({
    length: 4,
    hits: [
      { step: 0, isAccent: false, ratchet: 1 },
      { step: 2, isAccent: true, ratchet: 1 },
      { step: 3, isAccent: false, ratchet: 3 },
    ],
  });
  expect(parseSteps("x... x... | x...")?.length).toBe(12);
  for (const name of Object.keys(STEP_PRESETS)) expect(parseSteps(name)).not.toBeNull();
  for (const text of ["", "xo", "four on the flor", "x".repeat(65)]) expect(parseSteps(text)).toBeNull();
});

test("lines are degrees and notes, conditions are rounds", () => {
  expect(parseLine("0 -2 C3, 7")).toEqual([
    { kind: "degree", number: 0 },
    { kind: "degree", number: -2 },
    { kind: "note", number: 48 },
    { kind: "degree", number: 7 },
  ]);
  for (const text of ["H2", "0 x", "65", "C11"]) expect(parseLine(text)).toBeNull();
  expect(parseCondition("1:4")).toEqual({ at: 1, every: 4, isNot: false });
  expect(parseCondition("not 2:3")).toEqual({ at: 2, every: 3, isNot: true });
  expect(parseCondition("first")).toEqual({ at: 1, every: 0, isNot: false });
  for (const text of ["", "0:4", "5:4", "1:65", "1/4", "last"]) expect(parseCondition(text)).toBeNull();
});

test("the default file has no track, no mutation and no idle mode", () => {
  expect(DEFAULT_SETTINGS.sequencer).toMatchObject({ tracks: [], mutation: { enabled: false } });
  expect(DEFAULT_SETTINGS.sequencer.idle.enabled).toBe(false);
});

test("two tracks of one name, and a pattern that a track does not have, cost the track", () => {
  const text = `sequencer:
  tracks:
    - { id: a, target: virtual }
    - { id: a, target: virtual, seed: 2 }
    - { id: b, target: virtual, pattern: 2 }
    - { id: c, target: virtual, patterns: [x, xx], pattern: 2 }
`;
  const { settings, problems } = loadSettingsBytes("box.yaml", Buffer.from(text), "play");
  expect(settings.sequencer.tracks.map(({ id, seed }) => `${id} ${seed}`)).toEqual(["a 0", "c 0"]);
  expect(problems.map(formatProblem)).toEqual([
    'box.yaml:4:13: sequencer.tracks[1].id: expected an id of its own, got "a". Each track needs another id; one above has this one. This entry is left out.',
    "box.yaml:5:42: sequencer.tracks[2].pattern: expected 1: one of its patterns, got 2. This entry is left out.",
  ]);
});

test.each([
  [{ id: "a", target: "virtual", patterns: ["xo"] }],
  [{ id: "a", target: "virtual", notes: "H3" }],
  [{ id: "a", target: "virtual", scale: "majr" }],
  [{ id: "a", target: "virtual", root: "0" }],
  [{ id: "a", target: "virtual", steps: [{ step: 0 }] }],
  [{ id: "a", target: "virtual", steps: [{ step: 1, condition: "5:4" }] }],
])("%j is refused", (track) => {
  expect(settingsSchema.safeParse({ sequencer: { tracks: [track] } }).success).toBe(false);
});
