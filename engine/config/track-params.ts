// SPDX-License-Identifier: GPL-3.0-or-later
// What of a live track can be turned while it plays. `native/sequencer/track-params.cpp` has the same table;
// `test/vectors/track-params.json` holds both to it.

export const DIRECTIONS = ["forward", "backward", "pingPong", "random"] as const;

export interface TrackParamInfo {
  /** In plans and commands. */
  readonly id: number;
  readonly key: string;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  /** Takes whole values only. */
  readonly isWhole: boolean;
  /** A change waits for the next bar of the song. */
  readonly isAtBar: boolean;
}

export const TRACK_PARAMS = [
  param(1, "mute", 0, 1, 0, "whole"),
  param(2, "density", 0, 1, 1),
  param(3, "probability", 0, 1, 1),
  param(4, "gate", 0.05, 4, 0.5),
  param(5, "velocity", 0, 2, 1),
  param(6, "swingPercent", 0, 100, 0),
  param(7, "drift", 0, 1, 0),
  param(8, "octave", -4, 4, 0, "whole"),
  param(9, "pulses", -1, 64, -1, "whole"),
  param(10, "rotation", -64, 64, 0, "whole"),
  param(11, "direction", 0, 3, 0, "atBar"),
  param(12, "root", 0, 127, 60, "atBar"),
  param(13, "scale", 0, 31, 0, "atBar"),
  param(14, "length", 0, 64, 0, "atBar"),
  param(15, "pattern", 1, 16, 1, "atBar"),
] as const;

export type TrackParamKey = (typeof TRACK_PARAMS)[number]["key"];

export const TRACK_PARAM_KEYS: readonly string[] = TRACK_PARAMS.map(({ key }) => key);

export function trackParam(key: string): TrackParamInfo | undefined {
  return TRACK_PARAMS.find((each) => each.key.toLowerCase() === key.toLowerCase());
}

/** The address of all tracks together: from where hands left them (0) to their ambient values (1). */
export const AMBIENCE_NODE = "ambience";
export const AMBIENCE_AMOUNT = 1;

function param<Key extends string>(
  id: number,
  key: Key,
  min: number,
  max: number,
  initial: number,
  kind: "any" | "whole" | "atBar" = "any",
): TrackParamInfo & { readonly key: Key } {
  return { id, key, min, max, initial, isWhole: kind !== "any", isAtBar: kind === "atBar" };
}
