// SPDX-License-Identifier: GPL-3.0-or-later
// An LFO as racks and sessions write it: shape, speed in Hz or in beats, and where it begins.

import { z } from "zod";
import type { LfoPlan } from "../binding/plan/modulation-plan.ts";
import type { Checker } from "./check.ts";
import { numberInRange } from "./number-in-range.ts";
import type { Path } from "./problem.ts";

export const LFO_FREQUENCY_RANGE = { min: 0.001, max: 1000, unit: "Hz" };
export const LFO_PHASE_RANGE = { min: 0, max: 1 };
const BEATS_RANGE = { min: 0.001, max: 65_536, unit: "beats" };

/** Hz of an LFO that says no speed. */
const DEFAULT_FREQUENCY_HZ = 1;

/** The keys; numbers are unknown here, because one that is too large is forgiven. */
export const lfoShape = {
  wave: z.enum(["sine", "triangle", "saw", "square"]).default("sine"),
  freqHz: z.unknown().optional(),
  beats: z.unknown().optional(),
};

export interface LfoFile {
  readonly wave: LfoPlan["wave"];
  readonly freqHz?: unknown;
  readonly beats?: unknown;
}

/** @param phase - what stands at `phaseKey`, undefined for nothing */
export function readLfo(
  checker: Checker,
  path: Path,
  written: LfoFile,
  phase: unknown,
  phaseKey = "phase",
): LfoPlan {
  const number = (key: string, value: unknown, range: typeof BEATS_RANGE, fallback: number): number =>
    value === undefined ? fallback : (numberInRange(checker, [...path, key], value, range) ?? fallback);
  const isSynced = written.beats !== undefined && written.beats !== 0;
  if (isSynced && written.freqHz !== undefined) {
    const hint = '"beats" sets the speed and "freqHz" does not.';
    checker.warn([...path, "freqHz"], { got: "both", hint }, "key");
  }
  return {
    wave: written.wave,
    freqHz: number("freqHz", written.freqHz, LFO_FREQUENCY_RANGE, DEFAULT_FREQUENCY_HZ),
    phase: number(phaseKey, phase, { ...LFO_PHASE_RANGE, unit: "" }, 0),
    syncBeats: isSynced ? number("beats", written.beats, BEATS_RANGE, 0) : 0,
  };
}
