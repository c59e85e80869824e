// SPDX-License-Identifier: GPL-3.0-or-later
// Notes by name: C4 is 60, as most instruments write it.

const NAME = /^([A-Ga-g])([#b]?)(-?\d{1,2})$/;

const SEMITONES: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

export const LOWEST_NOTE = 0;
export const HIGHEST_NOTE = 127;

/** @returns 0 to 127, or null for what is no note: "C#3" is 49, "Bb-1" is 10 */
export function noteOfName(name: string): number | null {
  const match = NAME.exec(name.trim());
  if (match === null) return null;
  const [, letter = "", accidental = "", octave = ""] = match;
  const sharp = accidental === "#" ? 1 : accidental === "b" ? -1 : 0;
  const note = (Number(octave) + 1) * 12 + (SEMITONES[letter.toUpperCase()] ?? 0) + sharp;
  return note >= LOWEST_NOTE && note <= HIGHEST_NOTE ? note : null;
}

const NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"] as const;

/** @param note - 0 to 127. @returns "C#3" for 49 */
export function noteName(note: number): string {
  return `${NAMES[note % 12] ?? ""}${Math.floor(note / 12) - 1}`;
}
