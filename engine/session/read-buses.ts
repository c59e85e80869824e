// SPDX-License-Identifier: GPL-3.0-or-later
// The buses of a session file and the effects that sit on them.

import type { BusPlan, InsertPlan } from "../binding/plan/plan.ts";
import { type Path, showValue } from "../config/problem.ts";
import { busSchema, insertSchema } from "./format.ts";
import { type Buses, MAIN, type ReadBus, type SessionContext } from "./session-context.ts";

/** What `readSidechains` still has to look up, when all buses are known. */
export interface WrittenSidechains {
  readonly path: Path;
  readonly bus: string;
  readonly insert: string;
  readonly entries: readonly unknown[];
}

export interface ReadBuses extends Buses {
  readonly sidechains: readonly WrittenSidechains[];
  readonly missingFiles: readonly string[];
}

/** The inserts have no sidechains yet. */
export function readBuses(context: SessionContext, entries: readonly unknown[]): ReadBuses {
  const { checker } = context;
  const byId = new Map<string, ReadBus>();
  const sidechains: WrittenSidechains[] = [];
  const missingFiles: string[] = [];
  let areKnown = true;
  for (const [index, entry] of entries.entries()) {
    const path = ["buses", index];
    const bus = checker.parseGroup(busSchema, entry, path);
    if (bus?.id === undefined) {
      areKnown = false;
      continue;
    }
    const { id } = bus;
    if (byId.has(id) || context.racks.has(id)) {
      const expected = `an id that no other ${byId.has(id) ? "bus" : "rack"} has`;
      checker.error([...path, "id"], { expected, got: JSON.stringify(id) });
      continue;
    }
    const inserts = new InsertReader(context, path, id);
    for (const [slot, insert] of (bus.inserts ?? []).entries()) inserts.read(slot, insert);
    const plan: BusPlan = {
      id: id === MAIN ? planIdOfMain(context, entries) : id,
      channels: bus.channels ?? 2,
      midSide: isMidSide(context, path, bus),
      inserts: inserts.plans,
    };
    byId.set(id, { plan, keyed: inserts.keyed, areInsertsKnown: inserts.areKnown });
    sidechains.push(...inserts.sidechains);
    missingFiles.push(...inserts.missingFiles);
  }
  return { byId, areKnown, sidechains, missingFiles };
}

/** In a plan "main" is where everything ends. A bus that a file calls so is the last stop before. */
function planIdOfMain(context: SessionContext, entries: readonly unknown[]): string {
  const taken = new Set<unknown>(context.racks.keys());
  for (const entry of entries) {
    if (typeof entry === "object" && entry !== null) taken.add((entry as { id?: unknown }).id);
  }
  let id = `${MAIN}-bus`;
  while (taken.has(id)) id = `${id}-`;
  return id;
}

function isMidSide(
  { checker }: SessionContext,
  path: Path,
  bus: {
    readonly stereoMode?: "LR" | "MidSide" | undefined;
    midSide?: boolean | undefined;
    channels?: number;
  },
): boolean {
  if (bus.stereoMode !== undefined && bus.midSide !== undefined) {
    checker.warn(
      [...path, "stereoMode"],
      { got: "both", hint: '"midSide" counts, "stereoMode" does not.' },
      "key",
    );
  }
  const isWanted = bus.midSide ?? bus.stereoMode === "MidSide";
  if (isWanted && (bus.channels ?? 2) !== 2) {
    const hint = "Mid and side need two channels.";
    checker.error([...path, "channels"], { expected: "2", got: String(bus.channels), hint });
  }
  return isWanted;
}

class InsertReader {
  readonly plans: InsertPlan[] = [];
  readonly keyed = new Set<string>();
  readonly sidechains: WrittenSidechains[] = [];
  readonly missingFiles: string[] = [];
  areKnown = true;
  readonly #context: SessionContext;
  readonly #path: Path;
  readonly #bus: string;
  readonly #ids = new Set<string>();

  constructor(context: SessionContext, path: Path, bus: string) {
    this.#context = context;
    this.#path = path;
    this.#bus = bus;
  }

  read(slot: number, entry: unknown): void {
    const { checker, tools } = this.#context;
    const path = [...this.#path, "inserts", slot];
    const insert = checker.parseGroup(insertSchema, entry, path);
    if (insert?.type === undefined) {
      this.areKnown = false;
      return;
    }
    const id = insert.id ?? insert.type.split(":")[0] ?? insert.type;
    if (this.#ids.has(id)) {
      const expected = "an id that no other insert of the bus has";
      checker.error([...path, "id"], { expected, got: showValue(insert.id ?? id) });
    }
    this.#ids.add(id);
    const node = tools.readInsert(checker, path, { ...insert, type: insert.type }, id);
    if (node === null) {
      this.areKnown = false;
      return;
    }
    this.plans.push({ ...node.plan, sidechains: [] });
    this.missingFiles.push(...node.missingFiles);
    if (node.hasKeyInput) this.keyed.add(id);
    this.sidechains.push({ path, bus: this.#bus, insert: id, entries: insert.sidechains ?? [] });
  }
}
