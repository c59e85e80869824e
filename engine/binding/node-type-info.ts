// SPDX-License-Identifier: GPL-3.0-or-later
// What the native tables say about node types, field by field as in native/rack/param-table.hpp. The
// addon lists them; engine/rack looks names up in them.

export interface ParamInfo {
  /** Number used by locks, commands and plans. */
  readonly id: number;
  /** As locks and commands write it: `PITCH_DECAY_MS`. */
  readonly name: string;
  /** As `params` in a rack file writes it: `pitchDecayMs`. */
  readonly key: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  readonly smoothing: "step" | "linear" | "exponential";
  /** Names of whole values, index = value - `min`; the first of each is the one to show. */
  readonly choices?: readonly (readonly string[])[];
}

/** What a node is told in words: a file, the address of a plug-in. */
export interface TextInfo {
  /** As `params` in a rack file writes it: `file`. */
  readonly key: string;
  /** One sentence. */
  readonly summary: string;
  /** A path: relative to the rack file there, absolute in the plan. */
  readonly isFile: boolean;
  /** Without it the node cannot play. */
  readonly isNeeded: boolean;
  /** The words it may be, the first when nothing is given; absent: any text. */
  readonly choices?: readonly string[];
}

export interface NodeTypeInfo {
  readonly type: string;
  /** One sentence. */
  readonly summary?: string;
  readonly params: readonly ParamInfo[];
  readonly texts?: readonly TextInfo[];
  /** 1 or 2. */
  readonly outputChannels: number;
  /** 0: a source. */
  readonly inputChannels: number;
  /** Input port 1 is a sidechain key. */
  readonly hasKeyInput: boolean;
  /** As many channels in and out as the plan says (1 to 8); the two numbers above are the default. */
  readonly hasAnyWidth?: boolean;
}
