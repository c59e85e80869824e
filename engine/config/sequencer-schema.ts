// SPDX-License-Identifier: GPL-3.0-or-later
// `sequencer:` of the settings, as schema.ts has the rest.

import { z } from "zod";
import type {} from "./expectation.ts"; // `unit` and `expected` of `.meta`
import { PLAN_NAME } from "./plan-name.ts";
import { parseScale } from "./scales.ts";
import { AMBIENT_PROFILES, parseCondition, parseLine, parsePitch, parseSteps } from "./sequencer-words.ts";
import { DIRECTIONS } from "./track-params.ts";

/** As many as the engine takes for one step. */
const MAX_LOCKS = 16;

/** Refined texts become null where they are absent: a key that is written empty means the same. */
function text(maxLength: number, isGood: (text: string) => boolean) {
  return z.string().min(1).max(maxLength).refine(isGood);
}

const stepSchema = z.strictObject({
  step: z.int().min(1).max(64).meta({ description: "Which step, from 1." }),
  pattern: z.int().min(1).max(16).default(1).meta({ description: "Of which of the track's patterns." }),
  note: text(4, (note) => parsePitch(note) !== null)
    .or(z.int().min(-64).max(64))
    .nullable()
    .default(null)
    .meta({
      description: "A degree of the scale, 0 is the root; or a note such as C3. null: the next of the line.",
      expected: "null, a degree or a note such as C3",
    }),
  rest: z.boolean().default(false).meta({ description: "Nothing sounds: the locks alone." }),
  velocity: z.number().min(0).max(1).default(0.8).meta({ description: "How strong." }),
  gate: z.number().min(0.01).max(64).default(1).meta({ description: "How long: times the track's gate." }),
  probability: z.number().min(0).max(1).default(1).meta({ description: "How often it plays." }),
  ratchet: z.int().min(1).max(16).default(1).meta({ description: "So many times inside the step." }),
  condition: text(10, (condition) => parseCondition(condition) !== null)
    .nullable()
    .default(null)
    .meta({
      description: "1:4 plays in the first of every four rounds, first in the very first; not before it.",
      expected: "null, 1:4, first, or not and one of these",
    }),
  locks: z
    .record(z.string(), z.union([z.number(), z.string().max(100)]))
    .refine((locks) => Object.keys(locks).length <= MAX_LOCKS)
    .default({})
    .meta({
      description:
        "Parameters and their values from this step on: of the node by name, of a synth as its profile names them, 0 to 1 or a label; cc74 is a controller, 0 to 127.",
    }),
});

export const trackSchema = z.strictObject({
  id: z.string().regex(PLAN_NAME).meta({
    description: "Your name for the track; mappings call it track:NAME.",
    expected: "a name of letters, digits, - and _, at most 32, a letter first",
    example: "lead",
  }),
  target: z.string().min(1).max(200).meta({
    description: "Who plays it: a port of midi.ports (or virtual), or RACK:NODE.",
    expected: "the id of a port, or RACK:NODE",
    example: "virtual",
  }),
  channel: z.int().min(1).max(16).nullable().default(null).meta({
    description: "MIDI channel at the port. null is that of the synth there.",
  }),
  patterns: z
    .array(
      text(200, (steps) => parseSteps(steps) !== null).meta({
        expected: "x and . for each step, or a preset",
        example: "x..x..x.",
      }),
    )
    .min(1)
    .max(16)
    .default(["x...x...x...x..."])
    .meta({
      description:
        "What it plays: x a hit, X a strong one, 2 to 9 so many inside the step, . a rest; at most 64 steps. Or presets: four_on_floor, offbeat, backbeat, eighths, sixteenths, gallop, tresillo, son_clave, rumba_clave, bossa, breakbeat.",
    }),
  notes: text(400, (line) => parseLine(line) !== null)
    .nullable()
    .default(null)
    .meta({
      description:
        "Notes of the hits in their order, again and again: degrees of the scale, 0 is the root, or notes such as C3. null: the root; a drum is struck.",
      expected: "null, or degrees and notes with blanks between them",
    }),
  steps: z.array(stepSchema).max(256).default([]).meta({
    description: "Steps that are more than a hit: see docs/sequencer.md. Several of one step are a chord.",
  }),
  resolution: z.int().min(1).max(192).default(16).meta({
    description: "Steps in a bar.",
    unit: "steps",
  }),
  seed: z.int().min(0).max(4_294_967_295).default(0).meta({
    description: "Another number is another chance; the same one plays the same again.",
  }),
  mute: z.boolean().default(false).meta({ description: "Silent until it is turned on." }),
  density: z.number().min(0).max(1).default(1).meta({
    description: "Part of the hits that stays; those on strong beats stay longest.",
  }),
  probability: z.number().min(0).max(1).default(1).meta({
    description: "How often each hit plays, times its own.",
  }),
  gate: z.number().min(0.05).max(4).default(0.5).meta({
    description: "How long notes are.",
    unit: "steps",
  }),
  velocity: z.number().min(0).max(2).default(1).meta({ description: "Times the velocity of every hit." }),
  swingPercent: z.number().min(0).max(100).default(0).meta({
    description: "How much later every second step is; 100 is half a step.",
    unit: "%",
  }),
  drift: z.number().min(0).max(1).default(0).meta({
    description: "How far timing and velocity wander, slowly and never far.",
  }),
  octave: z.int().min(-4).max(4).default(0).meta({ description: "So much higher.", unit: "octaves" }),
  pulses: z.int().min(0).max(64).nullable().default(null).meta({
    description:
      "Euclid: so many hits, spread evenly over the steps, in place of the written ones. null: as written.",
  }),
  rotation: z.int().min(-64).max(64).default(0).meta({
    description: "Euclid: so much later.",
    unit: "steps",
  }),
  direction: z.enum(DIRECTIONS).default("forward").meta({
    description: "Which way through the steps. From the next bar on.",
  }),
  root: text(4, (note) => parsePitch(note)?.kind === "note")
    .or(z.int().min(0).max(127))
    .default(60)
    .meta({
      description: "The scale's first note. From the next bar on.",
      expected: "a note such as C4, or 0 to 127",
    }),
  scale: text(40, (scale) => parseScale(scale) !== null)
    .default("chromatic")
    .meta({
      description: "Every note is one of it. From the next bar on.",
      expected: "the name of a scale, or semitones such as 0 2 3 7 8",
    }),
  length: z.int().min(0).max(64).default(0).meta({
    description: "Play so many steps of the pattern, or more; 0 is as it is written. From the next bar on.",
    unit: "steps",
  }),
  pattern: z.int().min(1).max(16).default(1).meta({
    description: "Which of the patterns. From the next bar on.",
  }),
  mutates: z.boolean().default(true).meta({ description: "May change by itself: see mutation." }),
  drifts: z.boolean().default(true).meta({ description: "Goes to the ambient values too: see idle." }),
});

function weight(initial: number, description: string) {
  return z.number().min(0).max(100).default(initial).meta({ description });
}

const mutationSchema = z.strictObject({
  enabled: z.boolean().default(false).meta({
    description: "Tracks change by themselves, now and then and a little.",
  }),
  minSeconds: z.number().min(1).max(86_400).default(60).meta({
    description: "The shortest time between two changes.",
    unit: "s",
  }),
  maxSeconds: z.number().min(1).max(86_400).default(180).meta({
    description: "The longest time between two changes.",
    unit: "s",
  }),
  changes: z.int().min(1).max(16).default(2).meta({ description: "At most so many things at a time." }),
  reach: z.number().min(0).max(1).default(0.5).meta({
    description: "At most this part of a pattern's steps is another than written.",
  }),
  seed: z.int().min(0).max(4_294_967_295).default(0).meta({
    description: "Another number is another history; the same one is the same again.",
  }),
  move: weight(3, "How likely a hit moves to the step beside it, against the others; 0 is never."),
  add: weight(2, "How likely a hit comes."),
  drop: weight(2, "How likely a hit goes."),
  note: weight(4, "How likely a note goes up or down the scale."),
  velocity: weight(3, "How likely a hit becomes stronger or softer."),
  probability: weight(1, "How likely a hit becomes less or more sure."),
  ratchet: weight(1, "How likely a hit is doubled, or is one again."),
  rotate: weight(1, "How likely all hits move a step."),
});

const ambientValue = (min: number, max: number, description: string) =>
  z.number().min(min).max(max).nullable().default(null).meta({ description });

const idleSchema = z.strictObject({
  enabled: z.boolean().default(false).meta({
    description:
      "When no hand has moved for a while, tracks drift to an ambient profile; a touch brings them back.",
  }),
  afterSeconds: z.number().min(1).max(86_400).default(300).meta({
    description: "So long after the last touch.",
    unit: "s",
  }),
  profile: z
    .enum(Object.keys(AMBIENT_PROFILES) as [string, ...string[]])
    .default("slow_fade")
    .meta({ description: "Where they drift to." }),
  fadeInSeconds: z.number().min(0).max(600).default(20).meta({
    description: "How long the way there takes.",
    unit: "s",
  }),
  fadeOutSeconds: z.number().min(0).max(60).default(0.5).meta({
    description: "How long the way back takes.",
    unit: "s",
  }),
  density: ambientValue(0, 1, "In place of the profile's density."),
  probability: ambientValue(0, 1, "In place of the profile's probability."),
  gate: ambientValue(0.05, 4, "In place of the profile's gate."),
  velocity: ambientValue(0, 2, "In place of the profile's velocity."),
  swingPercent: ambientValue(0, 100, "In place of the profile's swing."),
  drift: ambientValue(0, 1, "In place of the profile's drift."),
  octave: z.int().min(-4).max(4).nullable().default(null).meta({
    description: "In place of the profile's octave.",
  }),
});

export const sequencerSchema = z.strictObject({
  scales: z
    .array(
      text(40, (scale) => parseScale(scale) !== null).meta({
        expected: "the name of a scale, or semitones such as 0 2 3 7 8",
        example: "dorian",
      }),
    )
    .max(31)
    .default([])
    .meta({
      description:
        "Scales that a knob on `scale` goes through, in this order. chromatic, major, minor, harmonic_minor, melodic_minor, dorian, phrygian, lydian, mixolydian, locrian, pentatonic_major, pentatonic_minor, blues, whole_tone, diminished, or your own. Without any the track's own scale is the only one.",
    }),
  tracks: z.array(trackSchema).max(64).default([]).meta({
    description:
      "Tracks that decide step by step what they play, for synths and for nodes of the session, each an entry as below without its first #. docs/sequencer.md explains them.",
  }),
  mutation: mutationSchema.prefault({}).meta({ description: "Changes over minutes, with a history." }),
  idle: idleSchema.prefault({}).meta({ description: "When nobody plays." }),
});
