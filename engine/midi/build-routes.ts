// SPDX-License-Identifier: GPL-3.0-or-later
// From `routes` of the settings to the plan: curves and maps as tables. Ports and loops are checked with the
// settings.

import type { MidiRoutePlan } from "../binding/plan/route-plan.ts";
import { channelTable, controllerTable } from "../config/route-tables.ts";
import type { RouteSettings } from "../config/schema.ts";

/** A curve by its name, from 0 to 1 to 0 to 1. */
export type CurveShape = (curve: RouteSettings["velocityCurve"], x: number) => number;

export function buildRoutes(routes: readonly RouteSettings[], shape: CurveShape): readonly MidiRoutePlan[] {
  return routes.map((route) => {
    const { id, from, to, carries, transpose, chord, delayBeats } = route;
    const { lowestNote, highestNote, lowestVelocity, highestVelocity } = route;
    return {
      id,
      from,
      to,
      carries,
      lowestNote,
      highestNote,
      lowestVelocity,
      highestVelocity,
      transpose,
      channels: channelTable(route),
      controllers: controllerTable(route),
      velocities: velocityTable(route, shape),
      delayBeats,
      chord,
      arp: {
        order: route.arp,
        stepBeats: evenBeats(route.arpBeats),
        octaves: route.arpOctaves,
        gate: route.arpGate,
        hold: route.arpHold,
        seed: route.arpSeed,
      },
    };
  });
}

const PARTS_OF_A_BEAT = 48;
const SAME_BEATS = 0.001;

/** Thirds are written as 0.333 and meant exactly: a grid of them must not drift away from the song. */
function evenBeats(beats: number): number {
  const even = Math.round(beats * PARTS_OF_A_BEAT) / PARTS_OF_A_BEAT;
  return Math.abs(even - beats) < SAME_BEATS ? even : beats;
}

const HARDEST = 127;

/** @returns of each velocity from 0 what goes out, 1 to 127 */
function velocityTable(
  { velocityCurve, velocityMin, velocityMax }: RouteSettings,
  shape: CurveShape,
): readonly number[] {
  return Array.from({ length: HARDEST + 1 }, (_, velocity) => {
    const y = shape(velocityCurve, Math.max(0, velocity - 1) / (HARDEST - 1));
    const bent = Math.round(velocityMin + y * (velocityMax - velocityMin));
    return Math.min(HARDEST, Math.max(1, bent));
  });
}
