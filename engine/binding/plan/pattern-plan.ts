// SPDX-License-Identifier: GPL-3.0-or-later
// What a rack plays: patterns with locks, and commands. Line by line as in native/sequencer/pattern-plan.hpp.

export interface PatternPlan {
  readonly node: string;
  /** Steps in a bar of four beats, 1 to 192. */
  readonly resolution: number;
  /** Steps until the pattern begins again. */
  readonly lengthSteps: number;
  /** 0 to 100. */
  readonly swingPercent: number;
  readonly swingExponent: number;
  /** Step numbers that trigger, ascending. */
  readonly hits: readonly number[];
  readonly notes: readonly NotePlan[];
  readonly locks: readonly LockPlan[];
}

/** A note for a node that plays several at once; others take it as their NOTE_SEMITONES and a hit. */
export interface NotePlan {
  readonly step: number;
  /** 0 to 127. */
  readonly note: number;
  /** More than 0, to 1. */
  readonly velocity: number;
  /** Steps, more than 0. */
  readonly lengthSteps: number;
}

export interface LockPlan {
  readonly step: number;
  readonly param: number;
  readonly value: number;
  readonly rampMs: number;
}

export interface CommandPlan {
  /** Song beats of the rack. */
  readonly beat: number;
  readonly node: string;
  readonly type: "trigger" | "setParam" | "setParamRamp";
  readonly param: number;
  readonly value: number;
  readonly rampMs: number;
}
