// SPDX-License-Identifier: GPL-3.0-or-later
// Tracks that change by themselves: one small change at a time, chosen by weighted rules, inside bounds, by
// dice with a seed. A history of changes on top of what is written; taking one back is leaving it out.

import { isDeepStrictEqual } from "node:util";
import type {
  PitchPlan,
  TrackLockPlan,
  TrackPatternPlan,
  TrackPlan,
  TrackStepPlan,
} from "../binding/plan/track-plan.ts";
import type { SequencerSettings } from "../config/schema.ts";
import type { Dice } from "./dice.ts";
import { PLAIN_STEP } from "./plain-step.ts";

export const MUTATION_RULES = [
  "move",
  "add",
  "drop",
  "note",
  "velocity",
  "probability",
  "ratchet",
  "rotate",
] as const;
export type MutationRule = (typeof MUTATION_RULES)[number];

export type MutationBounds = SequencerSettings["mutation"];

/** What one pattern of one track has become. */
export interface Mutation {
  readonly rule: MutationRule;
  readonly track: string;
  /** From 0. */
  readonly pattern: number;
  /** In words for the player: `lead: a hit moves from step 3 to 4`. */
  readonly sentence: string;
  readonly steps: readonly TrackStepPlan[];
  readonly line: readonly PitchPlan[];
}

/** The tracks as the history leaves them. What is of a track or pattern that is gone does nothing. */
export function mutated(tracks: readonly TrackPlan[], history: readonly Mutation[]): readonly TrackPlan[] {
  return tracks.map((track) => {
    const patterns = track.patterns.map((pattern, index): TrackPatternPlan => {
      const last = history.findLast((one) => one.track === track.id && one.pattern === index);
      if (last === undefined) return pattern;
      const steps = last.steps.map((step) => ({
        ...step,
        locks: step.locks.filter((lock) => fits(lock, track)),
      }));
      return { ...pattern, steps, line: last.line };
    });
    return { ...track, patterns };
  });
}

/** Another session may have another node of this name, and a track may have moved from a node to a synth. */
function fits(lock: TrackLockPlan, { port, patterns }: TrackPlan): boolean {
  if (!("param" in lock)) return port !== undefined;
  const written = patterns.flatMap(({ steps }) => steps.flatMap(({ locks }) => locks));
  return written.some((one) => "param" in one && one.param === lock.param);
}

/** Rules may find nothing to do: another one is tried. */
const MOST_TRIES = 24;

/**
 * One more change, or null when nothing may change.
 *
 * @param written - the tracks that may mutate, as their owner wrote them
 * @param history - what has become of them
 */
export function nextMutation(
  written: readonly TrackPlan[],
  history: readonly Mutation[],
  bounds: MutationBounds,
  dice: Dice,
): Mutation | null {
  const present = mutated(written, history);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const rule = dice.weighted(weightsOf(bounds));
    const track = dice.pick(present);
    if (rule === null || track === undefined) return null;
    const pattern = dice.below(track.patterns.length);
    const original = written.find(({ id }) => id === track.id)?.patterns[pattern];
    const now = track.patterns[pattern];
    if (original === undefined || now === undefined) continue;
    const change = RULES[rule](now, original, dice);
    if (change === null) continue;
    const next = { steps: now.steps, line: now.line, ...change.now };
    if (distance(original, next) > bounds.reach + 1e-9) continue;
    return { rule, track: track.id, pattern, sentence: `${track.id}: ${change.words}`, ...next };
  }
  return null;
}

function weightsOf(bounds: MutationBounds): Readonly<Record<MutationRule, number>> {
  const { move, add, drop, note, velocity, probability, ratchet, rotate } = bounds;
  return { move, add, drop, note, velocity, probability, ratchet, rotate };
}

type Content = Pick<TrackPatternPlan, "steps" | "line">;

/** Part of the steps, or of the line, that is another than written: the larger of both. */
export function distance(written: TrackPatternPlan, now: Content): number {
  const at = (steps: readonly TrackStepPlan[], step: number) => steps.filter((one) => one.step === step);
  let other = 0;
  for (let step = 0; step < written.lengthSteps; step += 1)
    if (!isDeepStrictEqual(at(written.steps, step), at(now.steps, step))) other += 1;
  const moved = written.line.filter((pitch, index) => pitch.number !== now.line[index]?.number).length;
  return Math.max(other / written.lengthSteps, moved / Math.max(1, written.line.length));
}

interface Change {
  readonly now: Partial<Content>;
  readonly words: string;
}
type Rule = (now: TrackPatternPlan, written: TrackPatternPlan, dice: Dice) => Change | null;

const sounds = ({ kind }: TrackStepPlan) => kind !== "rest";
const rounded = (value: number) => Math.round(value * 100) / 100;
const clamped = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));
const sorted = (steps: readonly TrackStepPlan[]) => [...steps].sort((a, b) => a.step - b.step);

const SOFTEST = 0.3;
const LEAST_SURE = 0.3;
const MOST_DEGREES_AWAY = 7;
const MOST_RATCHETS = 4;

const RULES: Readonly<Record<MutationRule, Rule>> = {
  move: ({ steps, lengthSteps }, _written, dice) => {
    const step = dice.pick(steps.filter(sounds));
    if (step === undefined) return null;
    const to = (step.step + (dice.next() < 0.5 ? 1 : lengthSteps - 1)) % lengthSteps;
    if (steps.some((one) => one.step === to && sounds(one))) return null;
    const moved = steps.map((one) => (one === step ? { ...one, step: to } : one));
    return { now: { steps: sorted(moved) }, words: `a hit moves from step ${step.step + 1} to ${to + 1}` };
  },
  add: ({ steps, lengthSteps }, _written, dice) => {
    const free = Array.from({ length: lengthSteps }, (_, step) => step).filter(
      (step) => !steps.some((one) => one.step === step && sounds(one)),
    );
    const step = dice.pick(free);
    const like = dice.pick(steps.filter(sounds));
    if (step === undefined) return null;
    const base = like ?? { ...PLAIN_STEP, step };
    const velocity = Math.min(base.velocity, rounded(Math.max(SOFTEST, base.velocity * 0.8)));
    const added: TrackStepPlan = {
      ...base,
      step,
      velocity,
      ratchet: 1,
      locks: [],
    };
    return { now: { steps: sorted([...steps, added]) }, words: `a hit comes on step ${step + 1}` };
  },
  drop: ({ steps }, _written, dice) => {
    const hits = steps.filter(sounds);
    const step = dice.pick(hits);
    // A track that falls silent is no music any more.
    if (step === undefined || hits.length < 2) return null;
    return {
      now: { steps: steps.filter((one) => one !== step) },
      words: `the hit on step ${step.step + 1} goes`,
    };
  },
  note: ({ line, steps }, written, dice) => {
    const by = (dice.below(2) + 1) * (dice.next() < 0.5 ? 1 : -1);
    if (line.length > 0) {
      const at = dice.below(line.length);
      const pitch = line[at];
      const home = written.line[at];
      if (pitch === undefined || home === undefined) return null;
      const number = pitch.number + by;
      if (Math.abs(number - home.number) > MOST_DEGREES_AWAY || !isPitch({ ...pitch, number })) return null;
      const next = line.map((one, index) => (index === at ? { ...one, number } : one));
      return { now: { line: next }, words: `note ${at + 1} goes ${by > 0 ? "up" : "down"} ${Math.abs(by)}` };
    }
    const step = dice.pick(steps.filter(({ kind }) => kind === "degree" || kind === "note"));
    if (step?.number === undefined) return null;
    const number = step.number + by;
    if (!isPitch({ kind: step.kind === "note" ? "note" : "degree", number })) return null;
    return changed(
      steps,
      step,
      { number },
      `the note on step ${step.step + 1} goes ${by > 0 ? "up" : "down"}`,
    );
  },
  velocity: ({ steps }, _written, dice) => {
    const step = dice.pick(steps.filter(sounds));
    if (step === undefined) return null;
    const velocity = rounded(clamped(step.velocity + (dice.next() - 0.5) * 0.4, SOFTEST, 1));
    const word = velocity > step.velocity ? "stronger" : "softer";
    return changed(steps, step, { velocity }, `step ${step.step + 1} becomes ${word}`);
  },
  probability: ({ steps }, _written, dice) => {
    const step = dice.pick(steps.filter(sounds));
    if (step === undefined) return null;
    const probability = rounded(clamped(step.probability + (dice.next() - 0.6) * 0.5, LEAST_SURE, 1));
    const word = probability > step.probability ? "more" : "less";
    return changed(steps, step, { probability }, `step ${step.step + 1} becomes ${word} sure`);
  },
  ratchet: ({ steps }, _written, dice) => {
    const step = dice.pick(steps.filter(sounds));
    if (step === undefined) return null;
    const ratchet = step.ratchet > 1 ? 1 : 2 + dice.below(MOST_RATCHETS - 1);
    return changed(steps, step, { ratchet }, `step ${step.step + 1} plays ${ratchet} times`);
  },
  rotate: ({ steps, lengthSteps }, _written, dice) => {
    const by = dice.next() < 0.5 ? 1 : lengthSteps - 1;
    if (lengthSteps < 2 || !steps.some(sounds)) return null;
    const turned = steps.map((one) => ({ ...one, step: (one.step + by) % lengthSteps }));
    return {
      now: { steps: sorted(turned) },
      words: `all hits move ${by === 1 ? "a step later" : "a step earlier"}`,
    };
  },
};

function changed(
  steps: readonly TrackStepPlan[],
  step: TrackStepPlan,
  change: Partial<TrackStepPlan>,
  words: string,
): Change | null {
  const next = { ...step, ...change };
  if (isDeepStrictEqual(next, step)) return null;
  return { now: { steps: steps.map((one) => (one === step ? next : one)) }, words };
}

function isPitch({ kind, number }: PitchPlan): boolean {
  return kind === "note" ? number >= 0 && number <= 127 : Math.abs(number) <= 64;
}
