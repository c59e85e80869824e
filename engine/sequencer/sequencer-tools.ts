// SPDX-License-Identifier: GPL-3.0-or-later
// What the sequencer asks of the rooms that know nodes and synths.

import type { TrackLockPlan } from "../binding/plan/track-plan.ts";

/** What is wrong with a lock, as the end of a sentence: `expected …, got ….` */
export interface LockRefusal {
  readonly refused: string;
}

export interface SequencerTools {
  /** Lock of a node of this type, by the name of its parameter. */
  readonly nodeLock: (type: string, name: string, value: number | string) => TrackLockPlan | LockRefusal;
  /** Of the synth at a port, as its profile names parameters; null while profiles are not read. */
  readonly synthLock: (
    port: string,
    name: string,
    value: number | string,
  ) => TrackLockPlan | LockRefusal | null;
  /** MIDI channel of the synth at a port, 0 to 15. */
  readonly channelOf: (port: string) => number;
}
