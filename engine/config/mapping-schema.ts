// SPDX-License-Identifier: GPL-3.0-or-later
// An entry of `mappings`.

import { z } from "zod";
import type {} from "./expectation.ts"; // `unit` and `expected` of `.meta`
import { MAX_NAME_LENGTH, PLAN_NAME } from "./plan-name.ts";
import { SCALE_NAMES } from "./scales.ts";

export const MAPPING_TARGETS =
  "RACK:NODE, rack:RACK, track:TRACK, bus:BUS:INSERT, xfader:ID, synth:PORT, synth, transport, scene, bank, modifier, midi:PORT, osc:HOST:PORT or box:HOST";
const CONTROL_NAME = /^(?:[A-Za-z0-9_-]{1,64}|\/[^\s#*,?[\]{}]{1,120})$/;
const MAPPING_TARGET = /^(?:synth|transport|scene|bank|modifier|bus:[^:]+:.+|(?!bus:)[^:]+:.+)$/;

export const mappingSchema = z.strictObject({
  id: z.string().regex(PLAN_NAME).meta({
    description: "Your name for the mapping; messages call it by it.",
    expected: "a name of letters, digits, - and _, at most 32, a letter first",
    example: "cutoff",
  }),
  port: z.string().regex(PLAN_NAME).nullable().default(null).meta({
    description:
      "Where the control is: a port of midi.ports with an input, or virtual. null for what comes from no port.",
    expected: "the id of a port with an input, virtual or null",
    example: "virtual",
  }),
  source: z
    .enum([
      "cc",
      "cc14",
      "note",
      "nrpn",
      "bend",
      "pressure",
      "program",
      "key",
      "panel",
      "control",
      "lfo",
      "timer",
      "clock",
      "envelope",
    ])
    .default("cc")
    .meta({
      description:
        "What the control sends. cc: a controller, as knobs, faders and most buttons do. cc14: two controllers, for 16,384 places. note: keys and pads. bend: the pitch wheel. pressure: how hard keys are held. program: the choice of a sound. key: of a keyboard for typing. panel: a knob, button or pad on the front. control: a name that programs move over HTTP or OSC. Made by the box: lfo, timer (a press in every cycle), clock (where the beat is in the cycle), envelope (how loud something is).",
    }),
  number: z.int().min(0).max(16_383).nullable().default(null).meta({
    description:
      "Which controller, note, program (0 to 127) or NRPN. null is any note or program; a controller and an NRPN need one. `downbeat map watch` shows it.",
    example: 74,
  }),
  channel: z.int().min(1).max(16).nullable().default(null).meta({
    description: "MIDI channel that the control sends on. null listens to all.",
  }),
  lsb: z.int().min(0).max(127).nullable().default(null).meta({
    description: "Of cc14, the controller of the low byte. null is number + 32, as most have it.",
  }),
  lsbFirst: z.boolean().default(false).meta({
    description: "Of cc14 and nrpn: the low byte comes before the high one.",
  }),
  key: z.string().min(1).max(32).nullable().default(null).meta({
    description: "Of the source key, its name: a, 5, f1, space, enter, left, kp0.",
    expected: "null or the name of a key",
  }),
  control: z.string().regex(CONTROL_NAME).nullable().default(null).meta({
    description:
      "Of the source panel, the name of what is on the board: enc1, pad3. Of the source control, its name: what programs say over HTTP or OSC to move it. One that begins with / is an OSC address.",
    expected: "null, a name of letters, digits, - and _, or an OSC address",
  }),
  wave: z.enum(["sine", "triangle", "saw", "square", "random"]).default("sine").meta({
    description:
      "Of an lfo. sine begins in the middle, triangle and saw at the low end, square at the high end; random stays for a cycle.",
  }),
  beats: z
    .number()
    .min(0.03125)
    .max(4096)
    .default(4)
    .meta({ description: "Of lfo, timer and clock: length of a cycle.", unit: "beats" }),
  freqHz: z.number().min(0.001).max(50).nullable().default(null).meta({
    description: "Of lfo and timer: cycles per second, in place of beats.",
    expected: "null or 0.001 to 50 Hz",
  }),
  phase: z.number().min(0).max(1).default(0).meta({
    description: "Of lfo, timer and clock: where in its cycle it begins.",
  }),
  sound: z
    .string()
    .regex(/^(?:main|input|rack:.+)$/)
    .max(MAX_NAME_LENGTH)
    .default("main")
    .meta({
      description:
        "Of an envelope: what it listens to. main is everything, input the sound card's input, rack:RACK a rack before its fader.",
      expected: "main, input or rack:RACK",
    }),
  attackMs: z.number().min(0).max(60_000).default(5).meta({
    description: "Of an envelope: how fast it rises.",
    unit: "ms",
  }),
  releaseMs: z.number().min(0).max(60_000).default(200).meta({
    description: "Of an envelope: how fast it falls.",
    unit: "ms",
  }),
  target: z.string().max(MAX_NAME_LENGTH).regex(MAPPING_TARGET).meta({
    description:
      "What is moved: a node of a rack, the strip of a rack, a live track, an insert of a bus, a crossfader, the synth at a port, synth for whichever has the parameter, transport, a scene, the bank, a modifier, a port that gets bytes, a program that understands OSC, or another box.",
    expected: MAPPING_TARGETS,
    example: "synth",
  }),
  param: z.string().min(1).max(MAX_NAME_LENGTH).nullable().default(null).meta({
    description:
      "What of it: a parameter of the node or synth; gain or mute of a rack; a key of the track such as density; play, stop, pause, playStop, rewind, loop or tempo of the transport; the name of a scene or a bank, next or previous; the name of a modifier; an OSC address; of another box what its transport does or a control of its own. null plays the node, and is x of a crossfader.",
    expected: "null or the name of a parameter",
    example: "filter.cutoff",
  }),
  send: z
    .array(
      z
        .union([z.int().min(0).max(255), z.enum(["value", "high", "low"])])
        .meta({ expected: "0 to 255, value, high or low" }),
    )
    .min(2)
    .max(12)
    .nullable()
    .default(null)
    .meta({
      description:
        "Of midi:PORT: the bytes that are sent, one to four channel messages, with value for the value, or high and low for its two halves.",
      expected: "null or a list of bytes, value, high and low",
    }),
  min: mappingEnd().meta({
    description:
      "Value at the low end, in the unit of the parameter; of a synth 0 to 1 or a label. null is its least. Above max it turns the control round.",
    expected: "null, a number or a label",
  }),
  max: mappingEnd().meta({
    description: "Value at the high end. null is its greatest.",
    expected: "null, a number or a label",
  }),
  curve: z.enum(["linear", "exponential", "logarithmic", "s-curve"]).nullable().default(null).meta({
    description:
      "How the way between is shared out. exponential is slow at first, logarithmic fast at first, s-curve slow at both ends. null is what suits the parameter: frequencies in equal ratios.",
  }),
  from: z.number().min(0).max(1).default(0).meta({
    description: "Part of the control's way where the low end is; raise it for a fader that never gets to 0.",
  }),
  to: z.number().min(0).max(1).default(1).meta({
    description: "Part of the control's way where the high end is.",
  }),
  steps: z
    .int()
    .min(0)
    .max(4096)
    .refine((steps) => steps !== 1)
    .default(0)
    .meta({
      description: "So many values only, evenly over the range. 0: all of them.",
      expected: "0, or 2 to 4096 values",
    }),
  values: z
    .array(
      z.union([z.number(), z.string().min(1).max(MAX_NAME_LENGTH)]).meta({ expected: "a number or a label" }),
    )
    .min(1)
    .max(256)
    .nullable()
    .default(null)
    .meta({
      description:
        "These values only, in this order, in the unit of the parameter; of a synth 0 to 1 or labels. A toggle goes to the next with each press, and round.",
      expected: "null or a list of 1 to 256 numbers or labels",
    }),
  scale: z.enum(SCALE_NAMES).nullable().default(null).meta({
    description:
      "Notes of this scale only: keys play the nearest one, a knob for a frequency or for semitones goes through them.",
  }),
  root: z
    .enum(["C", "C#", "Db", "D", "D#", "Eb", "E", "F", "F#", "Gb", "G", "G#", "Ab", "A", "A#", "Bb", "B"])
    .default("C")
    .meta({ description: "Where the scale begins." }),
  reading: z
    .enum(["absolute", "toggle", "momentary", "twosComplement", "binaryOffset", "signedBit", "incDec"])
    .default("absolute")
    .meta({
      description:
        "What a value means. absolute: where the control is. toggle: each press goes to the other end. momentary: one end while it is held. The rest are the languages of endless knobs; `downbeat map learn` finds out which.",
    }),
  clicks: z.int().min(1).max(16_384).default(100).meta({
    description: "Of an endless knob: clicks from end to end.",
    unit: "clicks",
  }),
  acceleration: z.number().min(1).max(64).default(1).meta({
    description:
      "Of an endless knob: how many times further a quick turn goes. Slow turns stay as they are. 1 is none.",
  }),
  takeover: z.enum(["pickup", "jump", "scale"]).default("pickup").meta({
    description:
      "When control and value do not agree. pickup: nothing, until the control passes the value. jump: the value goes to the control. scale: the value moves in proportion, until they meet.",
  }),
  press: z.enum(["any", "short", "long", "double"]).default("any").meta({
    description:
      "Which presses of a button count. short: let go within half a second. long: held for half a second. double: the second of two.",
  }),
  deadzone: z.number().min(0).max(0.45).default(0).meta({
    description:
      "So much of the way on each side of the middle is the middle, for sticks and wheels that do not quite return.",
  }),
  hysteresis: z.number().min(0).max(0.1).default(0).meta({
    description: "Moves smaller than this part of the way are none, for knobs that tremble.",
  }),
  smoothingMs: z.number().min(0).max(60_000).default(10).meta({
    description: "How long a value takes to its new place, so that it does not crackle.",
    unit: "ms",
  }),
  transpose: z.int().min(-127).max(127).default(0).meta({
    description: "Of keys: so much higher.",
    unit: "semitones",
  }),
  bank: z
    .union([z.string().regex(PLAN_NAME), z.array(z.string().regex(PLAN_NAME)).min(1).max(64)])
    .nullable()
    .default(null)
    .meta({
      description:
        "The bank, or the list of banks, in which the mapping counts. null is all. The first bank that mappings name is there at the beginning, after power the one that was there.",
      expected: "null, the name of a bank or a list of such names",
    }),
  scene: z
    .union([z.string().regex(PLAN_NAME), z.array(z.string().regex(PLAN_NAME)).min(1).max(64)])
    .nullable()
    .default(null)
    .meta({
      description:
        "The scene, or the list of scenes, in which the mapping counts. null is all, and before the first.",
      expected: "null, the name of a scene or a list of such names",
    }),
  modifier: z.string().regex(PLAN_NAME).nullable().default(null).meta({
    description:
      "The modifier that has to be held. null is none; then the mapping rests while a modifier is held with which the same control does something else.",
    expected: "null or the name of a modifier",
  }),
  feedback: z.boolean().default(false).meta({
    description: "Tell the control where the value is, for lights and motor faders.",
  }),
});

function mappingEnd() {
  return z
    .union([z.number(), z.string().min(1).max(MAX_NAME_LENGTH)])
    .nullable()
    .default(null);
}
