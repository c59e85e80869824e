// SPDX-License-Identifier: GPL-3.0-or-later
// From what a client sent (texts of a query, values of a JSON message) to a command with values in
// range. Wrong ones come back as a refusal with a sentence; a tempo out of range is clamped, as
// every Link program does, and the notice says so.

import { nearestName } from "../base/nearest-name.ts";
import { clampTempo, MAX_TEMPO_BPM, MIN_TEMPO_BPM } from "../base/units.ts";
import { quoted, type Refusal, type RefusalCode } from "./refusal.ts";
import type { TransportCommand, TransportStatus } from "./transport-face.ts";

/** Over eleven days; its frame number is still exact in a double at any sample rate. */
export const MAX_SONG_SECONDS = 1_000_000;
/** Above the engine's shortest loop, 1/64 beat, at the slowest tempo. */
export const MIN_LOOP_SECONDS = 0.05;

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
  const seconds = songSeconds(where, name, value);
  if (seconds.type === "refused") return seconds;
  return ok({ command: { type: "seek", seconds: seconds.value } });
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

/**
 * A loop from `start` to `end`; a bound that is not named stays as it is, `enabled` is true unless
 * named. With `enabled` alone the loop is only switched.
 */
export function loopOrder(where: string, values: Values, present: TransportStatus): Parsed<Order> {
  const unknown = unknownValue(where, values, ["start", "end", "enabled"]);
  if (unknown !== undefined) return unknown;
  const { start, end, enabled } = values;
  const on = enabled === undefined ? ok(true) : flag(where, "enabled", enabled);
  if (on.type === "refused") return on;
  if (start === undefined && end === undefined) {
    if (enabled !== undefined) return loopSwitchOrder(where, on.value, present);
    return refused(
      "VALUE_MISSING",
      `${where}: expected start and end in seconds, or enabled, got none of them. Send for example start=0, end=8, enabled=true.`,
    );
  }
  const from = start === undefined ? ok(present.loopStartSeconds) : songSeconds(where, "start", start);
  if (from.type === "refused") return from;
  const to = end === undefined ? ok(present.loopEndSeconds) : songSeconds(where, "end", end);
  if (to.type === "refused") return to;
  if (to.value - from.value < MIN_LOOP_SECONDS) {
    return refused(
      "VALUE_INVALID",
      `${where}: expected an end at least ${MIN_LOOP_SECONDS} s after the start, got ${from.value} s to ${to.value} s. Send both, start before end.`,
    );
  }
  return ok({
    command: { type: "loop", startSeconds: from.value, endSeconds: to.value, enabled: on.value },
  });
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

export function ok<T>(value: T): Parsed<T> {
  return { type: "ok", value };
}

export function refused(
  code: RefusalCode,
  message: string,
): { readonly type: "refused"; readonly refusal: Refusal } {
  return { type: "refused", refusal: { code, message } };
}

function songSeconds(where: string, name: string, value: unknown): Parsed<number> {
  const range = `0 to ${MAX_SONG_SECONDS} seconds`;
  const parsed = number(where, name, value, range);
  if (parsed.type === "refused") return parsed;
  if (parsed.value < 0 || parsed.value > MAX_SONG_SECONDS) {
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
