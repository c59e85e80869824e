// SPDX-License-Identifier: GPL-3.0-or-later
// What all racks and buses of a session hold together: the engine has room for so much and no more.

import type { BusPlan, RackPlan } from "../binding/plan.ts";
import type { Checker } from "../config/check.ts";
import { TOTALS } from "./format.ts";

export function checkTotals(checker: Checker, racks: readonly RackPlan[], buses: readonly BusPlan[]): void {
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
  for (const [what, got, most, hint] of totals) {
    if (got > most) checker.error(["racks"], { expected: `at most ${most} ${what}`, got: String(got), hint });
  }
}

function patternEvents(rack: RackPlan): number {
  return rack.patterns.reduce(
    (sum, pattern) => sum + pattern.hits.length + pattern.notes.length + pattern.locks.length,
    0,
  );
}
