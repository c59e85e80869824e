// SPDX-License-Identifier: GPL-3.0-or-later
// What a step is that says nothing of itself.

import type { TrackStepPlan } from "../binding/plan/track-plan.ts";

/** Of a hit that is not strong. */
export const HIT_VELOCITY = 0.8;

export const PLAIN_STEP: Omit<TrackStepPlan, "step"> = {
  kind: "hit",
  velocity: HIT_VELOCITY,
  gate: 1,
  probability: 1,
  ratchet: 1,
  at: 1,
  every: 1,
  isNot: false,
  locks: [],
};
