// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of a session file: types, ranges, defaults. `name`, `bpm`, `randomSeed`, `master` and
// `midiTracks` are ours; the rest is the format that musicians already have. docs/racks.md explains.

import { z } from "zod";
import { MAX_TEMPO_BPM, MIN_TEMPO_BPM } from "../base/units.ts";
import { notYet } from "../config/not-yet.ts";
import { planIdSchema } from "../config/plan-id.ts";
import { lfoShape } from "../config/read-lfo.ts";

/** What a session may hold at most; the engine refuses more (native/app/plan-reader.hpp). */
export const LIMITS = {
  racks: 64,
  midiTracks: 256,
  midiEvents: 16_384,
  bars: 1024,
  /** Of one MIDI track. */
  steps: 65_536,
  buses: 64,
  /** Of one bus. */
  inserts: 16,
  /** Of one insert, and of the session. */
  sidechains: 64,
  routes: 1024,
  xfaders: 32,
  commands: 16_384,
};

/** What all racks and buses of a session may hold together. */
export const TOTALS = {
  nodes: 8192,
  connections: 16_384,
  patterns: 4096,
  /** Hits, notes and locks. */
  patternEvents: 65_536,
  commands: 65_536,
  /** Notes and controllers of all MIDI tracks. */
  midiEvents: 65_536,
};

/** dBFS of the limiter when the file does not say. */
export const DEFAULT_CEILING_DB = -0.3;

const gainSchema = z.number().min(0).max(4).default(1);
/** Lists hold unknown entries: each is checked by itself, so that one mistake hides no other. */
function entries(most: number) {
  return z
    .array(z.unknown())
    .max(most)
    .default([])
    .meta({ expected: `a list of at most ${most}` });
}

export const sessionSchema = z.strictObject({
  $schema: z.string().optional(),
  kind: z.literal("session").default("session"),
  version: z.literal(1).meta({ expected: "1 (the only version of this format)" }),
  name: z.string().min(1).max(128).optional(),
  description: z.string().optional(),
  sampleRate: z.number().min(8000).max(768_000).default(48_000).meta({ unit: "Hz" }),
  channels: z.int().min(1).max(64).default(2),
  bpm: z.number().min(MIN_TEMPO_BPM).max(MAX_TEMPO_BPM).optional().meta({ unit: "bpm" }),
  randomSeed: z.int().min(0).default(0),
  durationSec: z.number().min(0).max(86_400).default(0).meta({ unit: "s" }),
  racks: entries(LIMITS.racks),
  midiTracks: entries(LIMITS.midiTracks),
  master: z
    .strictObject({
      gain: gainSchema,
      ceilingDb: z.number().min(-24).max(0).default(DEFAULT_CEILING_DB).meta({ unit: "dB" }),
    })
    .default({ gain: 1, ceilingDb: DEFAULT_CEILING_DB }),
  loop: z.boolean().default(false),
  alignTransports: z.boolean().default(false),
  buses: entries(LIMITS.buses),
  routes: entries(LIMITS.routes),
  xfaders: entries(LIMITS.xfaders),
  commands: entries(LIMITS.commands),
  sidechains: entries(LIMITS.buses * LIMITS.inserts),
  clockSource: notYet("clockSource"),
  scenes: notYet("scenes"),
  mappings: notYet("mappings"),
});
export type SessionFile = z.infer<typeof sessionSchema>;

export const sessionRackSchema = z.strictObject({
  id: planIdSchema,
  path: z.string().min(1).max(4096),
  gain: gainSchema,
  muted: z.boolean().default(false),
  solo: z.boolean().default(false),
  /** Instead of the rack file's own: two racks from one file with different dice. */
  randomSeed: z.int().min(0).optional(),
  /** Frames at the session's sampleRate, either sign. */
  startOffsetFrames: z.int().min(-4e9).max(4e9).default(0).meta({ unit: "frames" }),
  /** 0 is "not given" in all of these. */
  bars: z.int().min(0).max(LIMITS.bars).default(0).meta({ unit: "bars" }),
  loopCount: z.int().min(0).max(1_000_000).default(0).meta({ unit: "rounds" }),
  loopMinutes: z.number().min(0).max(100_000).default(0).meta({ unit: "minutes" }),
  loopSeconds: z.number().min(0).max(6_000_000).default(0).meta({ unit: "s" }),
  tailMs: z.number().min(0).max(600_000).default(0).meta({ unit: "ms" }),
});
export type SessionRackFile = z.infer<typeof sessionRackSchema>;

export const busSchema = z.strictObject({
  id: planIdSchema,
  channels: z.int().min(1).max(8).default(2),
  stereoMode: z.enum(["LR", "MidSide"]).optional(),
  midSide: z.boolean().optional(),
  inserts: entries(LIMITS.inserts),
});

/** What is the session's own about an insert; the rest is a node. */
export const insertSchema = z.strictObject({
  id: planIdSchema.optional(),
  type: z.string().min(1).max(4096),
  uri: z.unknown().optional(),
  params: z.unknown().optional(),
  mod: z.unknown().optional(),
  sidechains: entries(LIMITS.sidechains),
});

export const insertSidechainSchema = z.strictObject({
  /** A name for people. */
  id: z.string().max(128).optional(),
  from: planIdSchema.meta({ expected: "the id of a rack or bus" }),
  gain: gainSchema,
  latencyComp: z.boolean().default(true),
});
export type SidechainFile = z.infer<typeof insertSidechainSchema>;

export const sessionSidechainSchema = insertSidechainSchema.extend({
  to: z.string().max(400).meta({ expected: 'the address of an insert: "bus:BUS:INSERT"' }),
});

export const routeSchema = z.strictObject({
  from: planIdSchema.meta({ expected: "the id of a rack or bus" }),
  to: planIdSchema.meta({ expected: 'the id of a bus, or "main"' }),
  gain: gainSchema,
  tap: z.enum(["post", "pre"]).default("post"),
});

export const xfaderSchema = z.strictObject({
  id: planIdSchema,
  racks: z.array(planIdSchema).length(2).meta({ expected: "a list of two racks" }),
  law: z.enum(["equal_power", "linear"]).default("equal_power"),
  smoothingMs: z.number().min(0).max(60_000).default(10).meta({ unit: "ms" }),
  lfo: z.unknown().optional(),
});

export const xfaderLfoSchema = z.strictObject({
  ...lfoShape,
  phase: z.unknown().optional(),
  /** What older files call it. */
  phase01: z.unknown().optional(),
});

export const sessionCommandSchema = z.strictObject({
  timeSec: z.number().min(0).max(6_000_000).optional().meta({ unit: "s" }),
  rack: planIdSchema.optional(),
  /** From 1; 0 is "not given", as for `step`. */
  bar: z.int().min(0).max(1_000_000).default(0).meta({ unit: "bars" }),
  step: z.int().min(0).max(1_000_000).default(0),
  res: z.int().min(1).max(192).default(16).meta({ unit: "steps in a bar" }),
  nodeId: z
    .string()
    .min(1)
    .max(400)
    .meta({ expected: 'an address: "RACK:NODE", "xfader:ID:x", "bus:BUS:INSERT" or "rack:ID:gain"' }),
  type: z.string().default("SetParam"),
  param: z.string().optional(),
  paramId: z.int().min(0).max(4_294_967_295).optional(),
  value: z.unknown().optional(),
  rampMs: z.number().min(0).max(600_000).default(0).meta({ unit: "ms" }),
});
export type SessionCommandFile = z.infer<typeof sessionCommandSchema>;

export const midiTrackSchema = z.strictObject({
  id: planIdSchema,
  port: planIdSchema.meta({ expected: "the id of a MIDI port in the settings" }),
  channel: z.int().min(1).max(16).default(1),
  muted: z.boolean().default(false),
  resolution: z.int().min(1).max(192).default(16).meta({ unit: "steps in a bar" }),
  lengthBars: z.int().min(1).max(LIMITS.bars).default(1).meta({ unit: "bars" }),
  swingPercent: z.number().min(0).max(100).default(0).meta({ unit: "%" }),
  swingExponent: z.number().min(0.1).max(10).default(1),
  notes: entries(LIMITS.midiEvents),
  controllers: entries(LIMITS.midiEvents),
});
export type MidiTrackFile = z.infer<typeof midiTrackSchema>;

const stepSchema = z.int().min(0).max(1_000_000);

export const midiNoteSchema = z.strictObject({
  step: stepSchema,
  note: z.int().min(0).max(127),
  velocity: z.int().min(1).max(127).default(100),
  lengthSteps: z.number().min(0.001).max(LIMITS.steps).default(1).meta({ unit: "steps" }),
});

export const midiControllerSchema = z.strictObject({
  step: stepSchema,
  cc: z.int().min(0).max(119),
  value: z.int().min(0).max(127),
});
