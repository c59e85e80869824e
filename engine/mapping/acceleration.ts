// SPDX-License-Identifier: GPL-3.0-or-later
// How much further a quick turn of an endless knob goes.

import type { MappingEntryPlan } from "../binding/plan/mapping-plan.ts";

/** Up to here a hand sets single clicks; from there on it wants to get somewhere. */
const SLOW_CLICKS_PER_SECOND = 12;
const QUICK_CLICKS_PER_SECOND = 60;

/** @param factor - of a quick turn; 1 is none */
export function accelerationLaw(factor: number): MappingEntryPlan["acceleration"] {
  if (factor === 1) return [];
  return [
    { clicksPerSecond: SLOW_CLICKS_PER_SECOND, factor: 1 },
    { clicksPerSecond: QUICK_CLICKS_PER_SECOND, factor },
  ];
}
