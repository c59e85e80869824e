// SPDX-License-Identifier: GPL-3.0-or-later
// What a rack is made of. Line by line as in native/rack/rack-plan.hpp.
import type { ModPlan } from "./modulation-plan.ts";
import type { CommandPlan, PatternPlan } from "./pattern-plan.ts";
import type { TempoPoint } from "./plan.ts";

export interface RackPlan {
  readonly id: string;
  readonly seed: number;
  /** Seconds of the song, at the written tempi, at which the rack begins; before 0 its start is never heard. */
  readonly startSeconds: number;
  /** Rack beats after which everything in it begins again; 0: each pattern by its own length. */
  readonly loopBeats: number;
  /** Rack beats from its start, all rounds counted, after which it plays nothing more; 0 is never. */
  readonly endBeats: number;
  /** After the end it is silent so much later; null: when it has rung out. */
  readonly tailMs: number | null;
  /** Factor, 0 to 4. */
  readonly gain: number;
  readonly muted: boolean;
  readonly soloed: boolean;
  readonly tempoMap: readonly TempoPoint[];
  readonly nodes: readonly NodePlan[];
  readonly connections: readonly ConnectionPlan[];
  readonly mixer: MixerPlan | null;
  readonly patterns: readonly PatternPlan[];
  readonly commands: readonly CommandPlan[];
}

export interface NodePlan {
  readonly id: string;
  readonly type: string;
  /** [parameter id, value] pairs; what is absent takes the table's default. */
  readonly params: readonly (readonly [number, number])[];
  /** [key, text] pairs of the type's list of texts; paths are absolute. */
  readonly texts: readonly (readonly [string, string])[];
  /** Of a type with any width, 1 to 8; 0 is the type's own. */
  readonly channels: number;
  readonly mod: ModPlan | null;
}

export interface ConnectionPlan {
  readonly from: string;
  readonly to: string;
  /** Factor, 0 to 2. */
  readonly gain: number;
  /** Factor of an extra tap of `from` straight to the rack's output, 0 to 1. */
  readonly dry: number;
  readonly fromPort: number;
  /** 0 main, 1 sidechain key. */
  readonly toPort: number;
}

export interface MixerPlan {
  readonly inputs: readonly { readonly node: string; readonly gain: number }[];
  readonly gain: number;
  readonly softClip: boolean;
}
