// SPDX-License-Identifier: GPL-3.0-or-later
// What comes out at each place of a control: the ends of its way and the curve between them, or values.

import type { MappingEntryPlan, MappingTargetPlan } from "../binding/plan/mapping-plan.ts";
import { messagesOf } from "../config/mapping-checks.ts";
import type { MappingSettings } from "../config/schema.ts";
import { curvePoints, partShape, ratioShape } from "./curve-points.ts";
import type { MappingNames } from "./mapping-names.ts";
import type { MappedParameter, MappingTools } from "./mapping-tools.ts";
import { type Refusal, refusal, unknownName } from "./refusal.ts";
import type { ParamTarget, ResolvedTarget } from "./resolve-target.ts";
import { scaleFrequencies, scaleKeys, scaleNotes } from "./scale.ts";

/** Of an entry that moves something. */
export type Ends = Pick<MappingEntryPlan, "low" | "high" | "curve" | "steps" | "values" | "keys" | "target">;

const SWITCH: Omit<Ends, "target"> = { low: 0, high: 1, curve: [0, 1], steps: 0, values: [], keys: [] };

export interface EndsWorld {
  readonly tools: MappingTools;
  readonly names: MappingNames;
}

/** @param remarks - takes sentences about what is not quite as asked */
export function endsOf(
  { tools, names }: EndsWorld,
  mapping: MappingSettings,
  target: ResolvedTarget,
  remarks: string[],
): Ends | Refusal {
  const { scale, root, values } = mapping;
  switch (target.kind) {
    case "param": {
      const { node, param } = target;
      return numberEnds(tools, mapping, target, { kind: "param", node, param }, remarks);
    }
    case "transport": {
      const plan = { kind: "transport", action: target.action } as const;
      if (target.action === "tempo") return numberEnds(tools, mapping, TEMPO, plan, remarks);
      return { ...SWITCH, target: plan };
    }
    case "bank": {
      const place = Math.max(0, names.banks.indexOf(target.bank ?? ""));
      return { ...SWITCH, target: { kind: "bank", action: target.action, place } };
    }
    case "scene": {
      const place = Math.max(0, names.scenes.indexOf(target.scene ?? ""));
      return { ...SWITCH, target: { kind: "scene", action: target.action, place } };
    }
    case "modifier":
      return {
        ...SWITCH,
        target: { kind: "modifier", place: Math.max(0, names.modifiers.indexOf(target.modifier)) },
      };
    case "outside": {
      const range = target.isTempo ? TEMPO : ANYTHING;
      return numberEnds(tools, mapping, range, { kind: "outside" }, remarks);
    }
    case "bytes": {
      const messages = messagesOf(mapping.send ?? []) ?? [];
      const isWide = messages.some((message) => message.some((byte) => byte === "high"));
      const high = isWide ? 16_383 : 127;
      const plan = { kind: "midi", port: target.port, key: "", messages, values: [] } as const;
      return numberEnds(tools, mapping, { ...ANYTHING, min: 0, max: high, high }, plan, remarks);
    }
    case "play": {
      if (values !== null) return refusal("no values for a node that is played", values);
      return {
        ...SWITCH,
        curve: ownCurve(tools, mapping, null),
        steps: mapping.steps,
        keys: scale === null ? [] : scaleKeys(scale, root),
        target: { kind: "play", node: target.node },
      };
    }
    case "synth":
      return synthEnds(tools, mapping, target.port, target.parameter);
  }
}

type NumberTarget = Omit<ParamTarget, "kind" | "node" | "param">;

const TEMPO: NumberTarget = {
  name: "tempo",
  unit: "bpm",
  min: 20,
  max: 999,
  low: 20,
  high: 999,
  isRatio: false,
  steps: 0,
  choices: [],
};

/** Of programs that we do not know. */
const ANYTHING: NumberTarget = {
  name: "value",
  unit: "",
  min: -1e9,
  max: 1e9,
  low: 0,
  high: 1,
  isRatio: false,
  steps: 0,
  choices: [],
};

function numberEnds(
  tools: MappingTools,
  mapping: MappingSettings,
  target: NumberTarget,
  plan: MappingTargetPlan,
  remarks: string[],
): Ends | Refusal {
  const unit = target.unit === "" ? "" : ` ${target.unit}`;
  const range = `${target.min} to ${target.max}${unit}`;
  const ends: number[] = [];
  for (const [key, own] of [
    ["min", target.low],
    ["max", target.high],
  ] as const) {
    const written = mapping[key] ?? own;
    if (typeof written === "string") return refusal(`a number from ${range} as ${key}`, written);
    const inRange = Math.min(target.max, Math.max(target.min, written));
    if (inRange !== written)
      remarks.push(`expected ${range} as ${key}, got ${written}. ${inRange}${unit} is used.`);
    ends.push(inRange);
  }
  const [low = target.low, high = target.high] = ends;
  const values = numbersOf(mapping, target, low, high, remarks);
  if ("kind" in values) return values;
  const ratio = target.isRatio && low > 0 && high > 0 ? ratioShape(low, high) : null;
  const isList = target.steps > 0 && Number.isInteger(low) && Number.isInteger(high) && low !== high;
  const steps = isList ? Math.abs(high - low) + 1 : 0;
  return {
    low,
    high,
    curve: ownCurve(tools, mapping, ratio),
    steps: values.length > 0 ? 0 : mapping.steps > 0 ? mapping.steps : steps,
    values,
    keys: [],
    target: plan,
    ...(values.length > 0 ? { curve: ownCurve(tools, mapping, null) } : {}),
  };
}

/** The values that are written, or the pitches of the scale; none is the whole range. */
function numbersOf(
  { values, scale, root }: MappingSettings,
  { unit, min, max }: NumberTarget,
  low: number,
  high: number,
  remarks: string[],
): readonly number[] | Refusal {
  const range = `${min} to ${max}${unit === "" ? "" : ` ${unit}`}`;
  if (values !== null) {
    const label = values.find((value) => typeof value === "string");
    if (label !== undefined) return refusal(`numbers from ${range} as values`, label);
    const inRange = values.map((value) => Math.min(max, Math.max(min, Number(value))));
    const beyond = values.find((value, index) => value !== inRange[index]);
    if (beyond !== undefined)
      remarks.push(`expected ${range} as values, got ${beyond}. The nearest is used.`);
    return inRange;
  }
  if (scale === null) return [];
  if (unit !== "Hz" && unit !== "semitones") {
    return refusal("no scale, or a parameter in Hz or semitones, or a node that is played", scale);
  }
  const pitches =
    unit === "Hz" ? scaleFrequencies(scale, root, low, high) : scaleNotes(scale, root, low, high);
  if (pitches.length > 0) return pitches;
  return refusal("a range with notes of the scale", `${low} to ${high}`);
}

/** The curve that the entry asks for, else the target's own. */
function ownCurve(
  tools: MappingTools,
  { curve }: MappingSettings,
  own: ((x: number) => number) | null,
): readonly number[] {
  if (curve === null) return curvePoints(own);
  return curvePoints(curve === "linear" ? null : (x) => tools.shape(curve, x));
}

function synthEnds(
  tools: MappingTools,
  mapping: MappingSettings,
  port: string,
  parameter: MappedParameter,
): Ends | Refusal {
  const low = positionOf(parameter, mapping, "min", 0);
  if (typeof low !== "number") return low;
  if (mapping.scale !== null) {
    return refusal("no scale for a parameter of a synth", mapping.scale, "List the notes as values.");
  }
  if (mapping.values !== null) return synthValues(tools, mapping, mapping.values, port, parameter);
  const high = positionOf(parameter, mapping, "max", 1);
  if (typeof high !== "number") return high;
  const { id, messages, values } = parameter;
  const target = { kind: "midi", port, key: id, messages: messages ?? [], values: [] } as const;
  if (values.length === 0) {
    return {
      low: parameter.at(low),
      high: parameter.at(high),
      curve: ownCurve(
        tools,
        mapping,
        partShape((x) => parameter.at(x), low, high),
      ),
      steps: mapping.steps,
      values: [],
      keys: [],
      target,
    };
  }
  const last = values.length - 1;
  const sent = sliceBetween(
    values.map(({ send }) => send),
    Math.round(low * last),
    Math.round(high * last),
  );
  return {
    low: sent[0] ?? 0,
    high: sent.at(-1) ?? 0,
    curve: stepCurve(tools, mapping, sent.length),
    steps: mapping.steps,
    values: [],
    keys: [],
    target: { ...target, values: sent },
  };
}

/** Positions or labels, as what is sent for them. */
function synthValues(
  tools: MappingTools,
  mapping: MappingSettings,
  wanted: NonNullable<MappingSettings["values"]>,
  port: string,
  parameter: MappedParameter,
): Ends | Refusal {
  const sent: number[] = [];
  for (const one of wanted) {
    const position = positionAt(parameter, one, "values");
    if (typeof position !== "number") return position;
    const { values } = parameter;
    const step = values[Math.round(position * (values.length - 1))];
    sent.push(step?.send ?? Math.round(parameter.at(position)));
  }
  return {
    ...SWITCH,
    curve: ownCurve(tools, mapping, null),
    values: sent,
    target: { kind: "midi", port, key: parameter.id, messages: parameter.messages ?? [], values: [] },
  };
}

/** So that what is no whole number of 1/count does not fall short of its zone. */
const ZONE_ROUNDING = 1e-9;

/**
 * The engine gives each of `count` values an equal zone of what the curve gives. Here the nearest of them is
 * meant, as everywhere a position from 0 to 1 chooses one: half a zone at both ends.
 */
function stepCurve(tools: MappingTools, { curve }: MappingSettings, count: number): readonly number[] {
  if (count < 2) return curvePoints(null);
  const shape = (x: number): number => (curve === null ? x : tools.shape(curve, x));
  return curvePoints((x) => Math.min(1, (shape(x) * (count - 1) + 0.5) / count + ZONE_ROUNDING));
}

/** An end of a synth's range as a position from 0 to 1. */
function positionOf(
  parameter: MappedParameter,
  mapping: MappingSettings,
  key: "min" | "max",
  own: number,
): number | Refusal {
  const written = mapping[key];
  return written === null ? own : positionAt(parameter, written, key);
}

function positionAt(parameter: MappedParameter, written: number | string, key: string): number | Refusal {
  const labels = parameter.values.map(({ label }) => label);
  if (typeof written === "number") {
    if (written >= 0 && written <= 1) return written;
    const expected = labels.length === 0 ? `0 to 1 as ${key}` : `0 to 1 or a label as ${key}`;
    return refusal(expected, written, labels.length === 0 ? "" : `There are: ${labels.join(", ")}.`);
  }
  const index = parameter.indexOf(written);
  if (index >= 0) return labels.length > 1 ? index / (labels.length - 1) : 0;
  if (labels.length === 0) return refusal(`0 to 1 as ${key}`, written, `${parameter.id} has no labels.`);
  return unknownName(`a label of ${parameter.id} as ${key}`, written, labels);
}

/** Both ends included; turned round when the first is behind the last. */
function sliceBetween<T>(list: readonly T[], first: number, last: number): readonly T[] {
  return first <= last ? list.slice(first, last + 1) : list.slice(last, first + 1).toReversed();
}
