// SPDX-License-Identifier: GPL-3.0-or-later
// What a command of a session is addressed to, and the value that it sets there.

import type { SessionCommandPlan } from "../binding/plan/plan.ts";
import type { RackPlan } from "../binding/plan/rack-plan.ts";
import { numberInRange } from "../config/number-in-range.ts";
import { type Path, showValue } from "../config/problem.ts";
import type { SessionCommandFile } from "./format.ts";
import { insertOf } from "./read-sidechains.ts";
import type { ReadXfaders } from "./read-xfaders.ts";
import { type Buses, rackNamed, type SessionContext } from "./session-context.ts";

/** The one parameter of a crossfader, and of a rack. */
const ONLY_PARAM = 1;

/** What an address may begin with instead of a rack. */
const KINDS: readonly string[] = ["xfader", "rack", "bus"];

/** What an address may lead to. */
export interface Targets {
  readonly context: SessionContext;
  readonly buses: Buses;
  readonly xfaders: ReadXfaders;
}

type Setting = Pick<SessionCommandPlan, "target" | "param" | "value">;

/** @returns null after the problem was noted, or when what is meant was not understood */
export function readTarget(
  known: Targets,
  path: Path,
  command: SessionCommandFile,
  type: SessionCommandPlan["type"] | null,
): Setting | null {
  const { context } = known;
  const at = [...path, "nodeId"];
  const [kind = "", id = "", last] = command.nodeId.split(":");
  if (KINDS.includes(kind) && context.racks.has(kind)) {
    const hint = `This would be the address of a ${kind}: give the rack another id.`;
    context.checker.error(at, { expected: "a node of a rack", got: JSON.stringify(command.nodeId), hint });
    return null;
  }
  if (kind === "xfader") {
    if (!known.xfaders.ids.has(id)) {
      if (known.xfaders.areKnown)
        context.checker.unknownName(at, "the id of a crossfader", id, [...known.xfaders.ids]);
      return null;
    }
    const value = readOnly(context, path, command, type, { name: "x", last, max: 1 });
    return value === null ? null : { target: `xfader:${id}`, param: ONLY_PARAM, value };
  }
  if (kind === "rack") {
    if (rackNamed(context, at, id) === null) return null;
    const value = readOnly(context, path, command, type, { name: "gain", last, max: 4 });
    return value === null ? null : { target: `rack:${id}`, param: ONLY_PARAM, value };
  }
  if (kind === "bus") return readInsertTarget(known, path, command, type);
  return readNodeTarget(context, path, command, type);
}

/** The value of what has one parameter, which need not be named. */
function readOnly(
  { checker }: SessionContext,
  path: Path,
  command: SessionCommandFile,
  type: SessionCommandPlan["type"] | null,
  only: { readonly name: string; readonly last: string | undefined; readonly max: number },
): number | null {
  for (const [key, name] of [
    ["nodeId", only.last],
    ["param", command.param],
  ] as const) {
    if (name === undefined || name.toLowerCase() === only.name) continue;
    checker.unknownName([...path, key], "a parameter", name, [only.name]);
    return null;
  }
  if (type === "trigger") {
    const hint = `There is nothing to trigger here, only "${only.name}" to set.`;
    checker.error([...path, "type"], { expected: "SetParam or SetParamRamp", got: command.type, hint });
    return null;
  }
  return numberInRange(checker, [...path, "value"], command.value, { min: 0, max: only.max }) ?? null;
}

function readInsertTarget(
  { context, buses }: Targets,
  path: Path,
  command: SessionCommandFile,
  type: SessionCommandPlan["type"] | null,
): Setting | null {
  const address = insertOf(context, buses, [...path, "nodeId"], command.nodeId);
  const bus = address === null ? undefined : buses.byId.get(address.bus)?.plan;
  const insert = bus?.inserts.find((one) => one.id === address?.insert);
  if (bus === undefined || insert === undefined) return null;
  return readSetting(context, path, command, type, `bus:${bus.id}:${insert.id}`, insert.type);
}

function readNodeTarget(
  context: SessionContext,
  path: Path,
  command: SessionCommandFile,
  type: SessionCommandPlan["type"] | null,
): Setting | null {
  const { checker } = context;
  const at = [...path, "nodeId"];
  const colon = command.nodeId.indexOf(":");
  if (colon < 0) {
    const expected = 'an address: "RACK:NODE", "xfader:ID:x", "bus:BUS:INSERT" or "rack:ID:gain"';
    checker.error(at, { expected, got: showValue(command.nodeId) });
    return null;
  }
  const rack = rackNamed(context, at, command.nodeId.slice(0, colon));
  if (rack === null) return null;
  const id = command.nodeId.slice(colon + 1);
  const types = nodeTypesOf(rack);
  const nodeType = types.get(id);
  if (nodeType === undefined) {
    checker.unknownName(at, `the id of a node of rack ${rack.id}`, id, [...types.keys()]);
    return null;
  }
  return readSetting(context, path, command, type, command.nodeId, nodeType);
}

const nodeTypes = new WeakMap<RackPlan, ReadonlyMap<string, string>>();

/** By the id of the node. */
function nodeTypesOf(rack: RackPlan): ReadonlyMap<string, string> {
  const known = nodeTypes.get(rack) ?? new Map(rack.nodes.map((node) => [node.id, node.type]));
  nodeTypes.set(rack, known);
  return known;
}

function readSetting(
  { checker, tools }: SessionContext,
  path: Path,
  command: SessionCommandFile,
  type: SessionCommandPlan["type"] | null,
  target: string,
  nodeType: string,
): Setting | null {
  if (type !== "trigger") {
    const setting = tools.readSetting(checker, path, nodeType, command);
    return setting === null ? null : { target, ...setting };
  }
  // The value of a trigger is its velocity; none is a full hit.
  const { value = 1 } = command;
  if (typeof value === "number" && value >= 0 && value <= 1) return { target, param: 0, value };
  checker.error([...path, "value"], { expected: "a velocity from 0 to 1", got: showValue(value) });
  return null;
}
