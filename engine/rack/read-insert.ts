// SPDX-License-Identifier: GPL-3.0-or-later
// A node on a bus: an effect with two channels in and out.

import type { NodePlan } from "../binding/plan/rack-plan.ts";
import type { Checker } from "../config/check.ts";
import type { Path } from "../config/problem.ts";
import { type NodeCatalog, typeNamed } from "./catalog.ts";
import { insertSchema } from "./format.ts";
import { paramValue } from "./param-value.ts";
import { type FileProbe, type NodeContext, targetParam } from "./rack-context.ts";
import { readNode, readNodeType } from "./read-node.ts";
import { NO_PORTS } from "./read-ports.ts";

export interface InsertResult {
  readonly plan: NodePlan;
  readonly hasKeyInput: boolean;
  /** Files that it names and that cannot be read. */
  readonly missingFiles: readonly string[];
}

const CHANNELS = 2;

/**
 * @param path - of the insert
 * @param written - its `type`, `uri`, `params` and `mod`, as they stand there
 * @returns null after the problem was noted
 */
export function insertOf(
  checker: Checker,
  path: Path,
  written: object,
  id: string,
  catalog: NodeCatalog,
  probe: FileProbe,
): InsertResult | null {
  const missingFiles: string[] = [];
  const context: NodeContext = { checker, catalog, whyUnreadable: probe, missingFiles };
  const node = checker.parseGroup(insertSchema, written, path);
  if (node === undefined) return null;
  const type = readNodeType(context, path, node);
  if (type === null) return null;
  const isEffect = type.inputChannels === CHANNELS && type.outputChannels === CHANNELS;
  if (!isEffect && type.hasAnyWidth !== true) {
    const hint =
      type.inputChannels === 0
        ? `A ${type.type} makes sound and takes none.`
        : `A ${type.type} has ${type.inputChannels} in and ${type.outputChannels} out.`;
    const expected = "an effect with two channels";
    checker.error([...path, "type"], { expected, got: JSON.stringify(type.type), hint });
    return null;
  }
  const plan = readNode(context, path, id, type, node, NO_PORTS);
  return { plan, hasKeyInput: type.hasKeyInput, missingFiles };
}

/**
 * What a command sets of a node of the type that the plan calls `name`.
 *
 * @param path - of the command
 * @returns null after the problem was noted
 */
export function settingOf(
  checker: Checker,
  path: Path,
  name: string,
  written: {
    readonly param?: string | undefined;
    readonly paramId?: number | undefined;
    readonly value?: unknown;
  },
  catalog: NodeCatalog,
): { readonly param: number; readonly value: number } | null {
  const type = typeNamed(catalog, name);
  if (type === null) return null;
  const param = targetParam(checker, path, type, written);
  if (param === null) return null;
  const value = paramValue(checker, [...path, "value"], type, param, written.value);
  return value === undefined ? null : { param: param.id, value };
}
