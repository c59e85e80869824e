// SPDX-License-Identifier: GPL-3.0-or-later
// From `mappings` of the settings to the plan: every name found, curves as points, synths as bytes. What has
// nothing to move is left out and said, and costs nobody else anything.

import type { MappingEntryPlan, MappingPlan, MappingTargetPlan, SessionPlan } from "../binding/plan.ts";
import { inputProblem, inputsOf, lowByteOf, targetProblem } from "../config/mapping-checks.ts";
import { VIRTUAL_PORT_ID } from "../config/plan-parts.ts";
import { showValue } from "../config/problem.ts";
import type { MappingSettings, Settings } from "../config/schema.ts";
import { curvePoints, partShape, ratioShape } from "./curve-points.ts";
import type { MappedParameter, MappingTools } from "./mapping-tools.ts";
import { type Refusal, refusal, refusalText, unknownName } from "./refusal.ts";
import { type ParamTarget, type ResolvedTarget, resolveTarget } from "./resolve-target.ts";

export interface MappingWorld {
  readonly settings: Pick<Settings, "mappings" | "midi">;
  readonly session: SessionPlan;
  readonly tools: MappingTools;
}

export interface BuiltMapping {
  readonly plan: MappingPlan;
  /** Sentences for the player: what does nothing, or not quite what was asked. */
  readonly warnings: readonly string[];
}

/** Of an entry that moves something. */
type Ends = Pick<MappingEntryPlan, "low" | "high" | "curve" | "steps" | "target">;

/** Never throws for what is in settings and session. */
export function buildMapping(world: MappingWorld): BuiltMapping {
  const entries: MappingEntryPlan[] = [];
  const warnings: string[] = [];
  for (const mapping of world.settings.mappings) {
    const remarks: string[] = [];
    const entry = entryOf(world, mapping, remarks);
    if (entry?.kind === "refusal") warnings.push(`Mapping ${mapping.id} does nothing: ${refusalText(entry)}`);
    else if (entry !== null) {
      entries.push(entry.plan);
      warnings.push(...remarks.map((remark) => `Mapping ${mapping.id}: ${remark}`));
    }
  }
  return { plan: { entries }, warnings };
}

/**
 * What `target` and `param` mean here, or the sentence why they mean nothing.
 *
 * @param source - what the control sends, as far as that matters to the target
 */
export function findTarget(
  { session, tools, settings }: MappingWorld,
  mapping: Pick<MappingSettings, "target" | "param" | "source">,
): ResolvedTarget | Refusal | null {
  const problem = targetProblem(mapping);
  if (problem !== null) {
    const [key] = problem.path;
    const got = key === "target" ? mapping.target : key === "source" ? mapping.source : mapping.param;
    return refusal(problem.expected, got ?? undefined, problem.hint);
  }
  const found = resolveTarget(session, tools, mapping);
  if (found?.kind !== "synth" || hasOutput(settings.midi, found.port)) return found;
  return refusal("a port with an output", found.port, `Set output: true for ${found.port}.`);
}

function entryOf(
  world: MappingWorld,
  mapping: MappingSettings,
  remarks: string[],
): { readonly kind: "entry"; readonly plan: MappingEntryPlan } | Refusal | null {
  const { midi } = world.settings;
  const noInput = inputProblem(mapping.port, inputsOf(midi));
  if (noInput !== null) return refusal(noInput.expected, mapping.port, noInput.hint);
  const target = findTarget(world, mapping);
  if (target === null || target.kind === "refusal") return target;
  const ends = endsOf(world.tools, mapping, target, remarks);
  if ("kind" in ends) return ends;
  const { id, port, source, channel, lsbFirst, reading, takeover, from, to, clicks } = mapping;
  const { press, deadzone, hysteresis } = mapping;
  const canTell = hasOutput(midi, port);
  if (mapping.feedback && !canTell) {
    const hint = `Set output: true for ${port}, or feedback: false.`;
    remarks.push(`no feedback: expected a port with an output, got ${showValue(port)}. ${hint}`);
  }
  const plan: MappingEntryPlan = {
    id,
    source: {
      port,
      kind: source,
      channel: channel === null ? null : channel - 1,
      number: source === "bend" || source === "pressure" ? null : mapping.number,
      lsb: lowByteOf(mapping),
      lsbFirst,
    },
    reading,
    takeover,
    press,
    deadzone,
    hysteresis,
    from,
    to,
    stepSize: 1 / clicks,
    rampMs: target.kind === "param" ? mapping.smoothingMs : 0,
    transpose: target.kind === "play" ? mapping.transpose : 0,
    hasFeedback: mapping.feedback && canTell,
    ...ends,
  };
  return { kind: "entry", plan };
}

function hasOutput({ ports, virtualPort }: Settings["midi"], id: string): boolean {
  if (id === VIRTUAL_PORT_ID && virtualPort !== null) return true;
  return ports.some((port) => port.id === id && port.output);
}

function endsOf(
  tools: MappingTools,
  mapping: MappingSettings,
  target: ResolvedTarget,
  remarks: string[],
): Ends | Refusal {
  switch (target.kind) {
    case "param": {
      const { node, param } = target;
      return numberEnds(tools, mapping, target, { kind: "param", node, param }, remarks);
    }
    case "transport": {
      const plan = { kind: "transport", action: target.action } as const;
      if (target.action === "tempo") return numberEnds(tools, mapping, TEMPO, plan, remarks);
      return { low: 0, high: 1, curve: curvePoints(null), steps: 0, target: plan };
    }
    case "play": {
      const plan = { kind: "play", node: target.node } as const;
      return { low: 0, high: 1, curve: ownCurve(tools, mapping, null), steps: mapping.steps, target: plan };
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
  const ratio = target.isRatio && low > 0 && high > 0 ? ratioShape(low, high) : null;
  const isList = target.steps > 0 && Number.isInteger(low) && Number.isInteger(high) && low !== high;
  const steps = isList ? Math.abs(high - low) + 1 : 0;
  return {
    low,
    high,
    curve: ownCurve(tools, mapping, ratio),
    steps: mapping.steps > 0 ? mapping.steps : steps,
    target: plan,
  };
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
    target: { ...target, values: sent },
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
  if (written === null) return own;
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
