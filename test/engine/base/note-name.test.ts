// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { noteName, noteOfName } from "../../../engine/base/note-name.ts";

test("C4 is 60, and names go from C-1 to G9", () => {
  expect(["C4", "A4", "C-1", "G9", "c3", "C#3", "Db3", "Cb4", "B#3", " E2 "].map(noteOfName)).toEqual([
    60, 69, 0, 127, 48, 49, 49, 59, 60, 40,
  ]);
});

test("every note has its name", () => {
  const letters = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
  for (let note = 0; note <= 127; note += 1)
    expect(noteOfName(`${letters[note % 12]}${Math.floor(note / 12) - 1}`)).toBe(note);
  for (let note = 0; note <= 127; note += 1) expect(noteOfName(noteName(note))).toBe(note);
});

test("what is no note is null", () => {
  for (const name of ["", "H3", "C", "4", "C##4", "G#9", "Cb-1", "C4x", "C100", "__proto__"])
    expect(noteOfName(name)).toBeNull();
});
