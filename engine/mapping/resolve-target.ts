// SPDX-License-Identifier: GPL-3.0-or-later
// From the words of `target` and `param` to the thing that is moved: a parameter with its range, a node,
// the transport, a parameter of a synth.

import type { ParamInfo } from "../binding/node-type-info.ts";
import type { SessionPlan } from "../binding/plan/plan.ts";
import {
  BANK_STEPS,
  type MappingTarget,
  parseMappingTarget,
  playsNode,
  TRANSPORT_ACTIONS,
  type TransportAction,
  XFADER_PARAM,
} from "../config/mapping-target.ts";
import type { MappingSettings } from "../config/schema.ts";
import { DIRECTIONS, TRACK_PARAM_KEYS, trackParam } from "../config/track-params.ts";
import type { MappedParameter, MappedSynth, MappingTools } from "./mapping-tools.ts";
import { type Refusal, refusal, unknownName } from "./refusal.ts";

/** A parameter of the session, with what it may be and where an entry without ends puts them. */
export interface ParamTarget {
  readonly kind: "param";
  readonly node: string;
  readonly param: number;
  readonly name: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly low: number;
  readonly high: number;
  /** Equal turns are equal ratios. */
  readonly isRatio: boolean;
  /** Of a list of names: so many, and the names. */
  readonly steps: number;
  readonly choices: readonly string[];
}

export type ResolvedTarget =
  | ParamTarget
  | { readonly kind: "play"; readonly node: string }
  | { readonly kind: "transport"; readonly action: TransportAction }
  /** `bank` is null for a step to the next or previous one. */
  | { readonly kind: "bank"; readonly action: "choose" | "next" | "previous"; readonly bank: string | null }
  /** `scene` is null for a step to the next or previous one. */
  | { readonly kind: "scene"; readonly action: "choose" | "next" | "previous"; readonly scene: string | null }
  | { readonly kind: "modifier"; readonly modifier: string }
  | { readonly kind: "bytes"; readonly port: string }
  | { readonly kind: "outside"; readonly isTempo: boolean }
  | {
      readonly kind: "synth";
      readonly port: string;
      /** Of the synth, as its profile says. */
      readonly synth: string;
      readonly parameter: MappedParameter;
    };

/** @returns null while it is not known which synths there are */
export function resolveTarget(
  session: SessionPlan,
  tools: MappingTools,
  mapping: Pick<MappingSettings, "target" | "param">,
): ResolvedTarget | Refusal | null {
  const target = parseMappingTarget(mapping.target);
  if (target === null) return refusal("a target", mapping.target);
  switch (target.kind) {
    case "transport":
      return transportTarget(mapping.param);
    case "bank": {
      const { action, name } = choiceOf(mapping.param ?? "");
      return { kind: "bank", action, bank: name };
    }
    case "scene": {
      const { action, name } = choiceOf(mapping.param ?? "");
      return { kind: "scene", action, scene: name };
    }
    case "modifier":
      return { kind: "modifier", modifier: mapping.param ?? "" };
    case "midi":
      return { kind: "bytes", port: target.port };
    case "osc":
      return { kind: "outside", isTempo: false };
    case "box":
      return { kind: "outside", isTempo: mapping.param?.toLowerCase() === "tempo" };
    case "rack":
      return rackTarget(session, target.rack, mapping.param);
    case "track":
      return trackTarget(session, target.track, mapping.param);
    case "xfader":
      return xfaderTarget(session, target.xfader);
    case "synth":
      return tools.synths === null ? null : synthTarget(tools.synths, target.port, mapping.param);
    case "insert":
      return insertTarget(session, tools, target, mapping.param);
    case "node":
      return nodeTarget(session, tools, target, mapping);
  }
}

function transportTarget(param: string | null): ResolvedTarget | Refusal {
  const action = TRANSPORT_ACTIONS.find((name) => name.toLowerCase() === param?.toLowerCase());
  if (action === undefined) return unknownName("what the transport does", param ?? "", TRANSPORT_ACTIONS);
  return { kind: "transport", action };
}

interface NamedChoice {
  readonly action: "choose" | (typeof BANK_STEPS)[number];
  /** null for a step. */
  readonly name: string | null;
}

function choiceOf(param: string): NamedChoice {
  const step = BANK_STEPS.find((name) => name === param);
  return step === undefined ? { action: "choose", name: param } : { action: step, name: null };
}

/** Twelve dB louder than written is for hands that mean it: a fader goes to as loud as written. */
const MOST_GAIN = 4;
const FADER_GAIN = 1;

function rackTarget(session: SessionPlan, id: string, param: string | null): ResolvedTarget | Refusal {
  const ids = session.racks.map((rack) => rack.id);
  if (!ids.includes(id)) return unknownName("a rack of the session", id, ids);
  const node = `rack:${id}`;
  switch (param?.toLowerCase()) {
    case "gain":
      return { ...onlyParam(node, 1, "gain", MOST_GAIN), high: FADER_GAIN };
    case "mute":
      return { ...onlyParam(node, 2, "mute", 1), steps: 2 };
    default:
      return unknownName("a parameter of a rack", param ?? "", ["gain", "mute"]);
  }
}

function xfaderTarget(session: SessionPlan, id: string): ResolvedTarget | Refusal {
  const ids = session.xfaders.map((xfader) => xfader.id);
  if (!ids.includes(id)) return unknownName("a crossfader of the session", id, ids);
  return onlyParam(`xfader:${id}`, 1, XFADER_PARAM, 1);
}

function trackTarget(session: SessionPlan, id: string, name: string | null): ResolvedTarget | Refusal {
  const tracks = session.tracks ?? [];
  const track = tracks.find((one) => one.id === id);
  if (track === undefined) {
    const ids = tracks.map((one) => one.id);
    return unknownName("a track of sequencer.tracks", id, ids);
  }
  const param = trackParam(name ?? "");
  if (param === undefined) return unknownName("a parameter of a track", name ?? "", TRACK_PARAM_KEYS);
  const { key, min, isWhole } = param;
  // A knob goes through what the track has.
  const last = { scale: track.scales.length - 1, pattern: track.patterns.length };
  const max = key in last ? Math.max(0, last[key as keyof typeof last]) : param.max;
  const steps = isWhole && max > min ? max - min + 1 : 0;
  const range = { min, max, low: min, high: max };
  return {
    kind: "param",
    node: `track:${id}`,
    param: param.id,
    name: key,
    unit: "",
    ...range,
    isRatio: false,
    steps,
    choices: key === "direction" ? DIRECTIONS : [],
  };
}

function onlyParam(node: string, param: number, name: string, max: number): ParamTarget {
  const range = { min: 0, max, low: 0, high: max };
  return { kind: "param", node, param, name, unit: "", ...range, isRatio: false, steps: 0, choices: [] };
}

function insertTarget(
  session: SessionPlan,
  tools: MappingTools,
  { bus, insert }: Extract<MappingTarget, { kind: "insert" }>,
  param: string | null,
): ResolvedTarget | Refusal {
  const found = session.buses.find(({ id }) => id === bus);
  const buses = session.buses.map(({ id }) => id);
  if (found === undefined) return unknownName("a bus of the session", bus, buses);
  const ids = found.inserts.map(({ id }) => id);
  const type = found.inserts.find(({ id }) => id === insert)?.type;
  if (type === undefined) return unknownName(`an insert of bus ${bus}`, insert, ids);
  return paramTarget(tools, `bus:${bus}:${insert}`, type, param);
}

function nodeTarget(
  session: SessionPlan,
  tools: MappingTools,
  { rack, node }: Extract<MappingTarget, { kind: "node" }>,
  mapping: Pick<MappingSettings, "target" | "param">,
): ResolvedTarget | Refusal {
  const found = session.racks.find(({ id }) => id === rack);
  const racks = session.racks.map(({ id }) => id);
  if (found === undefined) return unknownName("a rack of the session", rack, racks);
  const ids = found.nodes.map(({ id }) => id);
  const type = found.nodes.find(({ id }) => id === node)?.type;
  if (type === undefined) return unknownName(`a node of rack ${rack}`, node, ids);
  const name = `${rack}:${node}`;
  return playsNode(mapping) ? { kind: "play", node: name } : paramTarget(tools, name, type, mapping.param);
}

function paramTarget(
  tools: MappingTools,
  node: string,
  typeName: string,
  name: string | null,
): ResolvedTarget | Refusal {
  const type = tools.nodeType(typeName);
  const param = type === null || name === null ? undefined : tools.findParam(type, name);
  if (param === undefined) {
    const known = (type?.params ?? []).map(({ key }) => key);
    return unknownName(`a parameter of ${node} (${typeName})`, name ?? "", known);
  }
  const { id, key, unit, min, max } = param;
  const range = { min, max, low: min, high: max };
  return {
    kind: "param",
    node,
    param: id,
    name: key,
    unit,
    ...range,
    isRatio: isRatio(param),
    steps: stepsOf(param),
    choices: (param.choices ?? []).map(([shown = ""]) => shown),
  };
}

/** Frequencies, and what nodes themselves move in ratios. */
function isRatio({ unit, smoothing }: ParamInfo): boolean {
  return smoothing === "exponential" || unit === "Hz";
}

function stepsOf({ choices, min, max }: ParamInfo): number {
  return choices === undefined || max <= min ? 0 : Math.round(max - min) + 1;
}

function synthTarget(
  synths: readonly MappedSynth[],
  port: string | null,
  name: string | null,
): ResolvedTarget | Refusal {
  const ports = synths.map((synth) => synth.port);
  if (synths.length === 0) {
    return refusal("a synth at a port", "none", "No port has a profile: set midi.ports[].profile.");
  }
  const wanted = name ?? "";
  if (port !== null) {
    const synth = synths.find((one) => one.port === port);
    if (synth === undefined) return unknownName("a port with a profile", port, ports);
    return parameterTarget(synth, wanted);
  }
  const having = synths.filter((synth) => synth.find(wanted) !== null);
  const [first, ...others] = having;
  if (others.length > 0) {
    const names = having.map((one) => `synth:${one.port}`).join(", ");
    return refusal(`one synth that has "${wanted}"`, `${having.length}`, `Name the port: ${names}.`);
  }
  if (first !== undefined) return parameterTarget(first, wanted);
  const known = [...new Set(synths.flatMap(({ parameterNames }) => parameterNames))];
  return unknownName(`a parameter of ${synths.map((synth) => synth.name).join(" or ")}`, wanted, known);
}

function parameterTarget(synth: MappedSynth, name: string): ResolvedTarget | Refusal {
  const parameter = synth.find(name);
  if (parameter === null) return unknownName(`a parameter of ${synth.name}`, name, synth.parameterNames);
  if (parameter.messages === null) {
    const hint = "What is sent as system exclusive cannot be mapped; `downbeat profile send` sets it.";
    return refusal("a parameter with a controller, NRPN or the like", parameter.id, hint);
  }
  return { kind: "synth", port: synth.port, synth: synth.name, parameter };
}
