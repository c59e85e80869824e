// SPDX-License-Identifier: GPL-3.0-or-later
// What the key inputs of inserts hear: written at the insert, or as a list of the session.

import type { BusPlan, SidechainPlan } from "../binding/plan/plan.ts";
import type { Path } from "../config/problem.ts";
import { insertSidechainSchema, type SidechainFile, sessionSidechainSchema } from "./format.ts";
import type { ReadBuses } from "./read-buses.ts";
import { type Buses, type SessionContext, sourceOf } from "./session-context.ts";

/** A sidechain with its place and both ends as the plan calls them. */
export interface ReadSidechain {
  readonly path: Path;
  readonly bus: string;
  readonly insert: string;
  readonly plan: SidechainPlan;
}

/** @param entries - the list of the session */
export function readSidechains(
  context: SessionContext,
  buses: ReadBuses,
  entries: readonly unknown[],
): ReadSidechain[] {
  const found: ReadSidechain[] = [];
  const add = (path: Path, bus: string, insert: string, written: SidechainFile): void => {
    const from = sourceOf(context, buses, [...path, "from"], written.from);
    const plan = buses.byId.get(bus)?.plan.id;
    if (from === null || plan === undefined) return;
    const { gain, latencyComp } = written;
    found.push({ path, bus: plan, insert, plan: { from, gain, latencyComp } });
  };
  for (const { path, bus, insert, entries: written } of buses.sidechains) {
    if (written.length > 0 && !isKeyed(context, buses, [...path, "sidechains"], bus, insert)) continue;
    for (const [index, entry] of written.entries()) {
      const at = [...path, "sidechains", index];
      const sidechain = context.checker.parse(insertSidechainSchema, entry, at);
      if (sidechain !== undefined) add(at, bus, insert, sidechain);
    }
  }
  for (const [index, entry] of entries.entries()) {
    const at = ["sidechains", index];
    const sidechain = context.checker.parse(sessionSidechainSchema, entry, at);
    const address = sidechain === undefined ? null : insertOf(context, buses, [...at, "to"], sidechain.to);
    if (sidechain === undefined || address === null) continue;
    if (isKeyed(context, buses, [...at, "to"], address.bus, address.insert))
      add(at, address.bus, address.insert, sidechain);
  }
  return found;
}

/** The buses with what their inserts listen to. */
export function busesWith(buses: Buses, sidechains: readonly ReadSidechain[]): BusPlan[] {
  return [...buses.byId.values()].map(({ plan }) => ({
    ...plan,
    inserts: plan.inserts.map((insert) => {
      const own = sidechains.filter((one) => one.bus === plan.id && one.insert === insert.id);
      return { ...insert, sidechains: own.map((one) => one.plan) };
    }),
  }));
}

/** The insert that `bus:BUS:INSERT` names, by its ids in the file; null after the problem was noted. */
export function insertOf(
  { checker }: SessionContext,
  buses: Buses,
  path: Path,
  address: string,
): { readonly bus: string; readonly insert: string } | null {
  const match = /^bus:([^:]*):([^:]*)$/i.exec(address);
  if (match === null) {
    const expected = 'the address of an insert: "bus:BUS:INSERT"';
    checker.error(path, { expected, got: JSON.stringify(address) });
    return null;
  }
  const [, bus = "", insert = ""] = match;
  const read = buses.byId.get(bus);
  if (read === undefined) {
    if (buses.areKnown) checker.unknownName(path, "the id of a bus", bus, [...buses.byId.keys()]);
    return null;
  }
  const ids = read.plan.inserts.map((one) => one.id);
  if (ids.includes(insert)) return { bus, insert };
  if (read.areInsertsKnown) checker.unknownName(path, `the id of an insert of bus ${bus}`, insert, ids);
  return null;
}

function isKeyed(
  { checker }: SessionContext,
  buses: Buses,
  path: Path,
  bus: string,
  insert: string,
): boolean {
  const read = buses.byId.get(bus);
  if (read === undefined || read.keyed.has(insert)) return read !== undefined;
  const type = read.plan.inserts.find((one) => one.id === insert)?.type ?? "";
  const hint = `"${insert}" is a ${type}, which has no sidechain key.`;
  checker.error(path, { expected: "an insert with a key", got: type, hint });
  return false;
}
