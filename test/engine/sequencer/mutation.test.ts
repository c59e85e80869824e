// SPDX-License-Identifier: GPL-3.0-or-later
// Tracks that change by themselves: by the seed, by the weights, inside the bounds, and back again.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { TrackPlan, TrackStepPlan } from "../../../engine/binding/plan/track-plan.ts";
import { settingsSchema } from "../../../engine/config/schema.ts";
import { Dice, diceAt } from "../../../engine/sequencer/dice.ts";
import {
  distance,
  MUTATION_RULES,
  type Mutation,
  type MutationBounds,
  mutated,
  nextMutation,
} from "../../../engine/sequencer/mutation.ts";

const hit = (step: number): TrackStepPlan => ({
  step,
  kind: "hit",
  velocity: 0.8,
  gate: 1,
  probability: 1,
  ratchet: 1,
  at: 1,
  every: 1,
  isNot: false,
  locks: [],
});

function track(id: string, steps: readonly number[], line: readonly number[] = [0, 2, 4]): TrackPlan {
  const pattern = {
    lengthSteps: 16,
    line: line.map((number) => ({ kind: "degree" as const, number })),
    steps: steps.map(hit),
  };
  return {
    id,
    node: "r:n",
    seed: 0,
    resolution: 16,
    swingExponent: 1,
    patterns: [pattern],
    scales: [],
    params: [],
    ambient: [],
  };
}

const bounds = (changes: Partial<MutationBounds> = {}): MutationBounds => ({
  ...settingsSchema.parse({}).sequencer.mutation,
  ...changes,
});

function live(tracks: readonly TrackPlan[], count: number, limits: MutationBounds, seed = 1): Mutation[] {
  const dice = new Dice(seed);
  const history: Mutation[] = [];
  for (let i = 0; i < count; i += 1) {
    const next = nextMutation(tracks, history, limits, dice);
    if (next !== null) history.push(next);
  }
  return history;
}

const TRACKS = [track("a", [0, 4, 8, 12]), track("b", [0, 3, 6, 10, 12])];

test("dice are even, and the same for the same seed and place", () => {
  const thrown = Array.from({ length: 10_000 }, (_, place) => diceAt(7, place));
  for (const value of thrown) expect(value >= 0 && value < 1).toBe(true);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const count = thrown.filter((value) => Math.floor(value * 10) === tenth).length;
    expect(count).toBeGreaterThan(850);
    expect(count).toBeLessThan(1150);
  }
  expect(new Dice(7, 3).next()).toBe(thrown[3]);
});

test("the same seed is the same history, another seed another", () => {
  expect(live(TRACKS, 40, bounds())).toEqual(live(TRACKS, 40, bounds()));
  expect(live(TRACKS, 40, bounds())).not.toEqual(live(TRACKS, 40, bounds(), 2));
});

test("however long it goes on, it stays in reach of what is written, and music", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      (seed, reach) => {
        const history = live(TRACKS, 40, bounds({ reach }), seed);
        for (let length = 1; length <= history.length; length += 7) {
          for (const [index, now] of mutated(TRACKS, history.slice(0, length)).entries()) {
            const [pattern] = now.patterns;
            const written = TRACKS[index]?.patterns[0];
            if (pattern === undefined || written === undefined) throw new Error("there is no pattern");
            expect(distance(written, pattern)).toBeLessThanOrEqual(reach + 1e-9);
            expect(pattern.steps.length).toBeGreaterThan(0);
            const steps = pattern.steps.map(({ step }) => step);
            expect(steps).toEqual([...steps].sort((a, b) => a - b));
            for (const step of pattern.steps) {
              expect(step.step).toBeLessThan(16);
              expect(step.velocity).toBeGreaterThanOrEqual(0.3);
              expect(step.velocity).toBeLessThanOrEqual(1);
              expect(step.probability).toBeGreaterThanOrEqual(0.3);
              expect(step.ratchet).toBeLessThanOrEqual(4);
            }
            for (const [at, { number }] of pattern.line.entries())
              expect(Math.abs(number - (written.line[at]?.number ?? 0))).toBeLessThanOrEqual(7);
          }
        }
      },
    ),
    { numRuns: 12 },
  );
});

test("a reach of 0 changes nothing", () => {
  expect(live(TRACKS, 20, bounds({ reach: 0 }))).toEqual([]);
});

test("rules come as often as they weigh; one of weight 0 never", () => {
  const none = Object.fromEntries(MUTATION_RULES.map((rule) => [rule, 0]));
  for (const rule of MUTATION_RULES) {
    const history = live(TRACKS, 10, bounds({ ...none, [rule]: 1, reach: 1 }));
    expect(history.length, rule).toBeGreaterThan(0);
    expect(new Set(history.map((one) => one.rule))).toEqual(new Set([rule]));
  }
  expect(live(TRACKS, 5, bounds(none))).toEqual([]);
  const heavy = { ...none, velocity: 9, note: 1, reach: 1 };
  const dice = new Dice(5);
  const rules = Array.from({ length: 400 }, () => nextMutation(TRACKS, [], bounds(heavy), dice)?.rule);
  expect(rules.filter((rule) => rule === "velocity").length).toBeGreaterThan(300);
});

test("a change taken back is as it was before", () => {
  const history = live(TRACKS, 30, bounds());
  for (let length = history.length; length > 0; length -= 1) {
    const before = mutated(TRACKS, history.slice(0, length - 1));
    const after = mutated(TRACKS, history.slice(0, length));
    const last = history[length - 1];
    for (const [index, { id }] of TRACKS.entries())
      if (id !== last?.track) expect(after[index]).toEqual(before[index]);
  }
  expect(mutated(TRACKS, [])).toEqual(TRACKS);
});

test("every change is said in words that name the track", () => {
  for (const { sentence, track: id } of live(TRACKS, 30, bounds()))
    expect(sentence).toMatch(new RegExp(`^${id}: .+`));
});

test("what is of a track that is gone does nothing", () => {
  const history = live(TRACKS, 30, bounds());
  const [first] = TRACKS;
  if (first === undefined) throw new Error("there is no track");
  expect(mutated([first], history)).toHaveLength(1);
  expect(mutated([], history)).toEqual([]);
});
