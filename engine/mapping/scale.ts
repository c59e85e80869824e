// SPDX-License-Identifier: GPL-3.0-or-later
// Scales: which notes there are, what a key outside of one plays, and the pitches that a knob goes through.

import { noteOfName } from "../base/note-name.ts";
import type { MappingSettings } from "../config/schema.ts";

export type ScaleName = NonNullable<MappingSettings["scale"]>;

/** Semitones above the root. */
const SCALES: Readonly<Record<ScaleName, readonly number[]>> = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  harmonicMinor: [0, 2, 3, 5, 7, 8, 11],
  melodicMinor: [0, 2, 3, 5, 7, 9, 11],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  locrian: [0, 1, 3, 5, 6, 8, 10],
  majorPentatonic: [0, 2, 4, 7, 9],
  minorPentatonic: [0, 3, 5, 7, 10],
  blues: [0, 3, 5, 6, 7, 10],
  wholeTone: [0, 2, 4, 6, 8, 10],
  chromatic: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
};

const NOTES = 128;
const OCTAVE = 12;
const A4 = 69;
const A4_HZ = 440;

/** May `note`, in semitones of any octave, be played? */
function hasNote(scale: ScaleName, root: string, note: number): boolean {
  const above = (((note - (noteOfName(`${root}4`) ?? 0)) % OCTAVE) + OCTAVE) % OCTAVE;
  return SCALES[scale].includes(above);
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
