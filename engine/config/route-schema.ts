// SPDX-License-Identifier: GPL-3.0-or-later
// An entry of `routes`.

import { z } from "zod";
import type {} from "./expectation.ts"; // `unit` and `expected` of `.meta`
import { PLAN_NAME } from "./plan-name.ts";

/** What a route may carry, in the order of the plan. */
export const ROUTE_KINDS = [
  "notes",
  "keyPressure",
  "controllers",
  "programs",
  "pressure",
  "bend",
  "sysex",
] as const;

/** In a map of channels or controllers: it goes nowhere. */
export const ROUTE_OFF = "off";

const KINDS_EXPECTED =
  "a list of notes, keyPressure, controllers, programs, pressure, bend and sysex, or of some of them";
const CHANNELS_EXPECTED = "channels 1 to 16, each with 1 to 16 or off";
const CONTROLLERS_EXPECTED = "controllers 0 to 127 and other, each with 0 to 127 or off";

export const routeSchema = z.strictObject({
  id: z.string().regex(PLAN_NAME).meta({
    description: "Your name for the route; messages call it by it.",
    expected: "a name of letters, digits, - and _, at most 32, a letter first",
    example: "keys-to-lead",
  }),
  from: z.string().regex(PLAN_NAME).meta({
    description: "Where it comes in: a port of midi.ports with an input, or virtual.",
    expected: "the id of a port with an input, or virtual",
    example: "keys",
  }),
  to: z.string().regex(PLAN_NAME).meta({
    description: "Where it goes out: a port with an output, or virtual.",
    expected: "the id of a port with an output, or virtual",
    example: "lead",
  }),
  carries: z
    .array(z.enum(ROUTE_KINDS).meta({ expected: KINDS_EXPECTED }))
    .min(1)
    .max(ROUTE_KINDS.length)
    .default(["notes", "keyPressure", "controllers", "programs", "pressure", "bend"])
    .meta({
      description:
        "What goes through. The clock never does: every port gets the box's own, and midi.clockFrom follows another.",
      expected: KINDS_EXPECTED,
    }),
  channel: z.int().min(1).max(16).nullable().default(null).meta({
    description: "MIDI channel that is listened to. null listens to all.",
  }),
  toChannel: z.int().min(1).max(16).nullable().default(null).meta({
    description: "MIDI channel that it goes out on. null leaves it as it came.",
  }),
  channelMap: z
    .record(
      z.string().regex(/^(?:[1-9]|1[0-6])$/),
      z.union([z.int().min(1).max(16), z.literal(ROUTE_OFF)]).meta({ expected: CHANNELS_EXPECTED }),
    )
    .default({})
    .meta({
      description:
        "Channels that go somewhere else than the rest: { 1: 3, 10: off }. Those that are not in it go by channel and toChannel.",
      expected: CHANNELS_EXPECTED,
    }),
  lowestNote: routeByte(0, 0).meta({
    description:
      "The lowest key that is taken; 60 is the C in the middle. With another route for the rest it is a split.",
  }),
  highestNote: routeByte(0, 127).meta({ description: "The highest key that is taken." }),
  lowestVelocity: routeByte(1, 1).meta({
    description:
      "The softest stroke that is taken. With another route for the rest it is a layer for hard strokes.",
  }),
  highestVelocity: routeByte(1, 127).meta({ description: "The hardest stroke that is taken." }),
  velocityCurve: z.enum(["linear", "exponential", "logarithmic", "s-curve"]).default("linear").meta({
    description:
      "How hard a stroke goes out. exponential asks for heavy hands, logarithmic for light ones, s-curve parts soft from loud.",
  }),
  velocityMin: routeByte(1, 1).meta({ description: "Velocity of the softest stroke." }),
  velocityMax: routeByte(1, 127).meta({
    description:
      "Velocity of the hardest stroke. The same as velocityMin makes all alike; below it hard is soft.",
  }),
  transpose: z.int().min(-127).max(127).default(0).meta({
    description: "So much higher. Keys that there are no notes for do not sound.",
    unit: "semitones",
  }),
  chord: z
    .array(z.int().min(-48).max(48).meta({ unit: "semitones" }))
    .min(1)
    .max(8)
    .default([0])
    .meta({
      description:
        "What one key plays, in semitones from it: [0, 4, 7] is a major chord, [0, 12] an octave more.",
      expected: "a list of 1 to 8 intervals, -48 to 48 semitones",
    }),
  controllerMap: z
    .record(
      z.string().regex(/^(?:other|\d{1,2}|1[01]\d|12[0-7])$/),
      z.union([z.int().min(0).max(127), z.literal(ROUTE_OFF)]).meta({ expected: CONTROLLERS_EXPECTED }),
    )
    .default({})
    .meta({
      description:
        "Controllers that go out as others: { 1: 74, 64: off }. { 1: 1, other: off } carries the wheel alone.",
      expected: CONTROLLERS_EXPECTED,
    }),
  arp: z.enum(["off", "up", "down", "upDown", "asPlayed", "random"]).default("off").meta({
    description: "Arpeggiator: the keys that are held sound one after the other, in time with the song.",
  }),
  arpBeats: z.number().min(0.0625).max(16).default(0.25).meta({
    description: "Of the arpeggiator: from note to note. 0.25 is a sixteenth, 0.333 a triplet of eighths.",
    unit: "beats",
  }),
  arpOctaves: z.int().min(1).max(8).default(1).meta({
    description: "Of the arpeggiator: over so many octaves.",
    unit: "octaves",
  }),
  arpGate: z.number().min(0.05).max(1).default(0.5).meta({
    description: "Of the arpeggiator: part of a step that a note lasts.",
  }),
  arpHold: z.boolean().default(false).meta({
    description: "Of the arpeggiator: keys that are let go sound on until others are pressed.",
  }),
  arpSeed: z.int().min(0).max(65_535).default(0).meta({
    description: "Of the arpeggiator: another number is another random order.",
  }),
  delayBeats: z.number().min(0).max(64).default(0).meta({
    description:
      "Everything comes so much later, by the tempo of the moment. With another route without it: an echo.",
    unit: "beats",
  }),
});

function routeByte(least: number, standard: number) {
  return z.int().min(least).max(127).default(standard);
}
