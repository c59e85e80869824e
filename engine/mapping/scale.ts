// SPDX-License-Identifier: GPL-3.0-or-later
// Scales: which notes there are, what a key outside of one plays, and the pitches that a knob goes through.

import { noteOfName } from "../base/note-name.ts";
import { SCALES, type ScaleName } from "../config/scales.ts";

const NOTES = 128;
const OCTAVE = 12;
const A4 = 69;
const A4_HZ = 440;

/** May `note`, in semitones of any octave, be played? */
function hasNote(scale: ScaleName, root: string, note: number): boolean {
  const above = (((note - (noteOfName(`${root}4`) ?? 0)) % OCTAVE) + OCTAVE) % OCTAVE;
  const notes: readonly number[] = SCALES[scale];
  return notes.includes(above);
}

/** What each key plays: the nearest note of the scale, of two the lower one. */
export function scaleKeys(scale: ScaleName, root: string): readonly number[] {
  return Array.from({ length: NOTES }, (_, key) => {
    for (let away = 0; away < OCTAVE; away += 1) {
      const near = [key - away, key + away].find(
        (note) => note >= 0 && note < NOTES && hasNote(scale, root, note),
      );
      if (near !== undefined) return near;
    }
    return key;
  });
}

/** The notes of a scale from `low` to `high`, both of them included where they are notes; the other way round when `low` is above `high`. */
export function scaleNotes(scale: ScaleName, root: string, low: number, high: number): readonly number[] {
  const first = Math.ceil(Math.min(low, high) - ROUNDING);
  const last = Math.floor(Math.max(low, high) + ROUNDING);
  const notes: number[] = [];
  for (let note = first; note <= last; note += 1) if (hasNote(scale, root, note)) notes.push(note);
  return low <= high ? notes : notes.toReversed();
}

/** Of a note that is written as a frequency. */
const ROUNDING = 1e-6;

export function scaleFrequencies(
  scale: ScaleName,
  root: string,
  lowHz: number,
  highHz: number,
): readonly number[] {
  if (lowHz <= 0 || highHz <= 0) return [];
  return scaleNotes(scale, root, noteAt(lowHz), noteAt(highHz)).map(frequencyOf);
}

function noteAt(hz: number): number {
  return A4 + OCTAVE * Math.log2(hz / A4_HZ);
}

function frequencyOf(note: number): number {
  return A4_HZ * 2 ** ((note - A4) / OCTAVE);
}
