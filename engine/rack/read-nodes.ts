// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes of a rack file with types and parameters looked up in the catalog.

import type { NodePlan } from "../binding/plan.ts";
import type { Path } from "../config/problem.ts";
import { findParam, type NodeTypeInfo } from "./catalog.ts";
import { nodeSchema } from "./format.ts";
import { paramValue } from "./param-value.ts";
import type { RackContext } from "./rack-context.ts";

/** Types of the format that play only when the catalog has them: otherwise they are not supported yet. */
const LATER_TYPES: readonly string[] = ["spectral_ducker", "meter", "wiretap", "transport"];

/** Fills `context.nodes`. What was not understood is missing in the result. */
export function readNodes(context: RackContext, nodes: readonly unknown[]): NodePlan[] {
  const plans: NodePlan[] = [];
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
    const type = node.type === undefined ? null : readType(context, [...path, "type"], node.type);
    context.nodes.set(node.id, type);
    if (type === null) continue;
    plans.push({
      id: node.id,
      type: type.type,
      params: readParams(context, [...path, "params"], type, node.params ?? {}),
    });
  }
  return plans;
}

function readType(context: RackContext, path: Path, name: string): NodeTypeInfo | null {
  const type = context.catalog.get(name);
  if (type !== undefined) return type;
  if (LATER_TYPES.includes(name)) {
    context.checker.error(path, { got: name, hint: `The node type "${name}" is not supported yet.` });
  } else context.checker.unknownName(path, "a node type", name, [...context.catalog.keys()]);
  return null;
}

function readParams(
  context: RackContext,
  path: Path,
  type: NodeTypeInfo,
  params: Readonly<Record<string, unknown>>,
): NodePlan["params"] {
  const values = new Map<number, number>();
  for (const [key, value] of Object.entries(params)) {
    const param = findParam(type, key);
    if (param === undefined) {
      const keys = type.params.map((known) => known.key);
      context.checker.unknownName([...path, key], `a parameter of ${type.type}`, key, keys, "key");
      continue;
    }
    if (values.has(param.id)) {
      const hint = `This is ${param.name}, which stands here twice in two spellings; keep one.`;
      context.checker.error([...path, key], { got: key, hint }, "key");
      continue;
    }
    const number = paramValue(context.checker, [...path, key], type, param, value);
    if (number !== undefined) values.set(param.id, number);
  }
  return [...values];
}
