// SPDX-License-Identifier: GPL-3.0-or-later
// What all racks and buses of a session hold together: the engine has room for so much and no more.

import type { MidiTrackPlan } from "../binding/plan/midi-plan.ts";
import type { BusPlan, RoutePlan } from "../binding/plan/plan.ts";
import type { RackPlan } from "../binding/plan/rack-plan.ts";
import type { Checker } from "../config/check.ts";
import type { Path } from "../config/problem.ts";
import { LIMITS, TOTALS } from "./format.ts";

export interface SessionContent {
  readonly racks: readonly RackPlan[];
  readonly buses: readonly BusPlan[];
  /** With those that were not written. */
  readonly routes: readonly RoutePlan[];
  readonly midiTracks: readonly MidiTrackPlan[];
}

export function checkTotals(checker: Checker, content: SessionContent): void {
  const { racks, buses, routes, midiTracks } = content;
  const sum = (count: (rack: RackPlan) => number): number =>
    racks.reduce((total, rack) => total + count(rack), 0);
  const inserts = buses.reduce((total, bus) => total + bus.inserts.length, 0);
  const totals: readonly (readonly [what: string, got: number, most: number, hint: string])[] = [
    ["nodes in all racks and on all buses", sum((rack) => rack.nodes.length) + inserts, TOTALS.nodes, ""],
    ["connections in all racks", sum((rack) => rack.connections.length), TOTALS.connections, ""],
    ["patterns in all racks", sum((rack) => rack.patterns.length), TOTALS.patterns, ""],
    [
      "hits, notes and locks in all racks",
      sum(patternEvents),
      TOTALS.patternEvents,
      "Use a smaller lengthBars in the racks.",
    ],
    ["commands in all racks", sum((rack) => rack.commands.length), TOTALS.commands, ""],
  ];
  const check = (path: Path, what: string, got: number, most: number, hint = ""): void => {
    if (got > most) checker.error(path, { expected: `at most ${most} ${what}`, got: String(got), hint });
  };
  for (const [what, got, most, hint] of totals) check(["racks"], what, got, most, hint);
  const midiEvents = midiTracks.reduce(
    (total, track) => total + track.notes.length + track.controllers.length,
    0,
  );
  check(["midiTracks"], "notes and controllers in all MIDI tracks", midiEvents, TOTALS.midiEvents);
  check(["routes"], "routes, with those of racks and buses that have none", routes.length, LIMITS.routes);
  for (const bus of buses) {
    for (const insert of bus.inserts)
      check(
        ["sidechains"],
        `sidechains of ${bus.id}:${insert.id}`,
        insert.sidechains.length,
        LIMITS.sidechains,
      );
  }
}

function patternEvents(rack: RackPlan): number {
  return rack.patterns.reduce(
    (sum, pattern) => sum + pattern.hits.length + pattern.notes.length + pattern.locks.length,
    0,
  );
}
