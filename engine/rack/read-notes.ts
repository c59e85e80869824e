// SPDX-License-Identifier: GPL-3.0-or-later
// Notes of a pattern, as numbers or by name.

import { HIGHEST_NOTE, LOWEST_NOTE, noteOfName } from "../base/note-name.ts";
import type { NotePlan } from "../binding/plan/pattern-plan.ts";
import type { Checker } from "../config/check.ts";
import { type Path, showValue } from "../config/problem.ts";
import { noteSchema } from "./format.ts";

export function readNotes(
  checker: Checker,
  path: Path,
  entries: readonly unknown[],
  lengthSteps: number,
): NotePlan[] {
  const notes: NotePlan[] = [];
  for (const [index, entry] of entries.entries()) {
    const at = [...path, index];
    const written = checker.parse(noteSchema, entry, at);
    if (written === undefined) continue;
    const note = noteOf(checker, [...at, "note"], written.note);
    if (note === null) continue;
    if (written.step >= lengthSteps) {
      const expected = `a step from 0 to ${lengthSteps - 1}, the length of the pattern`;
      const hint = "This note never sounds; a larger lengthBars reaches it.";
      checker.warn([...at, "step"], { expected, got: String(written.step), hint });
      continue;
    }
    notes.push({ step: written.step, note, velocity: written.velocity, lengthSteps: written.lengthSteps });
  }
  return notes.sort((a, b) => a.step - b.step);
}

function noteOf(checker: Checker, path: Path, value: unknown): number | null {
  const note = typeof value === "string" ? noteOfName(value) : value;
  if (typeof note === "number" && Number.isInteger(note) && note >= LOWEST_NOTE && note <= HIGHEST_NOTE)
    return note;
  const expected = `a note from ${LOWEST_NOTE} to ${HIGHEST_NOTE}, or its name from C-1 to G9`;
  const hint = typeof value === "string" ? "C4 is 60; C#4 and Db4 are the same note." : "";
  checker.error(path, { expected, got: showValue(value), hint });
  return null;
}
