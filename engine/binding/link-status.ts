// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the engine's status that is about Link. Made in native/engine/link-report.cpp.

/** How well the box is tied to the others; native/link/link-health.hpp says when it is which. */
export type LinkWord = "alone" | "good" | "shaky" | "lost";

export interface LinkStatus {
  /** As the settings want it. */
  readonly enabled: boolean;
  readonly startStopSync: boolean;
  readonly peers: number;
  /** Beats. */
  readonly quantum: number;
  /** On the network, one second after the first block. */
  readonly isOn: boolean;
  readonly health: LinkWord;
  /** What it is, and what to do when it is not good. */
  readonly sentence: string;
  /** Phase difference to the session that is still being slewed. */
  readonly correctionMicros: number;
  readonly measurement: {
    /** How often the session's line stepped because clocks were measured anew, since the start. */
    readonly steps: number;
    readonly lastStepMicros: number;
    readonly lastStepAgeSeconds: number | null;
    /** Of the last two minutes. */
    readonly worstStepMicros: number;
  };
  readonly tempo: {
    readonly bpm: number;
    readonly changedBy: "nobody" | "us" | "others";
    readonly ageSeconds: number | null;
    readonly byUs: number;
    readonly byOthers: number;
  };
  readonly joins: number;
  readonly joinedAgeSeconds: number | null;
  /** Since the last peer left; null while there is one, and when there never was. */
  readonly aloneAgeSeconds: number | null;
  readonly peersLost: number;
  readonly peersReturned: number;
  /** How often everybody vanished and was met again within a minute without a jump. */
  readonly heldOver: number;
  /** How often Link began anew because the wall clock was set. */
  readonly restarts: number;
}
