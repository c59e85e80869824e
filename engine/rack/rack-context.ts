// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of a rack file need to know of each other while it is read: the nodes by id, and
// how a lock or a command names its parameter.

import type { Checker } from "../config/check.ts";
import type { Path } from "../config/problem.ts";
import { findParam, findParamById, type NodeCatalog, type NodeTypeInfo, type ParamInfo } from "./catalog.ts";
import type { DeclaredPorts } from "./read-ports.ts";

/** Why a file that a node names cannot be read, as part of a sentence; null when it can. */
export type FileProbe = (path: string) => string | null;

/** What is needed to read one node, in a rack or on a bus. */
export interface NodeContext {
  readonly checker: Checker;
  readonly catalog: NodeCatalog;
  readonly whyUnreadable: FileProbe;
  /** Files that nodes name and that cannot be read. */
  readonly missingFiles: string[];
}

export interface RackContext extends NodeContext {
  /** Every id of the file. */
  readonly nodes: Map<string, RackNode>;
  /** Did every node have an id of its own? Otherwise a name that is not found is no news. */
  areIdsKnown: boolean;
}

export interface RackNode {
  /** null when it was not understood, which is said elsewhere. */
  readonly type: NodeTypeInfo | null;
  /** Not a sound at all: the rack's transport, written as a node. */
  readonly isTransport: boolean;
  readonly ports: DeclaredPorts;
}

/** A node that something in the file names; null after the problem was noted. */
export function nodeOf(
  context: RackContext,
  path: Path,
  id: string,
): (RackNode & { readonly type: NodeTypeInfo }) | null {
  const node = context.nodes.get(id);
  if (node === undefined) {
    if (context.areIdsKnown)
      context.checker.unknownName(path, "the id of a node", id, [...context.nodes.keys()]);
    return null;
  }
  if (node.isTransport) {
    const hint = `"${id}" is the transport: it plays others and makes no sound.`;
    context.checker.error(path, { expected: "a node that sounds", got: JSON.stringify(id), hint });
  }
  return node.type === null ? null : { ...node, type: node.type };
}

/** Which keys name the parameter: those of locks and commands. */
const TARGET_KEYS = { name: "param", id: "paramId" };

/**
 * The parameter that `target` means: `paramId` by number, otherwise `param` by name.
 *
 * @param path - of the lock or command itself
 * @param keys - what `param` and `paramId` are called there
 */
export function targetParam(
  checker: Checker,
  path: Path,
  type: NodeTypeInfo,
  target: { readonly param?: string | undefined; readonly paramId?: number | undefined },
  keys = TARGET_KEYS,
): ParamInfo | null {
  const byName = target.param === undefined ? undefined : findParam(type, target.param);
  if (target.param !== undefined && byName === undefined) {
    const names = type.params.map((param) => param.name);
    checker.unknownName([...path, keys.name], `a parameter of ${type.type}`, target.param, names);
    return null;
  }
  if (target.paramId === undefined || target.paramId === 0) {
    if (byName !== undefined) return byName;
    checker.error(path, { expected: `"${keys.name}" with a parameter of ${type.type}`, got: "nothing" });
    return null;
  }
  const byId = findParamById(type, target.paramId);
  if (byId === undefined) {
    const numbers = type.params.slice(0, 64).map((param) => param.id);
    const expected = `the number of a parameter of ${type.type} (${numbers.join(", ")})`;
    checker.error([...path, keys.id], { expected, got: String(target.paramId) });
    return null;
  }
  if (byName !== undefined && byName.id !== byId.id) {
    const hint = `${keys.id} wins: ${byId.name} is set, not ${byName.name}.`;
    checker.warn([...path, keys.id], {
      expected: `${byName.id}, as "${keys.name}" says`,
      got: String(byId.id),
      hint,
    });
  }
  return byId;
}
