// SPDX-License-Identifier: GPL-3.0-or-later
// Crossfaders between two racks.

import type { LfoPlan } from "../binding/plan/modulation-plan.ts";
import type { XfaderPlan } from "../binding/plan/plan.ts";
import type { Path } from "../config/problem.ts";
import { readLfo } from "../config/read-lfo.ts";
import { xfaderLfoSchema, xfaderSchema } from "./format.ts";
import { rackNamed, type SessionContext } from "./session-context.ts";

export interface ReadXfaders {
  readonly plans: readonly XfaderPlan[];
  readonly ids: ReadonlySet<string>;
  /** Did every crossfader have an id of its own? */
  readonly areKnown: boolean;
}

export function readXfaders(context: SessionContext, entries: readonly unknown[]): ReadXfaders {
  const { checker } = context;
  const plans: XfaderPlan[] = [];
  const ids = new Set<string>();
  let areKnown = true;
  for (const [index, entry] of entries.entries()) {
    const path = ["xfaders", index];
    const xfader = checker.parseGroup(xfaderSchema, entry, path);
    if (xfader?.id === undefined) {
      areKnown = false;
      continue;
    }
    if (ids.has(xfader.id)) {
      const expected = "an id that no other crossfader has";
      checker.error([...path, "id"], { expected, got: JSON.stringify(xfader.id) });
    }
    ids.add(xfader.id);
    const racks = readSides(context, [...path, "racks"], xfader.racks);
    const lfo = xfader.lfo === undefined ? null : readXfaderLfo(context, [...path, "lfo"], xfader.lfo);
    if (racks === null) continue;
    const { id, law = "equal_power", smoothingMs = 10 } = xfader;
    plans.push({ id, racks, law, smoothingMs, lfo });
  }
  return { plans, ids, areKnown };
}

function readSides(
  context: SessionContext,
  path: Path,
  racks: readonly string[] | undefined,
): [string, string] | null {
  const [first, second] = racks ?? [];
  if (first === undefined || second === undefined) return null;
  rackNamed(context, [...path, 0], first);
  rackNamed(context, [...path, 1], second);
  if (first === second)
    context.checker.error([...path, 1], {
      expected: "another rack than the first",
      got: JSON.stringify(second),
    });
  return [first, second];
}

function readXfaderLfo({ checker }: SessionContext, path: Path, value: unknown): LfoPlan | null {
  const lfo = checker.parse(xfaderLfoSchema, value, path);
  if (lfo === undefined) return null;
  if (lfo.phase !== undefined && lfo.phase01 !== undefined)
    checker.warn([...path, "phase01"], { got: "both", hint: '"phase" counts, "phase01" does not.' }, "key");
  const key = lfo.phase === undefined ? "phase01" : "phase";
  return readLfo(checker, path, lfo, lfo[key], key);
}
