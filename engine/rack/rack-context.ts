// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of a rack file need to know of each other while it is read: the nodes by id, and
// how a lock or a command names its parameter.

import type { Checker } from "../config/check.ts";
import type { Path } from "../config/problem.ts";
import { findParam, findParamById, type NodeCatalog, type NodeTypeInfo, type ParamInfo } from "./catalog.ts";

export interface RackContext {
  readonly checker: Checker;
  readonly catalog: NodeCatalog;
  /** Every id of the file; the type is null when it was not understood, which is said elsewhere. */
  readonly nodes: Map<string, NodeTypeInfo | null>;
  /** Did every node have an id of its own? Otherwise a name that is not found is no news. */
  areIdsKnown: boolean;
}

/** The type of a node that something in the file names; null after the problem was noted. */
export function nodeTypeOf(context: RackContext, path: Path, id: string): NodeTypeInfo | null {
  const type = context.nodes.get(id);
  if (type === undefined && context.areIdsKnown)
    context.checker.unknownName(path, "the id of a node", id, [...context.nodes.keys()]);
  return type ?? null;
}

/**
 * The parameter that `target` means: `paramId` by number, otherwise `param` by name.
 *
 * @param path - of the lock or command itself
 */
export function targetParam(
  context: RackContext,
  path: Path,
  type: NodeTypeInfo,
  target: { readonly param?: string | undefined; readonly paramId?: number | undefined },
): ParamInfo | null {
  const { checker } = context;
  const names = type.params.map((param) => param.name);
  const byName = target.param === undefined ? undefined : findParam(type, target.param);
  if (target.param !== undefined && byName === undefined) {
    checker.unknownName([...path, "param"], `a parameter of ${type.type}`, target.param, names);
    return null;
  }
  if (target.paramId === undefined || target.paramId === 0) {
    if (byName !== undefined) return byName;
    checker.error(path, { expected: `"param" with a parameter of ${type.type}`, got: "nothing" });
    return null;
  }
  const byId = findParamById(type, target.paramId);
  if (byId === undefined) {
    const expected = `the number of a parameter of ${type.type} (${type.params.map((param) => param.id).join(", ")})`;
    checker.error([...path, "paramId"], { expected, got: String(target.paramId) });
    return null;
  }
  if (byName !== undefined && byName.id !== byId.id) {
    const hint = `paramId wins: ${byId.name} is set, not ${byName.name}.`;
    checker.warn([...path, "paramId"], {
      expected: `${byName.id}, as "param" says`,
      got: String(byId.id),
      hint,
    });
  }
  return byId;
}
