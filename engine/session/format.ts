// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of a session file: types, ranges, defaults. `name`, `bpm`, `randomSeed`, `master` and
// `midiTracks` are ours; the rest is the format that musicians already have. docs/racks.md explains.

import { z } from "zod";
import { MAX_TEMPO_BPM, MIN_TEMPO_BPM } from "../base/units.ts";
import { notYet } from "../config/not-yet.ts";

/** What a session may hold at most; the engine refuses more (native/app/plan-reader.hpp). */
export const LIMITS = { racks: 64, midiTracks: 256, midiEvents: 16_384, patternEvents: 65_536, bars: 1024 };

/** dBFS of the limiter when the file does not say. */
export const DEFAULT_CEILING_DB = -0.3;

const idSchema = z.string().min(1).max(128);
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
  loop: notYet("loop"),
  alignTransports: notYet("alignTransports"),
  buses: notYet("buses"),
  routes: notYet("routes"),
  xfaders: notYet("xfaders"),
  commands: notYet("commands"),
  clockSource: notYet("clockSource"),
  sidechains: notYet("sidechains"),
  scenes: notYet("scenes"),
  mappings: notYet("mappings"),
});
export type SessionFile = z.infer<typeof sessionSchema>;

export const sessionRackSchema = z.strictObject({
  id: idSchema,
  path: z.string().min(1).max(4096),
  gain: gainSchema,
  muted: z.boolean().default(false),
  solo: z.boolean().default(false),
  /** Instead of the rack file's own: two racks from one file with different dice. */
  randomSeed: z.int().min(0).optional(),
  startOffsetFrames: notYet("startOffsetFrames"),
  bars: notYet("bars"),
  loopCount: notYet("loopCount"),
  loopMinutes: notYet("loopMinutes"),
  loopSeconds: notYet("loopSeconds"),
  tailMs: notYet("tailMs"),
});
export type SessionRackFile = z.infer<typeof sessionRackSchema>;

export const midiTrackSchema = z.strictObject({
  id: idSchema,
  port: idSchema.meta({ expected: "the id of a MIDI port in the settings" }),
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
  lengthSteps: z.number().gt(0).max(100_000).default(1).meta({ unit: "steps" }),
});

export const midiControllerSchema = z.strictObject({
  step: stepSchema,
  cc: z.int().min(0).max(119),
  value: z.int().min(0).max(127),
});
