// SPDX-License-Identifier: GPL-3.0-or-later
// A track that lives. Line by line as in native/sequencer/track-plan.hpp.

/** Live tracks on their way back from their ambient values. */
export interface AmbiencePlan {
  readonly returnMs: number;
}

/** A track that lives; `native/sequencer/track-plan.hpp` says more. */
export interface TrackPlan {
  /** Unique; `track:ID` in commands and mappings. */
  readonly id: string;
  /** "rack:node"; or else `port`, with an output, and `channel`, 0 to 15. */
  readonly node?: string;
  readonly port?: string;
  readonly channel?: number;
  readonly seed: number;
  /** Steps in a bar of four beats, 1 to 192. */
  readonly resolution: number;
  readonly swingExponent: number;
  /** 1 to 16. */
  readonly patterns: readonly TrackPatternPlan[];
  /** Semitones above the root, ascending from 0; empty: all. At most 32. */
  readonly scales: readonly (readonly number[])[];
  /** [parameter id, value]: where it begins, and where it drifts to when nobody plays. */
  readonly params: readonly (readonly [number, number])[];
  readonly ambient: readonly (readonly [number, number])[];
}

export interface TrackPatternPlan {
  /** 1 to 64. */
  readonly lengthSteps: number;
  /** Notes of the hits, in the order of their steps. */
  readonly line: readonly PitchPlan[];
  /** Ascending by step; several may share one. */
  readonly steps: readonly TrackStepPlan[];
}

export interface PitchPlan {
  readonly kind: "degree" | "note";
  readonly number: number;
}

export interface TrackStepPlan {
  readonly step: number;
  /** hit: the next of the line; rest: locks alone. */
  readonly kind: "hit" | "note" | "degree" | "rest";
  /** Of note and degree. */
  readonly number?: number;
  readonly velocity: number;
  /** Times the track's. */
  readonly gate: number;
  readonly probability: number;
  readonly ratchet: number;
  /** Round `at` of every `every`; every 0: the first of all. */
  readonly at: number;
  readonly every: number;
  readonly isNot: boolean;
  readonly locks: readonly TrackLockPlan[];
}

/** Of a node; of gear, what is said: up to 4 messages. */
export type TrackLockPlan =
  | { readonly param: number; readonly value: number; readonly rampMs: number }
  | { readonly messages: readonly (readonly number[])[] };
