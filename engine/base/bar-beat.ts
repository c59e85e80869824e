// SPDX-License-Identifier: GPL-3.0-or-later
// Song positions as musicians count them: bars and beats from 1.

/** A bar of the session is four quarter notes. */
export const BEATS_PER_BAR = 4;

export interface BarBeat {
  /** From 1; the bars before the song are 0, -1, … */
  readonly bar: number;
  /** 1 to `beatsPerBar`. */
  readonly beat: number;
  /** How far into the beat, 0 to less than 1. */
  readonly fraction: number;
}

/**
 * @param songBeat - quarter notes from the start of the song; negative during a count-in
 * @param beatsPerBar - whole number, 1 or more
 */
export function barBeatAt(songBeat: number, beatsPerBar = BEATS_PER_BAR): BarBeat {
  const whole = Math.floor(songBeat);
  const bar = Math.floor(whole / beatsPerBar);
  return { bar: bar + 1, beat: whole - bar * beatsPerBar + 1, fraction: songBeat - whole };
}

/** The beat where `bar`.`beat` begins. Undoes `barBeatAt`. */
export function songBeatAt(position: BarBeat, beatsPerBar = BEATS_PER_BAR): number {
  return (position.bar - 1) * beatsPerBar + (position.beat - 1) + position.fraction;
}

/** "12.3": bar 12, beat 3. */
export function formatBarBeat(songBeat: number, beatsPerBar = BEATS_PER_BAR): string {
  const { bar, beat } = barBeatAt(songBeat, beatsPerBar);
  return `${bar}.${beat}`;
}
