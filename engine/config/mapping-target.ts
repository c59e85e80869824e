// SPDX-License-Identifier: GPL-3.0-or-later
// What `target` and `param` of a mapping mean before anybody knows the session: the words, not the names.

import type { MappingSettings } from "./schema.ts";

export const TRANSPORT_ACTIONS = ["play", "stop", "pause", "playStop", "rewind", "loop", "tempo"] as const;
export type TransportAction = (typeof TRANSPORT_ACTIONS)[number];

export const RACK_PARAMS = ["gain", "mute"] as const;

/** Of a bank: to the next one and to the one before; every other name is a bank's own. */
export const BANK_STEPS = ["next", "previous"] as const;

/** Of a crossfader; it need not be named. */
export const XFADER_PARAM = "x";

/** In place of a parameter: the node is played. */
export const PLAY_PARAM = "notes";

export type MappingTarget =
  | { readonly kind: "node"; readonly rack: string; readonly node: string }
  | { readonly kind: "rack"; readonly rack: string }
  | { readonly kind: "insert"; readonly bus: string; readonly insert: string }
  | { readonly kind: "xfader"; readonly xfader: string }
  /** `port` is null for whichever synth has the parameter. */
  | { readonly kind: "synth"; readonly port: string | null }
  | { readonly kind: "transport" }
  | { readonly kind: "bank" }
  | { readonly kind: "modifier" };

/** Readings of endless knobs. */
export const ENDLESS_READINGS: readonly MappingSettings["reading"][] = [
  "twosComplement",
  "binaryOffset",
  "signedBit",
  "incDec",
];

/** @returns null for a text that is no target */
export function parseMappingTarget(text: string): MappingTarget | null {
  if (text === "transport" || text === "bank" || text === "modifier") return { kind: text };
  if (text === "synth") return { kind: "synth", port: null };
  const colon = text.indexOf(":");
  const first = text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (colon < 1 || rest === "") return null;
  switch (first) {
    case "rack":
      return { kind: "rack", rack: rest };
    case "xfader":
      return { kind: "xfader", xfader: rest };
    case "synth":
      return { kind: "synth", port: rest };
    case "bus": {
      const next = rest.indexOf(":");
      if (next < 1 || next === rest.length - 1) return null;
      return { kind: "insert", bus: rest.slice(0, next), insert: rest.slice(next + 1) };
    }
    default:
      return { kind: "node", rack: first, node: rest };
  }
}

/** Is a node played, rather than one of its parameters moved? */
export function playsNode({ target, param }: Pick<MappingSettings, "target" | "param">): boolean {
  return parseMappingTarget(target)?.kind === "node" && (param ?? PLAY_PARAM).toLowerCase() === PLAY_PARAM;
}

/** Does any of them need to know what the synths are? */
export function hasSynthMapping(mappings: readonly Pick<MappingSettings, "target">[]): boolean {
  return mappings.some(({ target }) => parseMappingTarget(target)?.kind === "synth");
}
