// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of a rack file, group by group: types, ranges, defaults. Names of nodes and parameters are
// looked up elsewhere; here is only what can be said without knowing them. docs/racks.md explains.

import { z } from "zod";
import { MAX_TEMPO_BPM, MIN_TEMPO_BPM } from "../base/units.ts";
import { planIdSchema } from "../config/plan-id.ts";
import { lfoShape } from "../config/read-lfo.ts";

/** What a rack may hold at most; the engine refuses more (native/app/plan-reader.hpp). */
export const LIMITS = {
  nodes: 8192,
  connections: 16_384,
  patterns: 256,
  /** Hits, notes and locks of all patterns together. */
  events: 65_536,
  locks: 16_384,
  commands: 16_384,
  bars: 1024,
  tempoRamps: 4095,
  /** Of one pattern. */
  steps: 65_536,
  /** Of one node. */
  lfos: 8,
  routes: 32,
  channels: 8,
};

/** Hz; what sampleTime counts in when the file does not say. */
export const DEFAULT_SAMPLE_RATE = 48_000;

const percentSchema = z.number().min(0).max(200).default(100).meta({ unit: "%" });
const resolutionSchema = z.int().min(1).max(192).meta({ unit: "steps in a bar" });
const barsSchema = z.int().min(1).max(LIMITS.bars).meta({ unit: "bars" });
/** 0 is no parameter: files write it for "by name". */
const paramIdSchema = z.int().min(0).max(4_294_967_295).optional();
const rampMsSchema = z.number().min(0).max(600_000).default(0).meta({ unit: "ms" });

/** Lists hold unknown entries: each is checked by itself, so that one mistake hides no other. */
function entries(most: number) {
  return z
    .array(z.unknown())
    .max(most)
    .default([])
    .meta({ expected: `a list of at most ${most}` });
}

export const rackSchema = z.strictObject({
  $schema: z.string().optional(),
  kind: z.literal("rack").default("rack"),
  version: z.literal(1).meta({ expected: "1 (the only version of this format)" }),
  description: z.string().optional(),
  sampleRate: z.number().min(8000).max(768_000).default(DEFAULT_SAMPLE_RATE).meta({ unit: "Hz" }),
  channels: z.int().min(1).max(64).default(2),
  randomSeed: z.int().min(0).default(0),
  nodes: z
    .array(z.unknown())
    .min(1)
    .max(LIMITS.nodes)
    .meta({ expected: `a list of 1 to ${LIMITS.nodes} nodes` }),
  connections: entries(LIMITS.connections),
  mixer: z.unknown().optional(),
  transport: z.unknown().optional(),
  commands: entries(LIMITS.commands),
});
export type RackFile = z.infer<typeof rackSchema>;

const portNumberSchema = z.int().min(0).max(63);

const portSchema = z.strictObject({
  index: portNumberSchema,
  name: z.string().optional(),
  type: z.enum(["audio", "control", "event", "midi"]).optional(),
  channels: z.int().min(1).max(64).optional(),
  role: z.enum(["main", "sidechain", "aux"]).optional(),
});
export type PortFile = z.infer<typeof portSchema>;

const portsSchema = z.strictObject({
  inputs: z.array(portSchema).max(64).optional(),
  outputs: z.array(portSchema).max(64).optional(),
});
export type PortsFile = z.infer<typeof portsSchema>;

export const nodeSchema = z.strictObject({
  id: planIdSchema,
  type: z.string().min(1).max(4096),
  /** Of a plug-in, when it does not stand under `params`. */
  uri: z.string().min(1).max(4096).optional(),
  params: z.record(z.string(), z.unknown()).default({}),
  ports: portsSchema.optional(),
  mod: z.unknown().optional(),
});

/** A node as an insert of a bus: its sidechains are read with the session. */
export const insertSchema = nodeSchema.omit({ ports: true }).partial({ id: true });
export type NodeFile = z.infer<typeof insertSchema>;

export const modSchema = z.strictObject({
  lfos: entries(LIMITS.lfos),
  routes: entries(LIMITS.routes),
});

const lfoIdSchema = z
  .union([z.number(), z.string().min(1).max(128)])
  .meta({ expected: "a number or a name" });

export const modLfoSchema = z.strictObject({ id: lfoIdSchema, ...lfoShape, phase: z.unknown().optional() });

const modAmountSchema = z.number().min(-1_000_000).max(1_000_000).optional();

export const modRouteSchema = z.strictObject({
  sourceId: lfoIdSchema.meta({ expected: "the id of an LFO" }),
  destParam: z.string().optional(),
  destParamId: paramIdSchema,
  depth: modAmountSchema,
  offset: modAmountSchema,
  min: modAmountSchema,
  max: modAmountSchema,
  map: z.enum(["linear", "exp"]).default("linear"),
});
export type ModRouteFile = z.infer<typeof modRouteSchema>;

const portNameSchema = z
  .union([portNumberSchema, z.string().min(1).max(128)])
  .default(0)
  .meta({ expected: "the number of a port, or its name" });

export const connectionSchema = z.strictObject({
  from: planIdSchema,
  to: planIdSchema,
  gainPercent: percentSchema,
  dryPercent: z.number().min(0).max(100).default(0).meta({ unit: "%" }),
  fromPort: portNameSchema,
  toPort: portNameSchema,
});

export const mixerSchema = z.strictObject({
  inputs: z.array(z.unknown()).max(LIMITS.nodes).optional(),
  masterPercent: percentSchema,
  softClip: z.boolean().default(true),
});

export const mixerInputSchema = z.strictObject({ id: planIdSchema, gainPercent: percentSchema });

export const transportSchema = z.strictObject({
  bpm: z.number().min(MIN_TEMPO_BPM).max(MAX_TEMPO_BPM).default(120).meta({ unit: "bpm" }),
  lengthBars: barsSchema.optional(),
  resolution: resolutionSchema.default(16),
  swingPercent: z.number().min(0).max(100).default(0).meta({ unit: "%" }),
  swingExponent: z.number().min(0.1).max(10).default(1),
  tempoRamps: entries(LIMITS.tempoRamps),
  patterns: entries(LIMITS.patterns),
});
export type TransportFile = z.infer<typeof transportSchema>;

export const tempoRampSchema = z.strictObject({
  bar: z.int().min(0).max(1_000_000).meta({ unit: "bars" }),
  bpm: z.number().min(MIN_TEMPO_BPM).max(MAX_TEMPO_BPM).meta({ unit: "bpm" }),
});

/** More than a bar of the finest resolution; what is beyond the bar is never played, and said so. */
const stepsSchema = z.string().max(4096);

export const patternSchema = z.strictObject({
  nodeId: planIdSchema,
  steps: stepsSchema.optional(),
  stepsBars: z.array(stepsSchema).min(1).max(LIMITS.bars).optional(),
  resolution: resolutionSchema.optional(),
  lengthBars: barsSchema.optional(),
  notes: entries(LIMITS.events),
  locks: entries(LIMITS.locks),
});
export type PatternFile = z.infer<typeof patternSchema>;

const stepSchema = z.int().min(0).max(1_000_000);

/** A velocity from 0 to 1 as everywhere in a rack, not the 1 to 127 of MIDI. */
export const noteSchema = z.strictObject({
  step: stepSchema,
  note: z.unknown().optional(),
  velocity: z.number().gt(0).max(1).default(1),
  lengthSteps: z.number().min(0.001).max(LIMITS.steps).default(1).meta({ unit: "steps" }),
});

const targetShape = {
  param: z.string().optional(),
  paramId: paramIdSchema,
};

export const lockSchema = z.strictObject({
  step: stepSchema,
  ...targetShape,
  value: z.unknown(),
  rampMs: rampMsSchema,
});

export const commandSchema = z.strictObject({
  sampleTime: z.int().min(0).max(10_000_000_000).meta({ unit: "frames" }),
  nodeId: planIdSchema,
  type: z.string(),
  ...targetShape,
  value: z.unknown().optional(),
  rampMs: rampMsSchema,
});
export type CommandFile = z.infer<typeof commandSchema>;
