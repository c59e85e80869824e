// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of a session file need to know of each other while it is read: its racks, buses,
// crossfaders and tempo.

import { beatAtSeconds, secondsAt, type TempoStep } from "../base/tempo-map.ts";
import type { BusPlan } from "../binding/plan/plan.ts";
import type { RackPlan } from "../binding/plan/rack-plan.ts";
import type { Checker } from "../config/check.ts";
import type { Path } from "../config/problem.ts";
import type { SessionTools } from "./session-tools.ts";

/** Where everything ends; a file may also call a bus so, and then that bus is just before the end. */
export const MAIN = "main";

export interface SessionContext {
  readonly checker: Checker;
  readonly tools: SessionTools;
  readonly tempoMap: readonly TempoStep[];
  /** Every rack id of the file; null when the rack was not understood, which is said elsewhere. */
  readonly racks: ReadonlyMap<string, RackPlan | null>;
  /** Did every rack have an id of its own? Otherwise a name that is not found is no news. */
  readonly areRacksKnown: boolean;
}

export interface Buses {
  /** By the id in the file. */
  readonly byId: ReadonlyMap<string, ReadBus>;
  readonly areKnown: boolean;
}

export interface ReadBus {
  readonly plan: BusPlan;
  /** Which inserts have a key input. */
  readonly keyed: ReadonlySet<string>;
  /** Was every insert understood? */
  readonly areInsertsKnown: boolean;
}

/** As the plan calls what the file calls `id`: a rack, or a bus. */
export function sourceOf(context: SessionContext, buses: Buses, path: Path, id: string): string | null {
  if (context.racks.has(id)) return id;
  const bus = buses.byId.get(id);
  if (bus !== undefined) return bus.plan.id;
  if (!context.areRacksKnown || !buses.areKnown) return null;
  const known = [...context.racks.keys(), ...buses.byId.keys()];
  context.checker.unknownName(path, "the id of a rack or bus", id, known);
  return null;
}

export function rackNamed(context: SessionContext, path: Path, id: string): RackPlan | null {
  const rack = context.racks.get(id);
  if (rack === undefined && context.areRacksKnown)
    context.checker.unknownName(path, "the id of a rack", id, [...context.racks.keys()]);
  return rack ?? null;
}

/** Of the song, when a beat of the rack sounds. */
export function secondsOfRackBeat(rack: RackPlan, beat: number): number {
  return rack.startSeconds + secondsAt(rack.tempoMap, beat);
}

/** Song beats. Rounded to what no ear and no frame can tell, so that bar 5 is beat 16 and not 15.99… */
export function beatOfSeconds(tempoMap: readonly TempoStep[], seconds: number): number {
  return Math.round(beatAtSeconds(tempoMap, seconds) * 1e9) / 1e9;
}
