// SPDX-License-Identifier: GPL-3.0-or-later
// The MIDI part of the plan: which ports to open, and what tracks for synths play. Line by line as in native/midi/midi-plan.hpp.
import type { PanelPlan } from "./panel-plan.ts";

export interface MidiPortPlan {
  readonly id: string;
  /** `match`: the first system port whose name contains `match`; `virtual`: a port of ours that
   *  others connect to; `serial`: a tty at `baud`; `keyboard`: one for typing, an input alone;
   *  `panel`: the controls and lights on the front. */
  readonly kind: "match" | "virtual" | "serial" | "keyboard" | "panel";
  /** match: name pattern, case-insensitive, `*` is any text. virtual: the port's name. serial, keyboard: device path. panel: the board. */
  readonly name: string;
  readonly input: boolean;
  readonly output: boolean;
  readonly clock: boolean;
  readonly startStop: boolean;
  readonly songPosition: boolean;
  /** -50 to 50: later is positive. */
  readonly offsetMs: number;
  /** The port gets its clock, and counts its place, at so many times the song's tempo. */
  readonly tempoMultiple: 0.5 | 1 | 2;
  /** What the clock does while the song is stopped. */
  readonly atStop: "keepClock" | "stopClock";
  /** serial only. */
  readonly baud: number;
  /** What the device behind the port takes; 0: as fast as the port goes. */
  readonly bytesPerSecond: number;
  /** serial only: status bytes that repeat are left out. */
  readonly runningStatus: boolean;
  /** Who is there is not known: the device is asked, when the port has both directions. */
  readonly askIdentity: boolean;
  /** panel only. */
  readonly panel?: PanelPlan;
}

/** A track of notes and controllers for a synth on a MIDI port. */
export interface MidiTrackPlan {
  readonly id: string;
  /** id of a port in `midi.ports`. */
  readonly port: string;
  /** 0 to 15. */
  readonly channel: number;
  readonly muted: boolean;
  readonly resolution: number;
  readonly lengthSteps: number;
  readonly swingPercent: number;
  readonly swingExponent: number;
  readonly notes: readonly MidiNotePlan[];
  readonly controllers: readonly MidiControllerPlan[];
}

export interface MidiNotePlan {
  readonly step: number;
  /** 0 to 127. */
  readonly note: number;
  /** 1 to 127. */
  readonly velocity: number;
  /** Steps, more than 0. */
  readonly lengthSteps: number;
}

export interface MidiControllerPlan {
  readonly step: number;
  /** 0 to 119. */
  readonly controller: number;
  /** 0 to 127. */
  readonly value: number;
}
