// SPDX-License-Identifier: GPL-3.0-or-later
// What knobs, keys and pads do, and what a scene sets. Line by line as in native/mapping/mapping-plan.hpp.

/** What knobs, keys and pads do; `native/mapping/mapping-plan.hpp` says more. */
export interface MappingPlan {
  /** At most 256. */
  readonly entries: readonly MappingEntryPlan[];
  /** Names, at most 64; the first bank is there at the beginning. */
  readonly banks: readonly string[];
  /** Names, at most 32. */
  readonly modifiers: readonly string[];
  /** At most 64. */
  readonly scenes: readonly ScenePlan[];
}

/** A snapshot of many parameters that is called back as one. */
export interface ScenePlan {
  /** Unique. */
  readonly id: string;
  readonly start: "now" | "beat" | "bar";
  /** 0 to 60000. */
  readonly fadeMs: number;
  /** 0: the tempo stays. */
  readonly tempoBpm: number;
  /** `node` as in commands; what other scenes set and this one does not is as the session has it. */
  readonly values: readonly { readonly node: string; readonly param: number; readonly value: number }[];
  readonly synths: readonly SceneSynthPlan[];
}

/** Fields as in a `midi` request: docs/engine-protocol.md. */
export interface SceneSynthPlan {
  /** id of a port with an output. */
  readonly port: string;
  /** The parameter's id. */
  readonly key: string;
  readonly order: number;
  /** As it was written. */
  readonly value: string;
  readonly continuous: boolean;
  /** One to four channel messages, or one system exclusive. */
  readonly messages: readonly (readonly number[])[];
}

export interface MappingEntryPlan {
  /** Unique. */
  readonly id: string;
  readonly source: MappingSourcePlan;
  readonly reading:
    | "absolute"
    | "toggle"
    | "momentary"
    | "twosComplement"
    | "binaryOffset"
    | "signedBit"
    | "incDec";
  readonly takeover: "jump" | "pickup" | "scale";
  /** Which presses of a button count. */
  readonly press: "any" | "short" | "long" | "double";
  /** Parts of the way: on each side of the middle what is the middle, 0 to 0.45; what is no move, 0 to 0.1. */
  readonly deadzone: number;
  readonly hysteresis: number;
  /** Part of the source's way that counts: 0 <= from < to <= 1. */
  readonly from: number;
  readonly to: number;
  /** From position to 0..1, equally spaced: 2 to 257 points, first 0, last 1, never falling. */
  readonly curve: readonly number[];
  /** 2 to 4096: the position takes so many values only; 0: all. */
  readonly steps: number;
  /**
   * What the places stand for, at most 512, in the target's unit and in any order, in place of `low` to `high` and of
   * the target's own values; a toggle goes to the next with each press. Empty: none.
   */
  readonly values: readonly number[];
  /** Of an endless knob: position for one click, above 0 to 1. */
  readonly stepSize: number;
  /** Of an endless knob, by rising speed: so many times as far goes a click. Empty: none. */
  readonly acceleration: readonly { readonly clicksPerSecond: number; readonly factor: number }[];
  /** Of the target at position 0 and 1, in its unit; low may be above high. */
  readonly low: number;
  readonly high: number;
  /** param: 0 to 60000. */
  readonly rampMs: number;
  /** play: semitones, -127 to 127. */
  readonly transpose: number;
  /** play: which note sounds for 0 to 127, after `transpose`; empty: itself. */
  readonly keys: readonly number[];
  /** Places of the banks in which the entry counts; empty: all. */
  readonly banks: readonly number[];
  /** Places of the scenes in which the entry counts; empty: any, and before the first. */
  readonly scenes: readonly number[];
  /** Place of the modifier that has to be held; null: none. */
  readonly modifier: number | null;
  readonly hasFeedback: boolean;
  readonly target: MappingTargetPlan;
}

export type MappingSourcePlan =
  | {
      readonly kind: "cc" | "cc14" | "note" | "nrpn" | "bend" | "pressure" | "program";
      /** id of a port with an input. */
      readonly port: string;
      /** 0 to 15; null: any. */
      readonly channel: number | null;
      /** Controller, note or program 0 to 127, nrpn 0 to 16383; null: any note or program, and of bend and pressure. */
      readonly number: number | null;
      /** cc14: controller of the low byte. */
      readonly lsb: number;
      readonly lsbFirst: boolean;
    }
  /** Moved by its name. */
  | { readonly kind: "control"; readonly control: string }
  | { readonly kind: "lfo" | "timer" | "envelope"; readonly maker: MappingMakerPlan };

/** What the engine makes itself. */
export interface MappingMakerPlan {
  readonly wave: "sine" | "triangle" | "saw" | "square" | "random";
  /** Of a cycle; 0: `freqHz`. */
  readonly beats: number;
  readonly freqHz: number;
  /** Turns, 0 to 1. */
  readonly phase: number;
  /** envelope: "main", "input" or "rack:ID". */
  readonly sound: string;
  readonly attackMs: number;
  readonly releaseMs: number;
}

export type MappingTargetPlan =
  /** `node` as in commands of a session: "rack:node", "bus:BUS:INSERT", "xfader:ID", "rack:RACK". */
  | { readonly kind: "param"; readonly node: string; readonly param: number }
  | { readonly kind: "play"; readonly node: string }
  | {
      readonly kind: "transport";
      readonly action: "play" | "stop" | "pause" | "playStop" | "rewind" | "loop" | "tempo";
    }
  /** `place` in `MappingPlan.banks`; of next and previous it does not count. */
  | { readonly kind: "bank"; readonly action: "choose" | "next" | "previous"; readonly place: number }
  /** `place` in `MappingPlan.scenes`; of next and previous it does not count. */
  | { readonly kind: "scene"; readonly action: "choose" | "next" | "previous"; readonly place: number }
  | { readonly kind: "modifier"; readonly place: number }
  /** Nothing happens in the engine; it tells of the move. */
  | { readonly kind: "outside" }
  | {
      readonly kind: "midi";
      /** id of a port with an output. */
      readonly port: string;
      /** The parameter's id; empty: it is none, and nothing is remembered. */
      readonly key: string;
      /** 1 to 4 of 2 or 3 bytes: the status, then data bytes or the part of the value that they carry. */
      readonly messages: readonly (readonly (number | "value" | "high" | "low")[])[];
      /** What the steps send; empty: `low` to `high` are what is sent, 0 to 16383. */
      readonly values: readonly number[];
    };
