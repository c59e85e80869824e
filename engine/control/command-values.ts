// SPDX-License-Identifier: GPL-3.0-or-later
// From what a client sent (texts of a query, values of a JSON message) to a command with values in
// range. Wrong ones come back as a refusal with a sentence; a tempo out of range is clamped, as
// every Link program does, and the notice says so.

import { BEATS_PER_BAR, songBeatAt } from "../base/bar-beat.ts";
import { nearestName } from "../base/nearest-name.ts";
import { beatsOfSeconds, clampTempo, MAX_TEMPO_BPM, MIN_TEMPO_BPM } from "../base/units.ts";
import { quoted, type Refusal, type RefusalCode } from "./refusal.ts";
import type { SceneStart } from "./scene-face.ts";
import type { TransportCommand, TransportStatus } from "./transport-face.ts";

/** Over eleven days; its frame number is still exact in a double at any sample rate. */
export const MAX_SONG_SECONDS = 1_000_000;
/** Above the engine's shortest loop, 1/64 beat, at the slowest tempo. */
export const MIN_LOOP_SECONDS = 0.05;
/** Over three days at any tempo that is played. */
export const MAX_SONG_BEATS = 1_000_000;
/** The engine's shortest loop. */
export const MIN_LOOP_BEATS = 1 / 64;
export const MAX_SONG_BAR = MAX_SONG_BEATS / BEATS_PER_BAR;
/** Lengths of the cycle that a command can wait for. */
export const MIN_QUANTUM_BEATS = 0.25;
export const MAX_QUANTUM_BEATS = 64;

export interface Order {
  readonly command: TransportCommand;
  /** Set when what will be done is not what was asked. */
  readonly clamped?: string;
}

export type Parsed<T> =
  | { readonly type: "ok"; readonly value: T }
  | { readonly type: "refused"; readonly refusal: Refusal };

/** Named values as they came: texts from a query, anything from JSON. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * @param where - what the sentence begins with, for example `POST /transport/seek`
 * @param name - what the client calls the value
 */
export function seekOrder(where: string, name: string, value: unknown): Parsed<Order> {
  const seconds = inSong(where, name, value, SECONDS);
  if (seconds.type === "refused") return seconds;
  return ok({ command: { type: "seek", seconds: seconds.value } });
}

/** @param where, name - as in `seekOrder`; quarter notes from the start of the song */
export function seekBeatsOrder(where: string, name: string, value: unknown): Parsed<Order> {
  const beats = inSong(where, name, value, BEATS);
  if (beats.type === "refused") return beats;
  return ok({ command: { type: "seekBeats", beats: beats.value } });
}

/** @param where, name - as in `seekOrder`; bars of four beats, from 1 */
export function seekBarOrder(where: string, name: string, value: unknown): Parsed<Order> {
  const range = `a whole bar, 1 to ${MAX_SONG_BAR}`;
  const bar = number(where, name, value, range);
  if (bar.type === "refused") return bar;
  if (!Number.isInteger(bar.value) || bar.value < 1 || bar.value > MAX_SONG_BAR) {
    return refused(
      "VALUE_INVALID",
      `${where}: ${name}: expected ${range}, got ${bar.value}. A bar has ${BEATS_PER_BAR} beats; go to places inside it with beats.`,
    );
  }
  const beats = songBeatAt({ bar: bar.value, beat: 1, fraction: 0 });
  return ok({ command: { type: "seekBeats", beats } });
}

const SEEK_ORDERS = { seconds: seekOrder, beats: seekBeatsOrder, bar: seekBarOrder } as const;
export const SEEK_NAMES = Object.keys(SEEK_ORDERS) as readonly (keyof typeof SEEK_ORDERS)[];

/** One of seconds, beats and bar, by its name. */
export function seekToOrder(where: string, values: Values): Parsed<Order> {
  const named = SEEK_NAMES.filter((name) => values[name] !== undefined);
  const [name] = named;
  if (name !== undefined && named.length === 1) return SEEK_ORDERS[name](where, name, values[name]);
  const came = name === undefined ? "none of them" : named.join(" and ");
  return refused(
    name === undefined ? "VALUE_MISSING" : "VALUE_INVALID",
    `${where}: expected one of ${SEEK_NAMES.join(", ")}, got ${came}. Send for example seconds=12.5, beats=16 or bar=5.`,
  );
}

/**
 * The order, to be done at the next multiple of `quantum` beats; at once for 0 or nothing.
 *
 * @param where - as in `seekOrder`
 */
export function quantised(where: string, order: Parsed<Order>, quantum: unknown): Parsed<Order> {
  if (order.type === "refused" || quantum === undefined || quantum === null) return order;
  const range = `0 for at once, or ${MIN_QUANTUM_BEATS} to ${MAX_QUANTUM_BEATS} beats`;
  const beats = number(where, "quantum", quantum, range);
  if (beats.type === "refused") return beats;
  if (beats.value === 0) return order;
  if (beats.value < MIN_QUANTUM_BEATS || beats.value > MAX_QUANTUM_BEATS) {
    return refused(
      "VALUE_INVALID",
      `${where}: quantum: expected ${range}, got ${beats.value}. 4 is a bar of 4/4.`,
    );
  }
  return ok({ ...order.value, command: { ...order.value.command, quantum: beats.value } });
}

/** @param where, name - as in `seekOrder` */
export function tempoOrder(where: string, name: string, value: unknown): Parsed<Order> {
  const asked = number(where, name, value, `${MIN_TEMPO_BPM} to ${MAX_TEMPO_BPM} bpm`);
  if (asked.type === "refused") return asked;
  const bpm = clampTempo(asked.value);
  const command = { type: "tempo", bpm } as const;
  if (bpm === asked.value) return ok({ command });
  const clamped = `${where}: ${name}: expected ${MIN_TEMPO_BPM} to ${MAX_TEMPO_BPM} bpm, got ${asked.value}. Took ${bpm}.`;
  return ok({ command, clamped });
}

export const LOOP_NAMES = ["start", "end", "start_beat", "end_beat", "enabled"] as const;

/**
 * A loop from `start` to `end` in seconds, or `start_beat` to `end_beat`; a bound that is not named
 * stays as it is, `enabled` is true unless named. With `enabled` alone the loop is only switched.
 */
export function loopOrder(where: string, values: Values, present: TransportStatus): Parsed<Order> {
  const unknown = unknownValue(where, values, LOOP_NAMES);
  if (unknown !== undefined) return unknown;
  const { start, end, start_beat, end_beat, enabled } = values;
  const on = enabled === undefined ? ok(true) : flag(where, "enabled", enabled);
  if (on.type === "refused") return on;
  const isInSeconds = start !== undefined || end !== undefined;
  const isInBeats = start_beat !== undefined || end_beat !== undefined;
  if (isInSeconds && isInBeats) {
    return refused(
      "VALUE_INVALID",
      `${where}: expected the loop in seconds or in beats, got both. Send start and end, or start_beat and end_beat.`,
    );
  }
  if (isInBeats) {
    const bounds = loopBounds(
      where,
      values,
      { from: "start_beat", to: "end_beat" },
      loopBeatsOf(present),
      BEATS,
    );
    if (bounds.type === "refused") return bounds;
    const { from, to } = bounds.value;
    return ok({ command: { type: "loopBeats", startBeat: from, endBeat: to, enabled: on.value } });
  }
  if (isInSeconds) {
    const { loopStartSeconds: from, loopEndSeconds: to } = present;
    const bounds = loopBounds(where, values, { from: "start", to: "end" }, { from, to }, SECONDS);
    if (bounds.type === "refused") return bounds;
    const loop = { startSeconds: bounds.value.from, endSeconds: bounds.value.to };
    return ok({ command: { type: "loop", ...loop, enabled: on.value } });
  }
  if (enabled !== undefined) return loopSwitchOrder(where, on.value, present);
  return refused(
    "VALUE_MISSING",
    `${where}: expected start and end in seconds, or enabled, got none of them. Send for example start=0, end=8, enabled=true.`,
  );
}

/** The loop in beats: the engine keeps beats, and tells seconds at the present tempo. */
export function loopBeatsOf({ loopStartSeconds, loopEndSeconds, tempoBpm }: TransportStatus): Bounds {
  // A billionth of a beat: the way through seconds rounds.
  const exact = (seconds: number) => Math.round(beatsOfSeconds(seconds, tempoBpm) * 1e9) / 1e9;
  return { from: exact(loopStartSeconds), to: exact(loopEndSeconds) };
}

interface Bounds {
  readonly from: number;
  readonly to: number;
}

function loopBounds(
  where: string,
  values: Values,
  names: { readonly from: string; readonly to: string },
  present: Bounds,
  unit: SongUnit,
): Parsed<Bounds> {
  const bound = (name: string, now: number): Parsed<number> =>
    values[name] === undefined ? ok(now) : inSong(where, name, values[name], unit);
  const from = bound(names.from, present.from);
  if (from.type === "refused") return from;
  const to = bound(names.to, present.to);
  if (to.type === "refused") return to;
  if (to.value - from.value >= unit.shortestLoop) return ok({ from: from.value, to: to.value });
  return refused(
    "VALUE_INVALID",
    `${where}: expected an end at least ${unit.shortestLoop} ${unit.sign} after the start, got ${from.value} ${unit.sign} to ${to.value} ${unit.sign}. Send both, start before end.`,
  );
}

/** Switches the loop that is there; only a loop with a length can be switched on. */
export function loopSwitchOrder(where: string, enabled: boolean, present: TransportStatus): Parsed<Order> {
  if (enabled && present.loopEndSeconds <= present.loopStartSeconds) {
    return refused(
      "LOOP_MISSING",
      `${where}: expected a loop to switch on, got none. Set one first, for example start=0, end=8.`,
    );
  }
  return ok({ command: { type: "loopEnable", enabled } });
}

/** @returns the refusal of the first value that looks like `name` and is not; others are left alone */
export function misspeltValue(where: string, values: Values, name: string) {
  const wrong = Object.keys(values).find((key) => key !== name && nearestName(key, [name]) !== null);
  return wrong === undefined ? undefined : unknownValue(where, { [wrong]: "" }, [name]);
}

/** @returns the refusal of the first value that is not `known`; a misspelt one would be lost silently */
export function unknownValue(where: string, values: Values, known: readonly string[]) {
  const name = Object.keys(values).find((key) => !known.includes(key));
  if (name === undefined) return undefined;
  const near = nearestName(name, known);
  return refused(
    "VALUE_UNKNOWN",
    `${where}: expected ${known.join(", ")}, got ${quoted(name)}. ${near === null ? "Only these names are read." : `Did you mean ${near}?`}`,
  );
}

/** When a scene begins; null for nothing, which leaves it to the scene. */
export function sceneStart(where: string, value: unknown): Parsed<SceneStart | null> {
  if (value === undefined || value === null) return ok(null);
  const start = SCENE_STARTS.find((one) => one === value);
  if (start !== undefined) return ok(start);
  return refused(
    "VALUE_INVALID",
    `${where}: start: expected now, beat or bar, got ${quoted(value)}. Leave it out for the scene's own.`,
  );
}

const SCENE_STARTS = ["now", "beat", "bar"] as const;

export function ok<T>(value: T): Parsed<T> {
  return { type: "ok", value };
}

export function refused(
  code: RefusalCode,
  message: string,
): { readonly type: "refused"; readonly refusal: Refusal } {
  return { type: "refused", refusal: { code, message } };
}

interface SongUnit {
  readonly name: string;
  readonly sign: string;
  readonly max: number;
  readonly shortestLoop: number;
}
const SECONDS: SongUnit = {
  name: "seconds",
  sign: "s",
  max: MAX_SONG_SECONDS,
  shortestLoop: MIN_LOOP_SECONDS,
};
const BEATS: SongUnit = { name: "beats", sign: "beats", max: MAX_SONG_BEATS, shortestLoop: MIN_LOOP_BEATS };

/** A position in the song. */
function inSong(where: string, name: string, value: unknown, unit: SongUnit): Parsed<number> {
  const range = `0 to ${unit.max} ${unit.name}`;
  const parsed = number(where, name, value, range);
  if (parsed.type === "refused") return parsed;
  if (parsed.value < 0 || parsed.value > unit.max) {
    return refused(
      "VALUE_INVALID",
      `${where}: ${name}: expected ${range}, got ${parsed.value}. Positions count from the start of the song.`,
    );
  }
  return ok(parsed.value === 0 ? 0 : parsed.value); // no -0 on the way to the engine
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function number(where: string, name: string, value: unknown, range: string): Parsed<number> {
  if (value === undefined || value === null) {
    return refused(
      "VALUE_MISSING",
      `${where}: ${name}: expected a number, ${range}, got nothing. Add it in digits, like 12.5.`,
    );
  }
  const parsed =
    typeof value === "string" && DECIMAL.test(value)
      ? Number(value)
      : typeof value === "number"
        ? value
        : Number.NaN;
  if (Number.isFinite(parsed)) return ok(parsed);
  const hint =
    typeof value === "string" && /^-?\d+,\d+$/.test(value)
      ? "Write the decimals after a point, not a comma."
      : Array.isArray(value)
        ? "Send it once."
        : "Write it in digits, like 12.5.";
  return refused(
    "VALUE_INVALID",
    `${where}: ${name}: expected a number, ${range}, got ${quoted(value)}. ${hint}`,
  );
}

function flag(where: string, name: string, value: unknown): Parsed<boolean> {
  if (value === true || value === "true" || value === "1") return ok(true);
  if (value === false || value === "false" || value === "0") return ok(false);
  return refused(
    "VALUE_INVALID",
    `${where}: ${name}: expected true or false, got ${quoted(value)}. Send ${name}=true or ${name}=false.`,
  );
}
