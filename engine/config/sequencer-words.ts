// SPDX-License-Identifier: GPL-3.0-or-later
// The words of `sequencer:`: patterns, lines of notes, conditions, ambient profiles. Data, and how
// players write it.

import { noteOfName } from "../base/note-name.ts";
import type { TrackParamKey } from "./track-params.ts";

/** Sixteen steps unless they say otherwise. */
export const STEP_PRESETS: Readonly<Record<string, string>> = {
  four_on_floor: "x...x...x...x...",
  offbeat: "..x...x...x...x.",
  backbeat: "....x.......x...",
  eighths: "x.x.x.x.x.x.x.x.",
  sixteenths: "xxxxxxxxxxxxxxxx",
  gallop: "x.xxx.xxx.xxx.xx",
  tresillo: "x..x..x.x..x..x.",
  son_clave: "x..x..x...x.x...",
  rumba_clave: "x..x...x..x.x...",
  bossa: "x..x..x...x..x..",
  breakbeat: "x.x.......xx....",
  every_other: "x.x.x.x.",
  syncopated: "x.xx.x..",
  dense: "xx.xx.xx",
  sparse: "x.....x.",
  all_on: "xxxxxxxx",
  all_off: "........",
};

export const MAX_TRACK_STEPS = 64;

export interface WrittenHit {
  /** From 0. */
  readonly step: number;
  readonly isAccent: boolean;
  readonly ratchet: number;
}
export interface WrittenSteps {
  readonly length: number;
  readonly hits: readonly WrittenHit[];
}

/** A preset, or a step for each sign: x a hit, X a strong one, 2 to 9 so many in the step; . - and _ are rests. */
export function parseSteps(text: string): WrittenSteps | null {
  const signs = (STEP_PRESETS[text.toLowerCase().replaceAll(/[ -]/g, "_")] ?? text).replaceAll(/[\s|]/g, "");
  if (signs === "" || signs.length > MAX_TRACK_STEPS || !/^[xX.\-_2-9]*$/.test(signs)) return null;
  const hits = [...signs].flatMap((sign, step): WrittenHit[] => {
    if (".-_".includes(sign)) return [];
    return [{ step, isAccent: sign === "X", ratchet: /\d/.test(sign) ? Number(sign) : 1 }];
  });
  return { length: signs.length, hits };
}

export interface WrittenPitch {
  readonly kind: "degree" | "note";
  readonly number: number;
}

const MAX_DEGREE = 64;
const MAX_LINE = 64;

/** `0`, `-2` or `7`: a degree of the scale, 0 is the root. `C3`: a note. */
export function parsePitch(text: string): WrittenPitch | null {
  if (/^-?\d{1,2}$/.test(text)) {
    const number = Number(text);
    return Math.abs(number) <= MAX_DEGREE ? { kind: "degree", number: number === 0 ? 0 : number } : null;
  }
  const note = noteOfName(text);
  return note === null ? null : { kind: "note", number: note };
}

/** Pitches with blanks between them. */
export function parseLine(text: string): readonly WrittenPitch[] | null {
  const words = text.split(/[\s,|]+/).filter((word) => word !== "");
  if (words.length > MAX_LINE) return null;
  const pitches = words.map(parsePitch).filter((pitch) => pitch !== null);
  return pitches.length === words.length ? pitches : null;
}

/** Round `at` of every `every`; every 0 is the first of all. */
export interface WrittenCondition {
  readonly at: number;
  readonly every: number;
  readonly isNot: boolean;
}

const MAX_ROUNDS = 64;

/** `1:4`, `first`, and `not` before either. */
export function parseCondition(text: string): WrittenCondition | null {
  const match = /^(not\s+|!)?(?:(first)|(\d{1,2}):(\d{1,2}))$/i.exec(text.trim());
  if (match === null) return null;
  const isNot = match[1] !== undefined;
  if (match[2] !== undefined) return { at: 1, every: 0, isNot };
  const at = Number(match[3]);
  const every = Number(match[4]);
  return at >= 1 && every >= at && every <= MAX_ROUNDS ? { at, every, isNot } : null;
}

/** Where tracks drift to when nobody plays: what is absent stays as it is. */
export const AMBIENT_PROFILES: Readonly<Record<string, Partial<Record<TrackParamKey, number>>>> = {
  slow_fade: { density: 0.6, velocity: 0.6, drift: 0.5 },
  meditative: { density: 0.35, velocity: 0.55, drift: 0.8, gate: 2, swingPercent: 0, probability: 0.8 },
  rhythmic: { density: 0.8, velocity: 0.75, drift: 0.25, gate: 0.35, swingPercent: 30 },
};
