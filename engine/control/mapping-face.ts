// SPDX-License-Identifier: GPL-3.0-or-later
// What the control room needs of the mapping: what it does, which bank is there, and the controls that
// programs may move.

import type { TypedEvents } from "../base/events.ts";

/** Something that a mapping did. */
export interface MoveJson {
  /** Its id. */
  readonly mapping: string;
  /** Who did it: a hand (or a program that moves a control), or an LFO, timer or envelope. */
  readonly source: "hand" | "maker";
  /** `keys cc 74, channel 1`. */
  readonly control: string;
  readonly target: string;
  readonly param: string | null;
  readonly kind:
    | "param"
    | "noteOn"
    | "noteOff"
    | "transport"
    | "midi"
    | "bank"
    | "modifier"
    | "outside"
    | "scene";
  /** In the unit of the target; of a synth as it is on the wire, of a note its velocity, of a bank or scene its place. */
  readonly value: number;
  /** Of a note. */
  readonly note: number | null;
  /** For a display: `cutoffHz`, and `1.20 kHz`. */
  readonly name: string;
  readonly text: string;
  /** For a display: `Volca Keys`, whose it is; and where it is between its ends, 0 to 1, null for what has none. */
  readonly place: string;
  readonly ratio: number | null;
  /** Engine frames since its start. */
  readonly frame: number;
  /** Position in the song, quarter notes. */
  readonly beat: number;
}

export interface MappingPicture {
  /** null without banks. */
  readonly bank: string | null;
  readonly banks: readonly string[];
  /** Modifiers that are held. */
  readonly held: readonly string[];
  readonly mappings: readonly {
    readonly id: string;
    /** The control is where the value is. */
    readonly attached: boolean;
    /** Bank and modifier let it count. */
    readonly active: boolean;
  }[];
  /** What a hand moved last; null before the first. */
  readonly touched: MoveJson | null;
}

/** A control that programs move by its name. */
export interface NamedControl {
  readonly name: string;
  /** Ids of the mappings that it moves. */
  readonly mappings: readonly string[];
}

export interface MappingEvents {
  moved: MoveJson;
}

export interface MappingFace {
  readonly events: TypedEvents<MappingEvents>;
  picture(): MappingPicture;
  controls(): readonly NamedControl[];
  /**
   * Moves a control to 0..1.
   *
   * @throws {AppError} `CONTROL_UNKNOWN`, `VALUE_INVALID`, `QUEUE_FULL` or `ENGINE_AWAY`
   */
  moveControl(name: string, value: number, source: "http" | "osc"): NamedControl;
}
