// SPDX-License-Identifier: GPL-3.0-or-later
// Timed commands of a session: when, at what, and to which value.

import type { RackPlan, SessionCommandPlan } from "../binding/plan.ts";
import { numberInRange } from "../config/number-in-range.ts";
import { type Path, showValue } from "../config/problem.ts";
import { type SessionCommandFile, sessionCommandSchema } from "./format.ts";
import { insertOf } from "./read-sidechains.ts";
import type { ReadXfaders } from "./read-xfaders.ts";
import {
  type Buses,
  beatOfSeconds,
  rackNamed,
  type SessionContext,
  secondsOfRackBeat,
} from "./session-context.ts";

const BEATS_PER_BAR = 4;

const TYPES: Readonly<Record<string, SessionCommandPlan["type"]>> = {
  trigger: "trigger",
  setparam: "setParam",
  setparamramp: "setParamRamp",
};

/** The one parameter of a crossfader, and of a rack. */
const ONLY_PARAM = 1;

export function readCommands(
  context: SessionContext,
  buses: Buses,
  xfaders: ReadXfaders,
  entries: readonly unknown[],
): SessionCommandPlan[] {
  const { checker } = context;
  const plans: SessionCommandPlan[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = ["commands", index];
    const command = checker.parse(sessionCommandSchema, entry, path);
    if (command === undefined) continue;
    const seconds = secondsOf(context, path, command);
    const type = typeOf(context, path, command);
    const setting = readTarget({ context, buses, xfaders }, path, command, type);
    if (seconds === null || type === null || setting === null) continue;
    if (seconds < 0 && type === "trigger") {
      checker.warn(path, {
        got: `${seconds.toFixed(3)} s`,
        hint: "This is before the song begins: it never sounds.",
      });
      continue;
    }
    if (type !== "setParamRamp" && command.rampMs > 0) {
      const hint = "Only SetParamRamp ramps; this happens at once.";
      checker.warn([...path, "rampMs"], { expected: "0", got: String(command.rampMs), hint });
    }
    const beat = seconds < 0 ? 0 : beatOfSeconds(context.tempoMap, seconds);
    plans.push({ beat, type, ...setting, rampMs: type === "setParamRamp" ? command.rampMs : 0 });
  }
  return plans.sort((a, b) => a.beat - b.beat);
}

/** Of the song; null after the problem was noted, or when the rack that counts was not understood. */
function secondsOf(context: SessionContext, path: Path, command: SessionCommandFile): number | null {
  const { checker } = context;
  const isMusical = command.rack !== undefined || command.bar > 0 || command.step > 0;
  const rack = command.rack === undefined ? null : rackNamed(context, [...path, "rack"], command.rack);
  if (command.timeSec !== undefined) {
    if (isMusical) {
      const hint = '"timeSec" counts; rack, bar and step do not.';
      checker.warn([...path, "timeSec"], { got: "both", hint }, "key");
    }
    return command.timeSec;
  }
  if (!isMusical) {
    checker.error(path, { expected: '"timeSec", or "rack" and "bar"', got: "nothing" });
    return null;
  }
  if (command.rack === undefined) {
    checker.error(path, { expected: 'the "rack" whose bars are counted', got: "nothing" });
    return null;
  }
  if (command.bar === 0) {
    checker.error(path, { expected: '"bar", from 1', got: "nothing" });
    return null;
  }
  if (command.step > command.res) {
    const expected = `a step from 1 to ${command.res}, as "res" says`;
    checker.error([...path, "step"], { expected, got: String(command.step) });
    return null;
  }
  if (rack === null) return null;
  const steps = Math.max(0, command.step - 1) / command.res;
  return secondsOfRackBeat(rack, (command.bar - 1 + steps) * BEATS_PER_BAR);
}

function typeOf(
  { checker }: SessionContext,
  path: Path,
  command: SessionCommandFile,
): SessionCommandPlan["type"] | null {
  const name = command.type.toLowerCase();
  if (Object.hasOwn(TYPES, name)) return TYPES[name] ?? null;
  const known = ["Trigger", "SetParam", "SetParamRamp"];
  checker.unknownName([...path, "type"], "a type of command", command.type, known);
  return null;
}

/** What an address may begin with instead of a rack. */
const KINDS: readonly string[] = ["xfader", "rack", "bus"];

interface Known {
  readonly context: SessionContext;
  readonly buses: Buses;
  readonly xfaders: ReadXfaders;
}

type Setting = Pick<SessionCommandPlan, "target" | "param" | "value">;

function readTarget(
  known: Known,
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
  { context, buses }: Known,
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
