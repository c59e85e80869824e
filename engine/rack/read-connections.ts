// SPDX-License-Identifier: GPL-3.0-or-later
// Cables and mixer of a rack file: who feeds whom, how loud, and what is heard.

import type { ConnectionPlan, MixerPlan } from "../binding/plan.ts";
import type { Path } from "../config/problem.ts";
import { connectionSchema, mixerInputSchema, mixerSchema } from "./format.ts";
import { nodeTypeOf, type RackContext } from "./rack-context.ts";

export function readConnections(
  context: RackContext,
  entries: readonly unknown[],
  mixer: MixerPlan | null,
): ConnectionPlan[] {
  const heard = new Set(mixer?.inputs.map((input) => input.node));
  const plans: ConnectionPlan[] = [];
  const feeds = new Map<string, string[]>();
  for (const [index, entry] of entries.entries()) {
    const path = ["connections", index];
    const cable = context.checker.parse(connectionSchema, entry, path);
    if (cable === undefined) continue;
    const from = nodeTypeOf(context, [...path, "from"], cable.from);
    const to = nodeTypeOf(context, [...path, "to"], cable.to);
    if (from === null || to === null) continue;
    // Every port but the first is a key.
    const toPort = cable.toPort === 0 ? 0 : 1;
    if (toPort === 0 && to.inputChannels === 0) {
      const hint = `"${cable.to}" is a ${to.type}, which makes sound and takes none.`;
      context.checker.error([...path, "to"], { expected: "a node with an input", got: cable.to, hint });
      continue;
    }
    if (toPort === 1 && !to.hasKeyInput) {
      const hint = `"${cable.to}" is a ${to.type}, which has no sidechain key.`;
      context.checker.error([...path, "toPort"], { expected: "0", got: String(cable.toPort), hint });
      continue;
    }
    const circle = wayTo(feeds, cable.to, cable.from);
    if (circle !== null) {
      const hint = `Sound cannot go in a circle: ${[cable.from, ...circle].join(" > ")}.`;
      context.checker.error(path, { got: `${cable.from} > ${cable.to}`, hint });
      continue;
    }
    feeds.set(cable.from, [...(feeds.get(cable.from) ?? []), cable.to]);
    plans.push({
      from: cable.from,
      to: cable.to,
      gain: cable.gainPercent / 100,
      // A mixer input is heard through the mixer already.
      dry: heard.has(cable.from) ? 0 : cable.dryPercent / 100,
      fromPort: cable.fromPort,
      toPort,
    });
  }
  return plans;
}

/** A node that could be keyed and is not listens to itself: said, because it is easy to forget the cable. */
export function warnOfOpenKeys(context: RackContext, connections: readonly ConnectionPlan[]): void {
  for (const [index, [id, type]] of [...context.nodes].entries()) {
    if (type === null || !type.hasKeyInput) continue;
    if (connections.some((cable) => cable.to === id && cable.toPort === 1)) continue;
    const hint = `Nothing is connected to the key (toPort 1) of "${id}": it listens to its own input.`;
    context.checker.warn(["nodes", index], { got: id, hint });
  }
}

/**
 * @param fed - does this node feed another one? Those are the inputs of a mixer that lists none.
 */
export function readMixer(
  context: RackContext,
  value: unknown,
  fed: (id: string) => boolean,
): MixerPlan | null {
  if (value === undefined) return null;
  const mixer = context.checker.parseGroup(mixerSchema, value, ["mixer"]);
  if (mixer === undefined) return null;
  const gain = (mixer.masterPercent ?? 100) / 100;
  const softClip = mixer.softClip ?? true;
  if (mixer.inputs === undefined) {
    const ends = [...context.nodes.keys()].filter((id) => !fed(id));
    return { inputs: ends.map((node) => ({ node, gain: 1 })), gain, softClip };
  }
  const inputs: { node: string; gain: number }[] = [];
  for (const [index, entry] of mixer.inputs.entries()) {
    const path: Path = ["mixer", "inputs", index];
    const input = context.checker.parse(mixerInputSchema, entry, path);
    if (input === undefined || nodeTypeOf(context, [...path, "id"], input.id) === null) continue;
    if (inputs.some((other) => other.node === input.id)) {
      const expected = "a node that is no input yet";
      context.checker.error([...path, "id"], { expected, got: JSON.stringify(input.id) });
      continue;
    }
    inputs.push({ node: input.id, gain: input.gainPercent / 100 });
  }
  return { inputs, gain, softClip };
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

/** The nodes from `start` to `goal` along the cables, or null. */
function wayTo(feeds: ReadonlyMap<string, readonly string[]>, start: string, goal: string): string[] | null {
  const cameFrom = new Map<string, string | null>([[start, null]]);
  const queue = [start];
  for (const id of queue) {
    if (id === goal) {
      const way: string[] = [];
      for (let at: string | null = id; at !== null; at = cameFrom.get(at) ?? null) way.unshift(at);
      return way;
    }
    for (const next of feeds.get(id) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      queue.push(next);
    }
  }
  return null;
}
