// SPDX-License-Identifier: GPL-3.0-or-later
// What a synth makes of the bytes on its cable: messages, ticks on their grid, notes that still sound.
import type { StampedByte } from "./pty-recorder.ts";

export const TICK = 0xf8;
export const START = 0xfa;
export const CONTINUE = 0xfb;
export const STOP = 0xfc;
export const SONG_POSITION = 0xf2;
export const TICKS_PER_BEAT = 24;

const FIRST_REALTIME = 0xf8;
const SYSEX_START = 0xf0;
const SYSEX_END = 0xf7;
const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;

export interface WireMessage {
  /** CLOCK_MONOTONIC of its last byte. */
  readonly micros: number;
  readonly status: number;
  readonly data: readonly number[];
}

/**
 * Realtime messages may stand inside others; a channel's status byte may be left out when it repeats. System exclusive,
 * such as the question who is there, is left out.
 */
export function messagesOf(bytes: readonly StampedByte[]): readonly WireMessage[] {
  const messages: WireMessage[] = [];
  let status = 0;
  let data: number[] = [];
  for (const { micros, byte } of bytes) {
    if (byte >= FIRST_REALTIME) {
      messages.push({ micros, status: byte, data: [] });
      continue;
    }
    if (byte >= 0x80) {
      status = byte === SYSEX_START || byte === SYSEX_END ? 0 : byte;
      data = [];
    } else if (status !== 0) {
      data.push(byte);
    }
    if (status !== 0 && data.length === dataLength(status)) {
      messages.push({ micros, status, data });
      data = [];
    }
  }
  return messages;
}

function dataLength(status: number): number {
  const kind = status & 0xf0;
  if (kind === 0xc0 || kind === 0xd0 || status === 0xf1 || status === 0xf3) return 1;
  return status === 0xf6 ? 0 : 2;
}

/** Microseconds of every tick. */
export function ticksOf(messages: readonly WireMessage[]): readonly number[] {
  return messages.filter(({ status }) => status === TICK).map(({ micros }) => micros);
}

/** Messages after the first of `from` and before the next of `to`, or to the end. */
export function between(
  messages: readonly WireMessage[],
  from: number,
  to: number | null,
): readonly WireMessage[] {
  const first = messages.findIndex(({ status }) => status === from) + 1;
  if (first === 0) return [];
  const length = messages.slice(first).findIndex(({ status }) => status === to);
  return messages.slice(first, length < 0 ? undefined : first + length);
}

/**
 * For every 24 ticks, by how many places they are off the even grid of the first 24. A tick can only be
 * late, so the most punctual of the 24 counts; one that is missing moves all that follow by one place.
 */
export function gridShifts(ticks: readonly number[], tickMicros: number): readonly number[] {
  const offsets = ticks.map((micros, i) => micros - i * tickMicros);
  const punctual: number[] = [];
  for (let i = 0; i + TICKS_PER_BEAT <= offsets.length; i += TICKS_PER_BEAT)
    punctual.push(Math.min(...offsets.slice(i, i + TICKS_PER_BEAT)));
  return punctual.map((micros) => Math.round((micros - (punctual[0] ?? 0)) / tickMicros) + 0);
}

/** The longest time between two ticks, in microseconds. */
export function longestWait(ticks: readonly number[]): number {
  return Math.max(0, ...ticks.slice(1).map((micros, i) => micros - (ticks[i] ?? 0)));
}

export interface NoteCount {
  readonly begun: number;
  /** `CHANNEL:NOTE` of notes that were begun and not ended, channels as in the bytes. */
  readonly sounding: readonly string[];
}

export function countNotes(messages: readonly WireMessage[]): NoteCount {
  const sounding = new Map<string, number>();
  let begun = 0;
  for (const { status, data } of messages) {
    const kind = status & 0xf0;
    if (kind !== NOTE_ON && kind !== NOTE_OFF) continue;
    const [note = 0, velocity = 0] = data;
    const name = `${status & 0x0f}:${note}`;
    if (kind === NOTE_ON && velocity > 0) {
      begun += 1;
      sounding.set(name, (sounding.get(name) ?? 0) + 1);
    } else {
      sounding.delete(name);
    }
  }
  return { begun, sounding: [...sounding.keys()] };
}
