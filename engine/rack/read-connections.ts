// SPDX-License-Identifier: GPL-3.0-or-later
// Cables of a rack file: who feeds whom, at which input, how loud.

import { circlesOf } from "../base/circles.ts";
import type { ConnectionPlan, MixerPlan } from "../binding/plan/rack-plan.ts";
import type { Path } from "../config/problem.ts";
import { showValue } from "../config/problem.ts";
import { connectionSchema } from "./format.ts";
import { nodeOf, type RackContext } from "./rack-context.ts";
import { inputOf, isOutput } from "./read-ports.ts";

/** So many circles are named; whoever opens those finds the others. */
const MOST_CIRCLES = 8;

export function readConnections(
  context: RackContext,
  entries: readonly unknown[],
  mixer: MixerPlan | null,
): ConnectionPlan[] {
  const heard = new Set(mixer?.inputs.map((input) => input.node));
  const plans: ConnectionPlan[] = [];
  const places: Path[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = ["connections", index];
    const plan = readConnection(context, path, entry, heard);
    if (plan === null) continue;
    plans.push(plan);
    places.push(path);
  }
  for (const { arrow, way } of circlesOf(plans, MOST_CIRCLES)) {
    const hint = `Sound cannot go in a circle: ${way.join(" > ")}.`;
    const got = `${way[0]} > ${way[1]}`;
    context.checker.error(places[arrow] ?? [], { got, hint });
  }
  return plans;
}

function readConnection(
  context: RackContext,
  path: Path,
  entry: unknown,
  heard: ReadonlySet<string>,
): ConnectionPlan | null {
  const { checker } = context;
  const cable = checker.parse(connectionSchema, entry, path);
  if (cable === undefined) return null;
  const from = nodeOf(context, [...path, "from"], cable.from);
  const to = nodeOf(context, [...path, "to"], cable.to);
  if (from === null || to === null) return null;
  if (!isOutput(context, [...path, "fromPort"], cable.from, from, cable.fromPort)) return null;
  const input = inputOf(context, [...path, "toPort"], cable.to, to, cable.toPort);
  if (input === null || input.port === null) return null;
  if (input.port === 0 && to.type.inputChannels === 0) {
    const hint = `"${cable.to}" is a ${to.type.type}, which makes sound and takes none.`;
    checker.error([...path, "to"], { expected: "a node with an input", got: cable.to, hint });
    return null;
  }
  if (input.port === 1 && !to.type.hasKeyInput) {
    const hint = `"${cable.to}" is a ${to.type.type}, which has no sidechain key.`;
    checker.error([...path, "toPort"], { expected: "0", got: showValue(cable.toPort), hint });
    return null;
  }
  return {
    from: cable.from,
    to: cable.to,
    gain: cable.gainPercent / 100,
    // A mixer input is heard through the mixer already.
    dry: heard.has(cable.from) ? 0 : cable.dryPercent / 100,
    fromPort: 0,
    toPort: input.port,
  };
}

/** A node that could be keyed and is not listens to itself: said, because it is easy to forget the cable. */
export function warnOfOpenKeys(context: RackContext, connections: readonly ConnectionPlan[]): void {
  const keyed = new Set(connections.filter((cable) => cable.toPort === 1).map((cable) => cable.to));
  for (const [index, [id, { type }]] of [...context.nodes].entries()) {
    if (type === null || !type.hasKeyInput || keyed.has(id)) continue;
    const hint = `Nothing is connected to the key (toPort 1) of "${id}": it listens to its own input.`;
    context.checker.warn(["nodes", index], { got: id, hint });
  }
}

/** The ids that feed another node's main input or key, as far as the cables can be read at all. */
export function feedingIds(entries: readonly unknown[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const entry of entries) {
    const from = typeof entry === "object" && entry !== null ? (entry as { from?: unknown }).from : undefined;
    if (typeof from === "string") ids.add(from);
  }
  return ids;
}
