// SPDX-License-Identifier: GPL-3.0-or-later
// A scene as the plan of a session with one rack, at 120 bpm.
import path from "node:path";
import type { NodeTypeInfo, ParamInfo } from "../../../engine/binding/node-type-info.ts";
import type { CommandPlan } from "../../../engine/binding/plan/pattern-plan.ts";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import type { NodePlan, RackPlan } from "../../../engine/binding/plan/rack-plan.ts";
import type { Part, Scene } from "./scenes.ts";

export const RATE = 48_000;
/** The master limits; so much softer nothing in a scene reaches it. */
export const RACK_GAIN = 0.125;

const MS_PER_BEAT = 500;
/** Of a bar of 2,000 ms: notes begin and end at multiples of 12.5 ms. */
const STEPS_PER_BAR = 160;
const MS_PER_STEP = (4 * MS_PER_BEAT) / STEPS_PER_BAR;

export type Types = readonly NodeTypeInfo[];

/** @param isSourceAlone - what comes in, before the node of the type */
export function planOf(
  type: string,
  scene: Scene,
  types: Types,
  folder: string,
  isSourceAlone: boolean,
): SessionPlan {
  const node = { ...scene.node, type };
  const hasInput = scene.source !== undefined && typeNamed(types, type).inputChannels > 0;
  const parts = new Map<string, Part>();
  if (scene.source !== undefined && (isSourceAlone || hasInput)) parts.set("source", scene.source);
  if (!isSourceAlone) parts.set("node", node);
  if (!isSourceAlone && scene.key !== undefined) parts.set("key", scene.key);
  const cable = { to: "node", gain: 1, dry: 0, fromPort: 0 };
  return sessionOf({
    nodes: [...parts].map(([id, part]) => nodeOf(id, part, types, folder)),
    connections: isSourceAlone
      ? []
      : [
          ...(parts.has("source") ? [{ ...cable, from: "source", toPort: 0 }] : []),
          ...(parts.has("key") ? [{ ...cable, from: "key", toPort: 1 }] : []),
        ],
    mixer: { inputs: [{ node: isSourceAlone ? "source" : "node", gain: 1 }], gain: 1, softClip: false },
    patterns: [...parts].flatMap(([id, part]) => patternOf(id, part, scene.lengthMs)),
    commands: [...parts]
      .flatMap(([id, part]) => commandsOf(id, part, types))
      .toSorted((a, b) => a.beat - b.beat),
  });
}

/** @throws when there is no such parameter, so that a scene never shows settings that do nothing */
export function paramNamed(types: Types, type: string, name: string): ParamInfo {
  const param = typeNamed(types, type).params.find((candidate) => candidate.name === name);
  if (param === undefined) throw new Error(`${type}: expected a parameter, got ${name}`);
  return param;
}

function typeNamed(types: Types, name: string): NodeTypeInfo {
  const type = types.find((candidate) => candidate.type === name);
  if (type === undefined) throw new Error(`expected a node type, got ${name}`);
  return type;
}

function numberOf(param: ParamInfo, value: number | string): number {
  if (typeof value === "number") return value;
  const index = (param.choices ?? []).findIndex((names) => names.includes(value));
  if (index < 0) throw new Error(`${param.name}: expected one of its choices, got ${value}`);
  return param.min + index;
}

function nodeOf(id: string, part: Part, types: Types, folder: string): NodePlan {
  return {
    id,
    type: part.type,
    params: Object.entries(part.params ?? {}).map(([name, value]): readonly [number, number] => {
      const param = paramNamed(types, part.type, name);
      return [param.id, numberOf(param, value)];
    }),
    texts: Object.entries(part.texts ?? {}).map(([key, file]) => [key, path.join(folder, file)]),
    channels: 0,
    mod: null,
  };
}

function commandsOf(node: string, part: Part, types: Types): CommandPlan[] {
  const hits = (part.hits ?? []).map(({ ms, velocity = 1 }) => ({
    beat: ms / MS_PER_BEAT,
    node,
    type: "trigger" as const,
    param: 0,
    value: velocity,
    rampMs: 0,
  }));
  const moves = (part.moves ?? []).map(({ ms, param, to, rampMs = 0 }) => ({
    beat: ms / MS_PER_BEAT,
    node,
    type: rampMs > 0 ? ("setParamRamp" as const) : ("setParam" as const),
    param: paramNamed(types, part.type, param).id,
    value: to,
    rampMs,
  }));
  return [...hits, ...moves];
}

function patternOf(node: string, part: Part, lengthMs: number): RackPlan["patterns"] {
  if (part.notes === undefined) return [];
  return [
    {
      node,
      resolution: STEPS_PER_BAR,
      // It is not heard a second time.
      lengthSteps: 2 * Math.ceil(lengthMs / MS_PER_STEP),
      swingPercent: 0,
      swingExponent: 1,
      hits: [],
      notes: part.notes.map((note) => ({
        step: note.ms / MS_PER_STEP,
        note: note.note,
        velocity: note.velocity ?? 1,
        lengthSteps: (note.lengthMs ?? MS_PER_STEP) / MS_PER_STEP,
      })),
      locks: [],
    },
  ];
}

function sessionOf(
  rack: Pick<RackPlan, "nodes" | "connections" | "mixer" | "patterns" | "commands">,
): SessionPlan {
  const tempoMap = [{ beat: 0, bpm: 60_000 / MS_PER_BEAT }];
  return {
    name: "picture",
    seed: 1,
    tempoMap,
    racks: [
      {
        id: "rack",
        seed: 1,
        startSeconds: 0,
        loopBeats: 0,
        endBeats: 0,
        tailMs: null,
        gain: RACK_GAIN,
        muted: false,
        soloed: false,
        tempoMap,
        ...rack,
      },
    ],
    buses: [],
    routes: [],
    xfaders: [],
    commands: [],
    loopBeats: 0,
    midiTracks: [],
    master: { gain: 1, ceilingDb: 0 },
  };
}
