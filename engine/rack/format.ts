// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of a rack file, group by group: types, ranges, defaults. Names of nodes and parameters are
// looked up elsewhere; here is only what can be said without knowing them. docs/racks.md explains.

import { z } from "zod";
import { MAX_TEMPO_BPM, MIN_TEMPO_BPM } from "../base/units.ts";
import { notYet } from "../config/not-yet.ts";

/** What a rack may hold at most; the engine refuses more (native/app/plan-reader.hpp). */
export const LIMITS = {
  nodes: 256,
  connections: 1024,
  patterns: 256,
  locks: 16_384,
  commands: 16_384,
  bars: 1024,
};

/** Hz; what sampleTime counts in when the file does not say. */
export const DEFAULT_SAMPLE_RATE = 48_000;

const idSchema = z.string().min(1).max(128);
const percentSchema = z.number().min(0).max(200).default(100).meta({ unit: "%" });
const resolutionSchema = z.int().min(1).max(192).meta({ unit: "steps in a bar" });
const barsSchema = z.int().min(1).max(LIMITS.bars).meta({ unit: "bars" });
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

const portSchema = z.strictObject({
  index: z.int().min(0).max(63),
  name: z.string().optional(),
  type: z.enum(["audio", "control", "event", "midi"]).optional(),
  channels: z.int().min(1).max(64).optional(),
  role: z.enum(["main", "sidechain", "aux"]).optional(),
});

export const nodeSchema = z.strictObject({
  id: idSchema,
  type: z.string().min(1),
  params: z.record(z.string(), z.unknown()).default({}),
  ports: z
    .strictObject({
      inputs: z.array(portSchema).max(64).optional(),
      outputs: z.array(portSchema).max(64).optional(),
    })
    .optional(),
  mod: notYet("mod"),
});

export const connectionSchema = z.strictObject({
  from: idSchema,
  to: idSchema,
  gainPercent: percentSchema,
  dryPercent: z.number().min(0).max(100).default(0).meta({ unit: "%" }),
  fromPort: z.literal(0).default(0).meta({ expected: "0 (every node has one output)" }),
  toPort: z.int().min(0).max(63).default(0),
});

export const mixerSchema = z.strictObject({
  inputs: z.array(z.unknown()).max(LIMITS.nodes).optional(),
  masterPercent: percentSchema,
  softClip: z.boolean().default(true),
});

export const mixerInputSchema = z.strictObject({ id: idSchema, gainPercent: percentSchema });

export const transportSchema = z.strictObject({
  bpm: z.number().min(MIN_TEMPO_BPM).max(MAX_TEMPO_BPM).default(120).meta({ unit: "bpm" }),
  lengthBars: barsSchema.optional(),
  resolution: resolutionSchema.default(16),
  swingPercent: z.number().min(0).max(100).default(0).meta({ unit: "%" }),
  swingExponent: z.number().min(0.1).max(10).default(1),
  tempoRamps: entries(4096),
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
  nodeId: idSchema,
  steps: stepsSchema.optional(),
  stepsBars: z.array(stepsSchema).min(1).max(LIMITS.bars).optional(),
  resolution: resolutionSchema.optional(),
  lengthBars: barsSchema.optional(),
  locks: entries(LIMITS.locks),
});
export type PatternFile = z.infer<typeof patternSchema>;

const targetShape = {
  param: z.string().optional(),
  /** 0 is no parameter: files write it for "by name". */
  paramId: z.int().min(0).max(65_535).optional(),
};

export const lockSchema = z.strictObject({
  step: z.int().min(0).max(1_000_000),
  ...targetShape,
  value: z.unknown(),
  rampMs: rampMsSchema,
});

export const commandSchema = z.strictObject({
  sampleTime: z.int().min(0).meta({ unit: "frames" }),
  nodeId: idSchema,
  type: z.string(),
  ...targetShape,
  value: z.unknown().optional(),
  rampMs: rampMsSchema,
});
export type CommandFile = z.infer<typeof commandSchema>;
