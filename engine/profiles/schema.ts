// SPDX-License-Identifier: GPL-3.0-or-later
// A profile file: every key with its range and what it means, once. The reader checks by these schemas
// part by part; the schema for editors is made from them. Reads like a table on purpose.

import { z } from "zod";
import type {} from "../config/expectation.ts"; // `unit` and `expected` of `.meta`

export const PROFILE_VERSION = 1;

export const MAX_PARAMETERS = 2000;
export const MAX_VALUES = 128;

const byte = () => z.int().min(0).max(127);
const raw = () => z.int().min(0).max(16_383);
/** One line, for displays and lists: no character that a terminal obeys. */
const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/)
    .meta({ expected: `text, not empty, at most ${longest} characters, on one line` });
/** Sentences for people: several lines, too. */
const prose = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/)
    .meta({ expected: `text, not empty, at most ${longest} characters, without control characters` });
const channel = () =>
  z.int().min(1).max(16).meta({ description: "MIDI channel, if it is not the one of the device." });
const order = () =>
  z.enum(["msbFirst", "lsbFirst"]).meta({
    description: "Which half of a 14-bit value is sent first. Most synths take msbFirst.",
  });
const bits = () =>
  z.literal([7, 14]).meta({ description: "7: only the upper half (data entry MSB) is sent." });
const NUMBER_14 = "Number of the parameter, both halves in one: MSB times 128 plus LSB.";

export const idSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/)
  .meta({
    description: "Name for files and mappings; it does not change. The file has the same name.",
    expected: "a name of small letters, digits and _, at most 64, a letter first",
  });

export const roleSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:\.[a-z0-9]+){1,3}$/)
  .meta({
    description: "What it is on any synth: filter.cutoff, amp.attack, fx.delay.mix.",
    expected: "words with dots between them, such as filter.cutoff",
  });

/** What NRPN and RPN have in common. */
const NUMBERED = {
  msb: byte().optional(),
  lsb: byte().optional(),
  number: raw().optional().meta({ description: NUMBER_14 }),
  bits: bits().optional(),
  order: order().optional(),
  channel: channel().optional(),
};

/** Of each type of address its keys. */
export const ADDRESS_SCHEMAS = {
  cc: z.strictObject({ type: z.literal("cc"), cc: byte(), channel: channel().optional() }),
  cc14: z.strictObject({
    type: z.literal("cc14"),
    cc: byte().meta({ description: "Controller of the upper half." }),
    lsb: byte().meta({ description: "Controller of the lower half; any number." }),
    order: order().optional(),
    channel: channel().optional(),
  }),
  nrpn: z.strictObject({ type: z.literal("nrpn"), ...NUMBERED }),
  rpn: z.strictObject({ type: z.literal("rpn"), ...NUMBERED }),
  note: z.strictObject({
    type: z.literal("note"),
    note: byte().meta({ description: "The value is the velocity; 0 is note off." }),
    channel: channel().optional(),
  }),
  pitchBend: z.strictObject({ type: z.literal("pitchBend"), channel: channel().optional() }),
  pressure: z.strictObject({
    type: z.literal("pressure"),
    note: byte().optional().meta({ description: "Given: pressure of this key. Absent: of the channel." }),
    channel: channel().optional(),
  }),
  program: z.strictObject({
    type: z.literal("program"),
    bankMsb: byte().optional().meta({ description: "Controller 0 is sent first with this." }),
    bankLsb: byte().optional().meta({ description: "Then controller 32 with this." }),
    channel: channel().optional(),
  }),
  sysex: z.strictObject({
    type: z.literal("sysex"),
    template: z
      .string()
      .max(1000)
      .regex(/^F0(?: (?:[0-7][0-9A-Fa-f]|[0-7]n|value|msb|lsb))+ F7$/)
      .meta({
        description:
          "Bytes in hex. value: the value, 7 bits; msb and lsb: its halves; 3n: 30 with the channel in it.",
        expected: 'bytes in hex from F0 to F7, such as "F0 43 10 value F7"',
      }),
    channel: channel().optional(),
  }),
} as const;

export type AddressType = keyof typeof ADDRESS_SCHEMAS;
export const ADDRESS_TYPES = Object.keys(ADDRESS_SCHEMAS) as readonly AddressType[];

const addressSchema = z.discriminatedUnion("type", [
  ADDRESS_SCHEMAS.cc,
  ADDRESS_SCHEMAS.cc14,
  ADDRESS_SCHEMAS.nrpn,
  ADDRESS_SCHEMAS.rpn,
  ADDRESS_SCHEMAS.note,
  ADDRESS_SCHEMAS.pitchBend,
  ADDRESS_SCHEMAS.pressure,
  ADDRESS_SCHEMAS.program,
  ADDRESS_SCHEMAS.sysex,
]);

export const CURVE_NAMES = ["linear", "exponential", "logarithmic", "s-curve", "stepped"] as const;
export const curveNameSchema = z.enum(CURVE_NAMES);
export const curveSchema = z.strictObject({
  type: z.enum(["linear", "exponential", "logarithmic", "s-curve", "table", "stepped"]),
  amount: z.number().min(0.1).max(10).optional().meta({
    description: "How far it bends: exponential and logarithmic 4 unless given, s-curve 2.",
  }),
  points: z
    .array(z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]))
    .min(2)
    .max(64)
    .optional()
    .meta({ description: "Of a table: [in, out] from [0, 0] to [1, 1], both growing." }),
});

export const valueSchema = z.strictObject({
  label: text(64),
  short: text(8).optional().meta({ description: "For small displays." }),
  send: raw().meta({ description: "The value that is sent." }),
  from: raw().optional().meta({ description: "First value that is received as this; send unless given." }),
  to: raw().optional().meta({ description: "Last value that is received as this; send unless given." }),
});

export const flowSchema = z.strictObject({
  priority: z.int().min(0).max(9).optional().meta({ description: "Who goes first when it is tight: 9." }),
  minIntervalMs: z.number().min(0).max(1000).optional().meta({
    description: "Not sent more often than this.",
    unit: "ms",
  }),
  smoothingMs: z.number().min(0).max(10_000).optional().meta({
    description: "A jump takes this long.",
    unit: "ms",
  }),
  deadband: z.number().min(0).max(0.5).optional().meta({
    description: "A change smaller than this part of the range is not sent.",
  }),
});

export const rangeSchema = z.tuple([raw(), raw()]).meta({
  description: "Least and greatest value that is sent.",
  expected: "two whole numbers from 0 to 16383, the smaller first",
});

export const whenSchema = z.strictObject({
  parameter: idSchema,
  values: z.array(text(64)).min(1).max(MAX_VALUES).meta({ description: "Labels of that parameter." }),
});

export const parameterSchema = z.strictObject({
  name: text(64).optional().meta({ description: "For people. The id, with spaces, unless given." }),
  short: text(8).optional().meta({ description: "For small displays, at most 8 characters." }),
  group: text(64).optional().meta({ description: "The section it stands in on the synth." }),
  role: roleSchema.optional(),
  cc: byte().optional().meta({ description: "Short for one address of type cc." }),
  addresses: z.array(addressSchema).min(1).max(8).optional().meta({
    description: "Where it is sent, preferred first; all are received.",
  }),
  range: rangeSchema.optional(),
  default: z
    .union([raw(), text(64)])
    .optional()
    .meta({ description: "A value as it is sent, or a label.", expected: "a value of the range or a label" }),
  polarity: z.enum(["unipolar", "bipolar"]).optional(),
  centre: raw().optional().meta({ description: "Of a bipolar one: the value that is nothing." }),
  curve: z.union([curveNameSchema, curveSchema]).optional(),
  steps: z.int().min(2).max(MAX_VALUES).optional().meta({
    description: "Stepped without labels: this many steps, spread evenly. values are better.",
  }),
  values: z.array(valueSchema).min(1).max(MAX_VALUES).optional().meta({
    description: "Stepped: each step with its label, the value to send and the zone received.",
  }),
  flow: flowSchema.optional(),
  when: whenSchema.optional().meta({ description: "It counts only while another one has these values." }),
  unverified: z.boolean().optional().meta({ description: "No maker's document and no synth confirmed it." }),
  notes: prose(1000).optional(),
});

const MESSAGE_KINDS = [
  "notes",
  "pitchBend",
  "channelPressure",
  "polyPressure",
  "programChange",
  "clock",
  "start",
  "continue",
  "stop",
  "songPosition",
  "activeSensing",
  "sysex",
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];
const kinds = () => z.array(z.enum(MESSAGE_KINDS)).max(MESSAGE_KINDS.length).optional();

export const identitySchema = z
  .strictObject({
    manufacturer: z.array(byte()).min(1).max(3),
    family: z.tuple([byte(), byte()]).optional(),
    member: z.tuple([byte(), byte()]).optional(),
  })
  .meta({ description: "What it answers to an identity request: bytes as they come." });

export const deviceSchema = z.strictObject({
  maker: text(64).optional(),
  model: text(64).optional(),
  identity: identitySchema.optional(),
  ports: z.array(text(200)).max(16).optional().meta({
    description: "Names of its ports; part of a name, * for any text.",
  }),
  settings: z
    .array(z.strictObject({ name: text(64), value: text(64), help: prose(300).optional() }))
    .max(32)
    .optional()
    .meta({ description: "What the player must set on the synth." }),
});

export const limitsSchema = z.strictObject({
  bytesPerSecond: z.int().min(100).max(1_000_000).optional().meta({ unit: "bytes" }),
  minGapMs: z.number().min(0).max(1000).optional().meta({
    description: "Between two messages.",
    unit: "ms",
  }),
  sysexGapMs: z.number().min(0).max(10_000).optional().meta({ unit: "ms" }),
  runningStatus: z.boolean().optional().meta({ description: "May status bytes be left out?" }),
});

export const sourceSchema = z.strictObject({
  title: text(200),
  url: text(500).optional(),
  notes: prose(500).optional(),
});

export const panicSchema = z.strictObject({ cc: byte(), value: byte() });

export const profileSchema = z.strictObject({
  version: z.literal(PROFILE_VERSION).optional().meta({ description: "Of this file's format." }),
  id: idSchema.optional(),
  name: text(64).optional(),
  extends: idSchema.optional().meta({ description: "A profile whose parts this one takes over." }),
  community: z.boolean().optional().meta({ description: "Made by other people and not checked by us." }),
  device: deviceSchema.optional(),
  channel: z.int().min(1).max(16).optional().meta({ description: "MIDI channel from the factory." }),
  limits: limitsSchema.optional().meta({ description: "Of the wire and the synth." }),
  receives: kinds(),
  sends: kinds(),
  panic: z.array(panicSchema).max(16).optional().meta({
    description: "What silences it; all notes off (123) unless given.",
  }),
  parameters: z
    .record(idSchema, z.union([parameterSchema, z.null()]))
    .optional()
    .meta({
      description: "By id. null takes one away that the extended profile has.",
    }),
  sources: z.array(sourceSchema).max(32).optional().meta({ description: "Where the numbers are from." }),
  unverified: z.array(prose(500)).max(64).optional().meta({ description: "What nobody has confirmed." }),
  notes: prose(4000).optional(),
});

export type WrittenProfile = z.output<typeof profileSchema>;
export type WrittenParameter = z.output<typeof parameterSchema>;
export type WrittenAddress = z.output<typeof addressSchema>;
