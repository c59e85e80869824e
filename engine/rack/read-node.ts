// SPDX-License-Identifier: GPL-3.0-or-later
// One node, in a rack or as an insert of a bus: its type looked up in the catalog, and everything it
// is set to.

import type { NodePlan } from "../binding/plan/rack-plan.ts";
import type { Path } from "../config/problem.ts";
import { fold, type NodeTypeInfo, PLUGIN_PREFIX, reasonAgainst, typeNamed } from "./catalog.ts";
import type { NodeContext } from "./rack-context.ts";
import { readMod } from "./read-mod.ts";
import { readParams } from "./read-params.ts";
import { type DeclaredPorts, declaredWidth } from "./read-ports.ts";

const PLUGIN = "lv2";

/** With its prefix the engine takes 512 bytes as the name of a type. */
const MAX_URI_BYTES = 500;

export interface WrittenNode {
  readonly type?: string | undefined;
  readonly uri?: string | undefined;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly mod?: unknown;
}

/**
 * @param path - of the node
 * @returns null after the problem was noted
 */
export function readNodeType(context: NodeContext, path: Path, node: WrittenNode): NodeTypeInfo | null {
  if (node.type === undefined) return null;
  if (node.type === PLUGIN || node.type.startsWith(PLUGIN_PREFIX)) return readPlugin(context, path, node);
  if (node.uri !== undefined) {
    const hint = `Only a node of type "${PLUGIN}" has a uri.`;
    context.checker.error([...path, "uri"], { got: node.uri, hint }, "key");
  }
  const type = typeNamed(context.catalog, node.type);
  if (type !== null) return type;
  const at = [...path, "type"];
  const reason = reasonAgainst(context.catalog, node.type);
  if (reason !== null) context.checker.error(at, { got: node.type, hint: reason });
  else context.checker.unknownName(at, "a node type", node.type, context.catalog.names());
  return null;
}

/** A plug-in is named by `uri`, beside `type` or under `params`, or by the type itself: `lv2:URI`. */
function readPlugin(context: NodeContext, path: Path, node: WrittenNode): NodeTypeInfo | null {
  const { checker, catalog } = context;
  const at = [...path, "type"];
  if (catalog.describe === undefined) {
    checker.error(at, { got: PLUGIN, hint: "This build of the engine has no LV2 plug-ins." });
    return null;
  }
  const inParams = Object.entries(node.params ?? {}).find(([key]) => fold(key) === "uri");
  const isInType = node.type !== PLUGIN;
  const uri = isInType ? node.type?.slice(PLUGIN_PREFIX.length) : (node.uri ?? inParams?.[1]);
  if (typeof uri !== "string" || uri === "" || Buffer.byteLength(uri) > MAX_URI_BYTES || uri.includes("\0")) {
    const expected = '"uri" with the address of an LV2 plug-in';
    checker.error(path, { expected, got: uri === undefined || uri === "" ? "nothing" : "something else" });
    return null;
  }
  const type = typeNamed(catalog, `${PLUGIN_PREFIX}${uri}`);
  if (type !== null) return type;
  const place = isInType
    ? at
    : node.uri === undefined
      ? [...path, "params", inParams?.[0] ?? ""]
      : [...path, "uri"];
  const hint =
    reasonAgainst(catalog, `${PLUGIN_PREFIX}${uri}`) ?? "`lv2ls` lists the plug-ins of this machine.";
  checker.error(place, { expected: "an LV2 plug-in that is installed", got: uri, hint });
  return null;
}

/** @param ports - that the node declares: they may say how many channels it has */
export function readNode(
  context: NodeContext,
  path: Path,
  id: string,
  type: NodeTypeInfo,
  node: WrittenNode,
  ports: DeclaredPorts,
): NodePlan {
  const isPlugin = type.type.startsWith(PLUGIN_PREFIX);
  // The address is in the type already.
  const written = Object.entries(node.params ?? {}).filter(([key]) => !(isPlugin && fold(key) === "uri"));
  const read = readParams(context, [...path, "params"], type, written);
  return {
    id,
    type: type.type,
    params: read.params,
    texts: read.texts,
    channels: type.hasAnyWidth === true ? (read.channels ?? declaredWidth(ports) ?? 0) : 0,
    mod: readMod(context, [...path, "mod"], type, node.mod),
  };
}
