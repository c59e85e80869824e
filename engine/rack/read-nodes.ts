// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes of a rack file, and which of them is its transport.

import type { NodePlan } from "../binding/plan/rack-plan.ts";
import type { Path } from "../config/problem.ts";
import { nodeSchema } from "./format.ts";
import type { RackContext } from "./rack-context.ts";
import { readNode, readNodeType } from "./read-node.ts";
import { NO_PORTS, readPorts } from "./read-ports.ts";

const TRANSPORT = "transport";

export interface ReadNodes {
  /** What was not understood is missing. */
  readonly plans: readonly NodePlan[];
  /** The transport when it is written as a node: its place and its keys. */
  readonly transport: TransportNode | null;
}

export interface TransportNode {
  /** Of the node. */
  readonly path: Path;
  readonly params: unknown;
}

/** Fills `context.nodes`. */
export function readNodes(context: RackContext, nodes: readonly unknown[]): ReadNodes {
  const plans: NodePlan[] = [];
  let transport: TransportNode | null = null;
  for (const [index, entry] of nodes.entries()) {
    const path = ["nodes", index];
    const node = context.checker.parseGroup(nodeSchema, entry, path);
    if (node?.id === undefined) {
      context.areIdsKnown = false;
      continue;
    }
    if (context.nodes.has(node.id)) {
      context.areIdsKnown = false;
      const expected = "an id that no other node has";
      context.checker.error([...path, "id"], { expected, got: JSON.stringify(node.id) });
      continue;
    }
    if (node.type === TRANSPORT) {
      if (transport !== null) {
        const hint = "A rack has one transport.";
        context.checker.error([...path, "type"], { expected: "no second transport", got: TRANSPORT, hint });
      }
      transport ??= { path, params: node.params ?? {} };
      context.nodes.set(node.id, { type: null, isTransport: true, ports: NO_PORTS });
      continue;
    }
    const type = readNodeType(context, path, node);
    const ports = readPorts(context, [...path, "ports"], type, node.ports);
    context.nodes.set(node.id, { type, isTransport: false, ports });
    if (type !== null) plans.push(readNode(context, path, node.id, type, node, ports));
  }
  return { plans, transport };
}
