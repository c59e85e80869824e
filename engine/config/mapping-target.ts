// SPDX-License-Identifier: GPL-3.0-or-later
// What `target` and `param` of a mapping mean before anybody knows the session: the words, not the names.

import type { MappingSettings, Settings } from "./schema.ts";

export const TRANSPORT_ACTIONS = ["play", "stop", "pause", "playStop", "rewind", "loop", "tempo"] as const;
export type TransportAction = (typeof TRANSPORT_ACTIONS)[number];

export const RACK_PARAMS = ["gain", "mute"] as const;

/** Of a bank or a scene: to the next one and to the one before; every other name is a bank's own. */
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
  | { readonly kind: "track"; readonly track: string }
  | { readonly kind: "transport" }
  | { readonly kind: "scene" }
  | { readonly kind: "bank" }
  | { readonly kind: "modifier" }
  /** Bytes to a port. */
  | { readonly kind: "midi"; readonly port: string }
  | { readonly kind: "osc"; readonly host: string; readonly port: number }
  | { readonly kind: "box"; readonly host: string; readonly port: number };

/** Where a box takes OSC unless its settings say otherwise. */
const BOX_OSC_PORT = 9000;

/** Readings of endless knobs. */
export const ENDLESS_READINGS: readonly MappingSettings["reading"][] = [
  "twosComplement",
  "binaryOffset",
  "signedBit",
  "incDec",
];

/** @returns null for a text that is no target */
export function parseMappingTarget(text: string): MappingTarget | null {
  if (text === "transport" || text === "scene" || text === "bank" || text === "modifier")
    return { kind: text };
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
    case "midi":
      return { kind: "midi", port: rest };
    case "osc":
      return placeOf("osc", rest, null);
    case "box":
      return placeOf("box", rest, BOX_OSC_PORT);
    case "track":
      return { kind: "track", track: rest };
    case "bus": {
      const next = rest.indexOf(":");
      if (next < 1 || next === rest.length - 1) return null;
      return { kind: "insert", bus: rest.slice(0, next), insert: rest.slice(next + 1) };
    }
    default:
      return { kind: "node", rack: first, node: rest };
  }
}

/** @param text - `host:port`, an IPv6 address in brackets. @param port - when it has none */
function placeOf(kind: "osc" | "box", text: string, port: number | null): MappingTarget | null {
  const [, bracketed, plain, digits] = HOST_AND_PORT.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = digits === undefined ? port : Number(digits);
  if (host === undefined || number === null || number < 1 || number > 65_535) return null;
  return { kind, host, port: number };
}

const HOST_AND_PORT =
  /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?))(?::(\d{1,5}))?$/;

/** Sources that are MIDI, and those that the box makes itself. */
const MIDI_SOURCES = ["cc", "cc14", "note", "nrpn", "bend", "pressure", "program", "key"] as const;
const MADE_SOURCES = ["lfo", "timer", "clock", "envelope"] as const;

export function isMidiSource(source: MappingSettings["source"]): source is (typeof MIDI_SOURCES)[number] {
  return MIDI_SOURCES.some((one) => one === source);
}

export function isMadeSource(source: MappingSettings["source"]): source is (typeof MADE_SOURCES)[number] {
  return MADE_SOURCES.some((one) => one === source);
}

/** Is a node played, rather than one of its parameters moved? */
export function playsNode({ target, param }: Pick<MappingSettings, "target" | "param">): boolean {
  return parseMappingTarget(target)?.kind === "node" && (param ?? PLAY_PARAM).toLowerCase() === PLAY_PARAM;
}

/** Does any mapping or scene need to know what the synths are? */
export function namesSynth({ mappings, scenes }: Pick<Settings, "mappings" | "scenes">): boolean {
  const values = scenes.flatMap((scene) => scene.values);
  return [...mappings, ...values].some(({ target }) => parseMappingTarget(target)?.kind === "synth");
}
