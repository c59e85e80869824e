// SPDX-License-Identifier: GPL-3.0-or-later
// What a script may hand to Link, checked where it comes in. Link itself believes everything: it takes a
// tempo to its nearest end without a word, and its arithmetic overflows with what is far away.
import { AppError } from "../base/errors.ts";
import { type Beats, MAX_TEMPO_BPM, MIN_TEMPO_BPM, type Tempo } from "../base/units.ts";

/** Microseconds of Link's clock. Not wall clock time. */
export type HostMicros = bigint;

/** 285 years on either side of the clock's origin. */
export const MAX_TIME_MICROS = 2n ** 53n;
/** Two years at 999 bpm, 95 at 20. */
export const MAX_BEAT = 1e9;
/** Link counts in millionths of a beat. */
export const MIN_QUANTUM = 1e-6;
export const MAX_QUANTUM = 1e6;

/** @param where - the function that was called: `SessionState.setTempo` */
export function checkTempo(where: string, bpm: unknown): Tempo {
  return inRange(where, "bpm", bpm, MIN_TEMPO_BPM, MAX_TEMPO_BPM, "bpm");
}

export function checkBeat(where: string, beat: unknown): Beats {
  return inRange(where, "beat", beat, -MAX_BEAT, MAX_BEAT, "beats");
}

export function checkQuantum(where: string, quantum: unknown): Beats {
  return inRange(where, "quantum", quantum, MIN_QUANTUM, MAX_QUANTUM, "beats (4 is a bar of four)");
}

export function checkTime(where: string, name: string, time: unknown): HostMicros {
  const example = "microseconds of Link's clock as a bigint, such as link.clock().micros()";
  if (typeof time !== "bigint") throw wrongKind(where, name, example, time);
  if (time < -MAX_TIME_MICROS || time > MAX_TIME_MICROS)
    throw outOfRange(where, name, `${-MAX_TIME_MICROS} to ${MAX_TIME_MICROS} microseconds`, time);
  return time;
}

/** @param max - the largest on either side of 0 */
export function checkTicks(where: string, name: string, ticks: unknown, max: bigint): bigint {
  if (typeof ticks !== "bigint")
    throw wrongKind(where, name, "ticks as a bigint, such as clock.ticks()", ticks);
  if (ticks < -max || ticks > max) throw outOfRange(where, name, `${-max} to ${max} ticks`, ticks);
  return ticks;
}

export function checkSwitch(where: string, name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw wrongKind(where, name, "true or false", value);
  return value;
}

/** @returns null for what takes a callback away */
export function checkCallback<Callback>(
  where: string,
  callback: Callback | null | undefined,
): Callback | null {
  if (callback === null || callback === undefined) return null;
  if (typeof callback !== "function")
    throw wrongKind(where, "callback", "a function, or null to remove it", callback);
  return callback;
}

export function wrongKind(where: string, name: string, expected: string, got: unknown): AppError {
  return new AppError("ARGUMENT_INVALID", `${where}: ${name}: expected ${expected}, got ${shown(got)}`);
}

function outOfRange(where: string, name: string, expected: string, got: unknown): AppError {
  return new AppError("OUT_OF_RANGE", `${where}: ${name}: expected ${expected}, got ${shown(got)}`);
}

function inRange(
  where: string,
  name: string,
  value: unknown,
  min: number,
  max: number,
  unit: string,
): number {
  if (typeof value !== "number" || Number.isNaN(value))
    throw wrongKind(where, name, `${min} to ${max} ${unit}`, value);
  if (value < min || value > max) throw outOfRange(where, name, `${min} to ${max} ${unit}`, value);
  return value;
}

/** `5n (bigint)`, `"fast" (string)`, `undefined`. */
function shown(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return String(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (typeof value === "object") return Array.isArray(value) ? "an array" : "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return `${text}${typeof value === "bigint" ? "n" : ""} (${typeof value})`;
}
