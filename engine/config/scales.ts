// SPDX-License-Identifier: GPL-3.0-or-later
// Scales by the names that the whole settings file has for them.

/** Semitones above the root. Chromatic is all of them. */
export const SCALES = {
  chromatic: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  harmonic_minor: [0, 2, 3, 5, 7, 8, 11],
  melodic_minor: [0, 2, 3, 5, 7, 9, 11],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  locrian: [0, 1, 3, 5, 6, 8, 10],
  pentatonic_major: [0, 2, 4, 7, 9],
  pentatonic_minor: [0, 3, 5, 7, 10],
  blues: [0, 3, 5, 6, 7, 10],
  whole_tone: [0, 2, 4, 6, 8, 10],
  diminished: [0, 2, 3, 5, 6, 8, 9, 11],
} as const satisfies Readonly<Record<string, readonly number[]>>;

export type ScaleName = keyof typeof SCALES;

export const SCALE_NAMES = Object.keys(SCALES) as [ScaleName, ...ScaleName[]];

/** @returns null for a text that is neither the name of a scale nor semitones such as "0 2 3 7 8" */
export function parseScale(text: string): readonly number[] | null {
  const name = text.toLowerCase().replaceAll(/[ -]/g, "_");
  if (Object.hasOwn(SCALES, name)) return SCALES[name as ScaleName];
  const words = text.trim().split(/[\s,]+/);
  if (!words.every((word) => /^\d{1,2}$/.test(word))) return null;
  const semitones = words.map(Number);
  const isAscending = semitones.every((value, index) => index === 0 || value > (semitones[index - 1] ?? 0));
  return semitones[0] === 0 && isAscending && (semitones.at(-1) ?? 0) < 12 ? semitones : null;
}
