// SPDX-License-Identifier: GPL-3.0-or-later
// The racks of a session file: each from its own file, with the level and the time it has here.

import { dirname, resolve } from "node:path";
import type { RackPlan } from "../binding/plan/rack-plan.ts";
import type { Checker } from "../config/check.ts";
import type { Document } from "../config/document.ts";
import type { Problem } from "../config/problem.ts";
import { sessionRackSchema } from "./format.ts";
import { alignedRacks, timedRack } from "./rack-timing.ts";
import type { SessionTools } from "./session-tools.ts";

export interface ReadRacks {
  /** Every id of the file in its order; null when the rack was not understood. */
  readonly byId: ReadonlyMap<string, RackPlan | null>;
  readonly areIdsKnown: boolean;
  /** Beats until everything written in a rack was heard once, by id. */
  readonly ownBeats: ReadonlyMap<string, number>;
  /** The first that says a tempo. */
  readonly withTempo: RackPlan | null;
  /** Of the rack files. */
  readonly problems: readonly Problem[];
  readonly files: readonly string[];
}

export interface RackOptions {
  /** Hz, of the session. */
  readonly sampleRate: number;
  readonly isAligned: boolean;
}

export async function readRacks(
  checker: Checker,
  tools: SessionTools,
  entries: readonly unknown[],
  options: RackOptions,
): Promise<ReadRacks> {
  const problems: Problem[] = [];
  const documents = new Map<string, Document>();
  const missing = new Set<string>();
  const byId = new Map<string, RackPlan | null>();
  const ownBeats = new Map<string, number>();
  let areIdsKnown = true;
  let withTempo: RackPlan | null = null;
  for (const [index, entry] of entries.entries()) {
    const path = ["racks", index];
    const rack = checker.parse(sessionRackSchema, entry, path);
    if (rack === undefined) {
      areIdsKnown = false;
      continue;
    }
    if (byId.has(rack.id)) {
      const expected = "an id that no other rack has";
      checker.error([...path, "id"], { expected, got: JSON.stringify(rack.id) });
    }
    byId.set(rack.id, null);
    const file = resolve(dirname(checker.document.file), rack.path);
    const known = documents.get(file);
    const document = known ?? (await tools.load(file));
    documents.set(file, document);
    if (document.unreadable !== null) {
      const hint = `Looked for ${file}.`;
      checker.error([...path, "path"], { expected: "a rack file", got: document.unreadable, hint });
      continue;
    }
    const result = tools.readRack(document, rack.id);
    // A file that is used twice has its mistakes once.
    if (known === undefined) problems.push(...result.problems);
    for (const name of result.missingFiles) missing.add(name);
    if (result.plan === null || result.facts === null) continue;
    const { gain, muted, solo: soloed, randomSeed: seed = result.plan.seed } = rack;
    const leveled: RackPlan = { ...result.plan, gain, muted, soloed, seed };
    const { lengthBeats, hasTransport } = result.facts;
    const timed = timedRack(checker, path, rack, leveled, lengthBeats, options.sampleRate);
    byId.set(rack.id, timed);
    ownBeats.set(rack.id, lengthBeats);
    if (hasTransport) withTempo ??= timed;
  }
  if (options.isAligned) {
    const understood = [...byId.values()].filter((rack) => rack !== null);
    for (const rack of alignedRacks(understood)) byId.set(rack.id, rack);
  }
  const files = [...documents.keys(), ...missing];
  return { byId, areIdsKnown, ownBeats, withTempo, problems, files };
}
