// SPDX-License-Identifier: GPL-3.0-or-later
// An entry of `scenes`: a snapshot of many parameters that is called back as one.

import { z } from "zod";
import type {} from "./expectation.ts"; // `unit` and `expected` of `.meta`
import { MAX_NAME_LENGTH, PLAN_NAME } from "./plan-name.ts";

export const SCENE_TARGETS = "RACK:NODE, rack:RACK, track:TRACK, bus:BUS:INSERT, xfader:ID or synth:PORT";
const SCENE_TARGET = /^(?:bus:[^:]+:.+|(?!bus:|midi:|osc:|box:)[^:]+:.+)$/;

export const SCENE_STARTS = ["now", "beat", "bar"] as const;
export const MAX_SCENES = 64;
export const MAX_SCENE_VALUES = 4096;

const sceneValueSchema = z.strictObject({
  target: z.string().max(MAX_NAME_LENGTH).regex(SCENE_TARGET).meta({
    description:
      "Whose parameter: a node of a rack, the strip of a rack, a live track, an insert of a bus, a crossfader, or the synth at a port.",
    expected: SCENE_TARGETS,
    example: "bass:filter",
  }),
  param: z.string().min(1).max(MAX_NAME_LENGTH).meta({
    description: "The parameter, as mappings call it.",
    expected: "the name of a parameter",
    example: "cutoff",
  }),
  value: z.union([z.number(), z.string().min(1).max(MAX_NAME_LENGTH)]).meta({
    description: "In the unit of the parameter, or the name of a choice; of a synth 0 to 1 or a label.",
    expected: "a number or the name of a choice",
    example: 800,
  }),
});

export const sceneSchema = z.strictObject({
  id: z.string().regex(PLAN_NAME).meta({
    description: "Your name for the scene; mappings call it with target: scene.",
    expected: "a name of letters, digits, - and _, at most 32, a letter first",
    example: "verse",
  }),
  start: z.enum(SCENE_STARTS).default("now").meta({
    description: "When it begins while the song plays: at once, on the next beat, or on the next bar.",
  }),
  fadeMs: z.number().min(0).max(60_000).default(0).meta({
    description: "How long its values take to get there.",
    unit: "ms",
  }),
  tempo: z.number().min(20).max(999).nullable().default(null).meta({
    description: "The tempo it brings, when nobody else plays on Link. null leaves it.",
    expected: "null or 20 to 999 bpm",
    unit: "bpm",
  }),
  values: z.array(sceneValueSchema).max(MAX_SCENE_VALUES).default([]).meta({
    description:
      "What it sets. What only other scenes set goes back to what the session has, what none of them sets stays where hands left it.",
  }),
});
