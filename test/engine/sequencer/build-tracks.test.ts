// SPDX-License-Identifier: GPL-3.0-or-later
// From `sequencer.tracks` to the plan: words become numbers, and a sentence for what nobody can play.

import { expect, test } from "vitest";
import { tracksOf } from "../../../engine/app/sequencer-source.ts";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import type { TrackPlan } from "../../../engine/binding/plan/track-plan.ts";
import { settingsSchema } from "../../../engine/config/schema.ts";
import { TRACK_PARAMS } from "../../../engine/config/track-params.ts";
import { testCatalog } from "../../support/node-catalog.ts";
import { builtInShelf } from "../../support/profile-golden.ts";

const SESSION = { racks: [{ id: "drums", nodes: [{ id: "kick", type: "kick" }] }] } as unknown as SessionPlan;

const shelf = await builtInShelf();
const profile = (await shelf.find("korg_nts1_mk2"))?.profile;

function build(tracks: readonly object[], sequencer: object = {}) {
  const settings = settingsSchema.parse({
    midi: {
      ports: [
        { id: "lead", kind: "virtual", name: "Lead", channel: 5 },
        { id: "typing", kind: "keyboard", name: "/dev/input/event9" },
      ],
    },
    sequencer: { ...sequencer, tracks },
  });
  const profiles =
    profile === undefined ? [] : [{ port: "lead", wanted: profile.id, profile, channel: 4, isGood: true }];
  return tracksOf({ settings, session: SESSION, catalog: () => testCatalog, profiles });
}

function only(track: object, sequencer: object = {}): TrackPlan {
  const { tracks, warnings } = build([{ id: "t", target: "lead", ...track }], sequencer);
  expect(warnings).toEqual([]);
  const [plan] = tracks;
  if (plan === undefined) throw new Error("there is no track");
  return plan;
}

const paramOf = (plan: TrackPlan, key: string) =>
  plan.params.find(([id]) => id === TRACK_PARAMS.find((param) => param.key === key)?.id)?.[1];

test("a port is played on the channel of its synth, or the track's own; a node by its name", () => {
  expect(only({})).toMatchObject({ port: "lead", channel: 4 });
  expect(only({ channel: 9 })).toMatchObject({ port: "lead", channel: 8 });
  expect(only({ target: "virtual" })).toMatchObject({ port: "virtual", channel: 0 });
  expect(only({ target: "drums:kick" })).toMatchObject({ node: "drums:kick" });
  expect(only({ target: "drums:kick" })).not.toHaveProperty("port");
});

test("a track that nobody can play is left out, with what was probably meant", () => {
  const { tracks, warnings } = build([
    { id: "a", target: "drums:kik" },
    { id: "b", target: "lead" },
    { id: "c", target: "typing" },
  ]);
  expect(tracks.map(({ id }) => id)).toEqual(["b"]);
  expect(warnings).toEqual([
    'Track a is silent: expected a port with an output or a node of the session, got "drums:kik". Did you mean drums:kick?',
    expect.stringMatching(/^Track c is silent: expected a port with an output/),
  ]);
});

test("signs become hits: x, a strong X, and ratchets", () => {
  const [pattern] = only({ patterns: ["x.X3"], notes: "0 2" }).patterns;
  expect(pattern).toMatchObject({
    lengthSteps: 4,
    line: [
      { kind: "degree", number: 0 },
      { kind: "degree", number: 2 },
    ],
    steps: [
      { step: 0, kind: "hit", velocity: 0.8, ratchet: 1 },
      { step: 2, kind: "hit", velocity: 1 },
      { step: 3, ratchet: 3 },
    ],
  });
});

test("a step that is told in detail takes the place of its sign; several are a chord, a rest adds locks", () => {
  const [pattern] = only({
    patterns: ["xx.."],
    steps: [
      { step: 1, note: "C3", probability: 0.5, condition: "not 1:4" },
      { step: 1, note: 4 },
      { step: 2, rest: true, locks: { cc74: 20 } },
      { step: 4, locks: { filter_cutoff: 1 } },
    ],
  }).patterns;
  expect(pattern?.steps).toMatchObject([
    { step: 0, kind: "note", number: 48, probability: 0.5, at: 1, every: 4, isNot: true },
    { step: 0, kind: "degree", number: 4 },
    { step: 1, kind: "hit" },
    { step: 1, kind: "rest", locks: [{ messages: [[0xb4, 74, 20]] }] },
    {
      step: 3,
      kind: "hit",
      locks: [
        {
          messages: [
            [0xb4, 43, 127],
            [0xb4, 107, 127],
          ],
        },
      ],
    },
  ]);
});

test("locks of a node are its parameters, by name and in range", () => {
  const locks = (written: object) =>
    build([{ id: "t", target: "drums:kick", patterns: ["x"], steps: [{ step: 1, locks: written }] }]);
  expect(locks({ f0: 80, GAIN: 0.5 }).tracks[0]?.patterns[0]?.steps[0]?.locks).toEqual([
    { param: 1, value: 80, rampMs: 0 },
    { param: 5, value: 0.5, rampMs: 0 },
  ]);
  expect(locks({ gian: 0.5 }).warnings[0]).toMatch(
    /^Track t: the lock gian does nothing: .*Did you mean gain\?/,
  );
  expect(locks({ gain: 9 }).warnings[0]).toContain('expected 0 to 1.5, got "9"');
});

test("a lock that the synth does not have costs the lock", () => {
  const { tracks, warnings } = build([
    { id: "t", target: "lead", patterns: ["x"], steps: [{ step: 1, locks: { filter_cutof: 1, cc200: 1 } }] },
  ]);
  expect(tracks[0]?.patterns[0]?.steps[0]?.locks).toEqual([]);
  expect(warnings[0]).toMatch(/the lock filter_cutof does nothing: .*Did you mean filter_cutoff/);
  expect(warnings[1]).toMatch(/expected cc0 to cc119/);
});

test("the track's own scale is one of those a knob goes through", () => {
  const scales = { scales: ["major", "dorian", "0 1 5 7 8"] };
  expect(only({ scale: "dorian" }, scales).scales).toHaveLength(3);
  expect(paramOf(only({ scale: "dorian" }, scales), "scale")).toBe(1);
  expect(only({ scale: "blues" }, scales).scales[0]).toEqual([0, 3, 5, 6, 7, 10]);
  expect(paramOf(only({ scale: "blues" }, scales), "scale")).toBe(0);
  expect(only({}).scales).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]);
});

test("every parameter is in the plan, in the numbers of the engine", () => {
  const plan = only({
    root: "A2",
    direction: "pingPong",
    pulses: 5,
    rotation: -1,
    mute: true,
    pattern: 2,
    patterns: ["x", "x."],
  });
  expect(plan.params).toHaveLength(TRACK_PARAMS.length);
  expect(paramOf(plan, "root")).toBe(45);
  expect(paramOf(plan, "direction")).toBe(2);
  expect(paramOf(plan, "pulses")).toBe(5);
  expect(paramOf(plan, "mute")).toBe(1);
  expect(paramOf(plan, "pattern")).toBe(2);
  expect(paramOf(only({}), "pulses")).toBe(-1);
  for (const { id, min, max } of TRACK_PARAMS) {
    const value = plan.params.find(([one]) => one === id)?.[1] ?? Number.NaN;
    expect(value).toBeGreaterThanOrEqual(min);
    expect(value).toBeLessThanOrEqual(max);
  }
});

test("ambient values are the profile's, or the owner's; a track may stay out", () => {
  const idle = { idle: { profile: "meditative", density: 0.1 } };
  expect(new Map(only({}, idle).ambient).get(2)).toBe(0.1);
  expect(new Map(only({}, idle).ambient).get(7)).toBe(0.8);
  expect(only({ drifts: false }, idle).ambient).toEqual([]);
});

test("a step beyond the end of its pattern is said", () => {
  const { warnings } = build([{ id: "t", target: "lead", patterns: ["x..."], steps: [{ step: 9 }] }]);
  expect(warnings).toEqual([
    "Track t: step 9 of pattern 1 is never played: expected a step that the pattern has.",
  ]);
});
