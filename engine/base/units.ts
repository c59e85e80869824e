// SPDX-License-Identifier: GPL-3.0-or-later
// The units of musical time and level, as types: a number that measures something is never bare.
// `native/base/units.hpp` is the twin.

declare const unit: unique symbol;

/** Quarter notes. Signed: positions before the origin are negative. */
export type Beats = number & { readonly [unit]?: "beats" };

/** Quarter notes per minute, 20 to 999. */
export type Tempo = number & { readonly [unit]?: "bpm" };

/** One frame is one sample of every channel. */
export type Frames = number & { readonly [unit]?: "frames" };

export const MIN_TEMPO_BPM = 20;
export const MAX_TEMPO_BPM = 999;
export const DEFAULT_TEMPO_BPM = 120;

/** MIDI clock messages in a beat. */
export const TICKS_PER_BEAT = 24;

/** The nearest tempo in Link's range; not-a-number becomes 120. */
export function clampTempo(bpm: number): Tempo {
  if (Number.isNaN(bpm)) return DEFAULT_TEMPO_BPM;
  return Math.min(MAX_TEMPO_BPM, Math.max(MIN_TEMPO_BPM, bpm));
}

/** Position of `beat` inside a cycle of `quantum` beats: always in [0, quantum), also before zero. */
export function phaseOf(beat: Beats, quantum: Beats): Beats {
  if (!(quantum > 0)) return 0;
  const phase = beat - quantum * Math.floor(beat / quantum);
  // Rounding can land on the quantum, or a hair below zero.
  return phase >= quantum || phase < 0 ? 0 : phase;
}

export function secondsOfBeats(beats: Beats, tempo: Tempo): number {
  return (beats * 60) / tempo;
}

export function beatsOfSeconds(seconds: number, tempo: Tempo): Beats {
  return (seconds * tempo) / 60;
}

/** Factor of a level: 0 dB is 1. */
export function gainOfDb(levelDb: number): number {
  return 10 ** (levelDb / 20);
}

/** Level of a factor: 0 is minus infinity. */
export function dbOfGain(gain: number): number {
  return 20 * Math.log10(gain);
}

/** MIDI channels are 0 to 15 in code and 1 to 16 wherever a musician reads them. */
export function channelForPeople(channel: number): number {
  return channel + 1;
}

export function channelForCode(channel: number): number {
  return channel - 1;
}
