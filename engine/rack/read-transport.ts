// SPDX-License-Identifier: GPL-3.0-or-later
// Tempo and timed commands of a rack file, both as song beats.

import { beatAtSeconds } from "../base/tempo-map.ts";
import type { CommandPlan } from "../binding/plan/pattern-plan.ts";
import type { TempoPoint } from "../binding/plan/plan.ts";
import { type Path, showValue } from "../config/problem.ts";
import type { NodeTypeInfo } from "./catalog.ts";
import { type CommandFile, commandSchema, type TransportFile, tempoRampSchema } from "./format.ts";
import { paramValue } from "./param-value.ts";
import { nodeOf, type RackContext, targetParam } from "./rack-context.ts";

/** Bars of a rack have four quarter notes. */
export const BEATS_PER_BAR = 4;

/**
 * First entry at beat 0. Of several ramps at one bar the last one counts.
 *
 * @param transportPath - where the transport stands in the file
 */
export function readTempoMap(
  context: RackContext,
  transportPath: Path,
  transport: TransportFile,
): TempoPoint[] {
  const tempoAt = new Map<number, number>([[0, transport.bpm]]);
  for (const [index, entry] of transport.tempoRamps.entries()) {
    const ramp = context.checker.parse(tempoRampSchema, entry, [...transportPath, "tempoRamps", index]);
    if (ramp !== undefined) tempoAt.set(ramp.bar * BEATS_PER_BAR, ramp.bpm);
  }
  return [...tempoAt].map(([beat, bpm]) => ({ beat, bpm })).sort((a, b) => a.beat - b.beat);
}

const COMMAND_TYPES: Readonly<Record<string, CommandPlan["type"]>> = {
  trigger: "trigger",
  setparam: "setParam",
  setparamramp: "setParamRamp",
};

/** @param sampleRate - Hz, of the file: its sampleTime counts frames at this rate */
export function readCommands(
  context: RackContext,
  entries: readonly unknown[],
  tempoMap: readonly TempoPoint[],
  sampleRate: number,
): CommandPlan[] {
  const plans: CommandPlan[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = ["commands", index];
    const command = context.checker.parse(commandSchema, entry, path);
    if (command === undefined) continue;
    const node = nodeOf(context, [...path, "nodeId"], command.nodeId);
    const type = COMMAND_TYPES[command.type.toLowerCase()];
    if (type === undefined) {
      const known = ["Trigger", "SetParam", "SetParamRamp"];
      context.checker.unknownName([...path, "type"], "a type of command", command.type, known);
    }
    if (node === null || type === undefined) continue;
    const set =
      type === "trigger" ? readTrigger(context, path, command) : readSet(context, path, node.type, command);
    if (set === null) continue;
    const beat = beatAtSeconds(tempoMap, command.sampleTime / sampleRate);
    // SetParam takes the value at once, whatever else is written beside it.
    const rampMs = type === "setParamRamp" ? command.rampMs : 0;
    plans.push({ beat, node: command.nodeId, type, param: set.param, value: set.value, rampMs });
  }
  return plans.sort((a, b) => a.beat - b.beat);
}

interface SetValue {
  readonly param: number;
  readonly value: number;
}

/** The value of a trigger is its velocity; none is a full hit. */
function readTrigger(context: RackContext, path: Path, command: CommandFile): SetValue | null {
  const { value } = command;
  if (value === undefined) return { param: 0, value: 1 };
  if (typeof value === "number" && value >= 0 && value <= 1) return { param: 0, value };
  context.checker.error([...path, "value"], { expected: "a velocity from 0 to 1", got: showValue(value) });
  return null;
}

function readSet(
  context: RackContext,
  path: Path,
  node: NodeTypeInfo,
  command: CommandFile,
): SetValue | null {
  const param = targetParam(context.checker, path, node, command);
  if (param === null) return null;
  const value = paramValue(context.checker, [...path, "value"], node, param, command.value);
  return value === undefined ? null : { param: param.id, value };
}
