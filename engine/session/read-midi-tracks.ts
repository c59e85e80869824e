// SPDX-License-Identifier: GPL-3.0-or-later
// Tracks of notes and controllers for synths on MIDI ports. Ports are named here and looked up when
// the plan is put together: a session goes from box to box, ports do not.

import { channelForCode } from "../base/units.ts";
import type { MidiControllerPlan, MidiNotePlan, MidiTrackPlan } from "../binding/plan/midi-plan.ts";
import type { Checker } from "../config/check.ts";
import type { Path } from "../config/problem.ts";
import { LIMITS, midiControllerSchema, midiNoteSchema, midiTrackSchema } from "./format.ts";

export function readMidiTracks(checker: Checker, entries: readonly unknown[]): MidiTrackPlan[] {
  const plans: MidiTrackPlan[] = [];
  const ids = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const path = ["midiTracks", index];
    const written = checker.parseGroup(midiTrackSchema, entry, path);
    if (written === undefined) continue;
    const track = { ...midiTrackSchema.parse({ id: "-", port: "-" }), ...written };
    if (written.id !== undefined && ids.has(written.id)) {
      const expected = "an id that no other track has";
      checker.error([...path, "id"], { expected, got: JSON.stringify(written.id) });
    }
    ids.add(track.id);
    const lengthSteps = track.lengthBars * track.resolution;
    if (lengthSteps > LIMITS.steps) {
      const expected = `at most ${LIMITS.steps} steps in a track`;
      checker.error(path, { expected, got: String(lengthSteps), hint: "Use a smaller lengthBars." });
    }
    const steps: StepCheck = { checker, lengthSteps };
    plans.push({
      id: track.id,
      port: track.port,
      channel: channelForCode(track.channel),
      muted: track.muted,
      resolution: track.resolution,
      lengthSteps,
      swingPercent: track.swingPercent,
      swingExponent: track.swingExponent,
      notes: readNotes(steps, [...path, "notes"], track.notes),
      controllers: readControllers(steps, [...path, "controllers"], track.controllers),
    });
  }
  return plans;
}

interface StepCheck {
  readonly checker: Checker;
  readonly lengthSteps: number;
}

function readNotes(steps: StepCheck, path: Path, entries: readonly unknown[]): MidiNotePlan[] {
  const notes: MidiNotePlan[] = [];
  for (const [index, entry] of entries.entries()) {
    const note = steps.checker.parse(midiNoteSchema, entry, [...path, index]);
    if (note !== undefined && isInside(steps, [...path, index], note.step)) notes.push(note);
  }
  return notes.sort((a, b) => a.step - b.step);
}

function readControllers(steps: StepCheck, path: Path, entries: readonly unknown[]): MidiControllerPlan[] {
  const controllers: MidiControllerPlan[] = [];
  for (const [index, entry] of entries.entries()) {
    const written = steps.checker.parse(midiControllerSchema, entry, [...path, index]);
    if (written === undefined || !isInside(steps, [...path, index], written.step)) continue;
    controllers.push({ step: written.step, controller: written.cc, value: written.value });
  }
  return controllers.sort((a, b) => a.step - b.step);
}

function isInside({ checker, lengthSteps }: StepCheck, path: Path, step: number): boolean {
  if (step < lengthSteps) return true;
  const expected = `a step from 0 to ${lengthSteps - 1}, the length of the track`;
  checker.error([...path, "step"], { expected, got: String(step), hint: "A larger lengthBars reaches it." });
  return false;
}
