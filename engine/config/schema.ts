// SPDX-License-Identifier: GPL-3.0-or-later
// Every setting: type, range, unit, default and help, once. The default file, the schema for editors, the
// reference page and every message about a wrong value come from here (`node engine/config/generate.ts`).
// Reads like a table on purpose. Help is written for players: what it does, and when to change it.

import { z } from "zod";
import type {} from "./expectation.ts"; // `unit` and `expected` of `.meta`
import { SCALE_NAMES } from "./scales.ts";
import { sequencerSchema } from "./sequencer-schema.ts";

declare module "zod" {
  interface GlobalMeta {
    /** In the example of a list entry. */
    example?: string | number | boolean | readonly number[] | Readonly<Record<string, number | string>>;
  }
}

/** Raised with a migration in `migrations.ts`. */
export const SETTINGS_VERSION = 1;

const MAX_NAME_LENGTH = 200;

/** Of ports, mappings, routes, banks and modifiers. */
export const PLAN_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;

const audioSchema = z.strictObject({
  device: z.string().min(1).max(MAX_NAME_LENGTH).nullable().default("auto").meta({
    description:
      "Which sound device. auto picks one and says which; null plays without sound; else part of a name.",
    expected: "auto, null or part of a device's name",
  }),
  api: z.enum(["auto", "alsa", "jack", "pulse", "core"]).default("auto").meta({
    description:
      "The way to the device: alsa and jack are quick, pulse shares with a desktop, core is macOS.",
  }),
  sampleRate: z.literal([44_100, 48_000, 88_200, 96_000]).default(48_000).meta({
    description: "Frames per second. 48000 suits nearly every device.",
    unit: "Hz",
  }),
  blockFrames: z.int().min(16).max(2048).default(128).meta({
    description: "Frames per audio callback. Fewer is less latency and more xruns.",
    unit: "frames",
  }),
  outputChannels: z.int().min(1).max(32).default(2).meta({
    description: "Channels to open for playing.",
    unit: "channels",
  }),
  inputChannels: z.int().min(0).max(32).default(0).meta({
    description: "Channels to open for recording; 0 leaves the input closed.",
    unit: "channels",
  }),
  latencyOffsetMs: z.number().min(-500).max(500).default(0).meta({
    description: "Added to the latency that the device states. Raise it when Downbeat is heard late.",
    unit: "ms",
  }),
});

const linkSchema = z.strictObject({
  enabled: z.boolean().default(true).meta({
    description: "Share tempo and beat with everybody on the network, by Ableton Link.",
  }),
  startStopSync: z.boolean().default(false).meta({
    description: "Start and stop together with the other Link players that want it too.",
  }),
  quantum: z.number().min(1).max(64).default(4).meta({
    description:
      "Length of the cycle that is shared: everybody's first beat falls together. 4 is a bar of 4/4.",
    unit: "beats",
  }),
});

const transportSchema = z.strictObject({
  autoplay: z.boolean().default(true).meta({ description: "Play as soon as there is power." }),
  tempo: z.number().min(20).max(999).nullable().default(null).meta({
    description:
      "Tempo to start with, when none was saved. null takes the session's own; Link peers come first.",
    unit: "bpm",
  }),
});

/** Of a port: who is there is found out. */
export const AUTO_PROFILE = "auto";

const portSchema = z.strictObject({
  id: z.string().regex(PLAN_NAME).meta({
    description: "Your name for the port; sessions refer to it.",
    expected: "a name of letters, digits, - and _, at most 32, a letter first",
    example: "volca",
  }),
  kind: z.enum(["match", "virtual", "serial", "keyboard"]).meta({
    description:
      "match: a port that is there, found by name. virtual: one of ours, that others connect to. serial: a MIDI socket on a UART. keyboard: a keyboard for typing, whose keys are mapped.",
    example: "match",
  }),
  name: z.string().min(1).max(MAX_NAME_LENGTH).meta({
    description:
      "match: part of its name, * for any text. virtual: its name. serial and keyboard: its device path, of keyboards in /dev/input/by-id.",
    expected: "a name; for a serial port or a keyboard a path such as /dev/ttyAMA0",
    example: "volca",
  }),
  input: z.boolean().default(true).meta({ description: "Listen to it." }),
  output: z.boolean().default(true).meta({ description: "Play to it." }),
  clock: z
    .boolean()
    .default(true)
    .meta({ description: "Send MIDI clock, 24 ticks a beat, also while stopped." }),
  startStop: z.boolean().default(true).meta({ description: "Send Start, Continue and Stop." }),
  songPosition: z.boolean().default(true).meta({ description: "Send the song position before Continue." }),
  offsetMs: z.number().min(-50).max(50).multipleOf(0.1).default(0).meta({
    description:
      "Send later (positive) or earlier (negative), until this synth is heard together with the rest.",
    unit: "ms",
  }),
  tempoMultiple: z.literal([0.5, 1, 2]).default(1).meta({
    description:
      "Tempo of this synth against the song's: 2 runs it twice as fast, 0.5 half as fast. Its song position is counted at that tempo too.",
  }),
  atStop: z.enum(["keepClock", "stopClock"]).default("keepClock").meta({
    description:
      "What follows Stop. keepClock: the clock runs on, so that arpeggiators and delays keep the tempo. stopClock: silence until the song plays again, for what runs whenever it hears a clock. Where the song is, is told when it goes on, not when it stops.",
  }),
  baud: z.int().min(300).max(4_000_000).default(31_250).meta({
    description: "Speed of a serial port. A MIDI socket has 31250.",
    unit: "baud",
  }),
  bytesPerSecond: z.int().min(100).max(10_000_000).nullable().default(null).meta({
    description:
      "What the synth takes at most: more waits here, in order of importance, and the clock waits for nothing. 3125 for a USB cable that ends in MIDI sockets; null is as fast as the port goes.",
    unit: "bytes a second",
  }),
  runningStatus: z.boolean().default(false).meta({
    description:
      "On a serial port, leave out status bytes that repeat: a third less to send, but some old synths lose their place.",
  }),
  profile: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/)
    .nullable()
    .default(AUTO_PROFILE)
    .meta({
      description:
        "Which synth it is; `downbeat profile list` shows the ids. auto: the synth is asked who it is, and its port's name tells when it does not answer. null: none, and nobody is asked.",
      expected: "auto, null or the id of a profile",
      example: "volca_keys",
    }),
  channel: z.int().min(1).max(16).nullable().default(null).meta({
    description: "MIDI channel of the synth. null takes the one of its profile, or 1.",
  }),
});

const midiSchema = z.strictObject({
  virtualPort: z.string().min(1).max(64).nullable().default("Downbeat").meta({
    description: "Name of the port that other programs see; null for none. Sessions call it virtual.",
    expected: "null or a name of 1 to 64 characters",
  }),
  clockFrom: z.string().regex(PLAN_NAME).nullable().default(null).meta({
    description:
      "Follow the MIDI clock of the port with this id: its tempo, start, stop and song position. Link peers are given its tempo. null follows none.",
    expected: "null or the id of a port with an input",
  }),
  ports: z.array(portSchema).max(32).default([]).meta({
    description:
      "Synths and controllers, each an entry as below without its first #. `downbeat devices` lists what is connected.",
  }),
});

export const MAPPING_TARGETS =
  "RACK:NODE, rack:RACK, track:TRACK, bus:BUS:INSERT, xfader:ID, synth:PORT, synth, transport, bank, modifier, midi:PORT, osc:HOST:PORT or box:HOST";
const CONTROL_NAME = /^(?:[A-Za-z0-9_-]{1,64}|\/[^\s#*,?[\]{}]{1,120})$/;
const MAPPING_TARGET = /^(?:synth|transport|bank|modifier|bus:[^:]+:.+|(?!bus:)[^:]+:.+)$/;

const mappingSchema = z.strictObject({
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
      "control",
      "lfo",
      "timer",
      "clock",
      "envelope",
    ])
    .default("cc")
    .meta({
      description:
        "What the control sends. cc: a controller, as knobs, faders and most buttons do. cc14: two controllers, for 16,384 places. note: keys and pads. bend: the pitch wheel. pressure: how hard keys are held. program: the choice of a sound. key: of a keyboard for typing. control: a name that programs move over HTTP or OSC. Made by the box: lfo, timer (a press in every cycle), clock (where the beat is in the cycle), envelope (how loud something is).",
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
      "Of the source control, its name: what programs say over HTTP or OSC to move it. One that begins with / is an OSC address.",
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
      "What is moved: a node of a rack, the strip of a rack, a live track, an insert of a bus, a crossfader, the synth at a port, synth for whichever has the parameter, transport, the bank, a modifier, a port that gets bytes, a program that understands OSC, or another box.",
    expected: MAPPING_TARGETS,
    example: "synth",
  }),
  param: z.string().min(1).max(MAX_NAME_LENGTH).nullable().default(null).meta({
    description:
      "What of it: a parameter of the node or synth; gain or mute of a rack; a key of the track such as density; play, stop, pause, playStop, rewind, loop or tempo of the transport; the name of a bank, next or previous; the name of a modifier; an OSC address; of another box what its transport does or a control of its own. null plays the node, and is x of a crossfader.",
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

const routeSchema = z.strictObject({
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

const masterSchema = z.strictObject({
  gainDb: z.number().min(-60).max(12).default(0).meta({
    description: "Level of everything, before the limiter.",
    unit: "dB",
  }),
  ceilingDb: z.number().min(-24).max(0).default(-0.3).meta({
    description: "The limiter lets nothing above this.",
    unit: "dB",
  }),
});

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/;

const httpSchema = z.strictObject({
  enabled: z.boolean().default(true).meta({ description: "Remote control over HTTP and WebSocket." }),
  host: z.string().regex(HOST).default("127.0.0.1").meta({
    description:
      "Address to listen at. 127.0.0.1 is this machine alone; 0.0.0.0 is everybody on the network.",
    expected: "an IP address or a host name",
  }),
  port: z.int().min(1).max(65_535).default(8000).meta({ description: "Port to listen at." }),
  clockHz: z.number().min(1).max(120).default(30).meta({
    description: "How often the clock is sent to each client.",
    unit: "Hz",
  }),
  maxClients: z.int().min(1).max(4096).default(256).meta({
    description: "WebSocket clients at one time; more are refused.",
    unit: "clients",
  }),
  maxPerAddress: z.int().min(1).max(8192).default(32).meta({
    description:
      "Connections of one other machine at one time, WebSockets and requests; more are closed. A browser takes up to eight for a page.",
    unit: "connections",
  }),
});

const profilesSchema = z.strictObject({
  folder: z.string().min(1).max(1000).default("profiles").meta({
    description:
      "Folder of your own profiles, a YAML file for each synth. A relative path starts at the folder of this file.",
    expected: "the path of a folder",
  }),
  fallback: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/)
    .default("generic_analog")
    .meta({
      description: "What a synth gets when the profile that it asks for is not there.",
      expected: "the id of a profile",
    }),
});

/** A host, an IPv6 address in brackets, and a port from 1 to 65535. */
const TARGET =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]):(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;

const oscSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .meta({ description: "Remote control over OSC, for apps with faders and buttons." }),
  host: z.string().regex(HOST).default("127.0.0.1").meta({
    description:
      "Address to listen at. 127.0.0.1 is this machine alone; 0.0.0.0 is everybody on the network.",
    expected: "an IP address or a host name",
  }),
  port: z.int().min(1).max(65_535).default(9000).meta({ description: "UDP port to listen at." }),
  feedback: z
    .array(z.string().regex(TARGET).meta({ expected: "a target, host:port", example: "192.168.1.20:9001" }))
    .max(8)
    .default([])
    .meta({
      description:
        "Who is told what plays: programs and tablets, each an entry as below without its first #.",
    }),
  rateHz: z.number().min(1).max(60).default(10).meta({
    description: "How often the position is sent to each target.",
    unit: "Hz",
  }),
});

const logSchema = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error"]).default("info").meta({
    description: "How much is logged: debug is everything, error only what failed.",
  }),
});

export const settingsSchema = z.strictObject({
  version: z.literal(SETTINGS_VERSION).default(SETTINGS_VERSION).meta({
    description: "Version of this file's format. Leave it: a newer Downbeat converts the file by itself.",
  }),
  session: z.string().min(1).max(1000).default("sessions/first-light.json").meta({
    description: "What to play: a session or rack file. A relative path starts at the folder of this file.",
    expected: "the path of a session or rack file",
  }),
  audio: audioSchema.prefault({}).meta({ description: "Sound in and out." }),
  link: linkSchema.prefault({}).meta({ description: "Playing together: Ableton Link." }),
  transport: transportSchema.prefault({}).meta({ description: "Starting and stopping." }),
  midi: midiSchema.prefault({}).meta({ description: "Synths, drum machines and controllers." }),
  mappings: z.array(mappingSchema).max(256).default([]).meta({
    description:
      "What knobs, keys and pads do, each an entry as below without its first #. `downbeat map learn` writes them; docs/mapping.md explains them.",
  }),
  routes: z.array(routeSchema).max(64).default([]).meta({
    description:
      "MIDI from inputs to outputs, each an entry as below without its first #. `downbeat route list` shows what they carry; docs/routing.md explains them.",
  }),
  sequencer: sequencerSchema.prefault({}).meta({ description: "Tracks that live." }),
  master: masterSchema.prefault({}).meta({ description: "The last thing before the loudspeaker." }),
  http: httpSchema.prefault({}).meta({ description: "Remote control." }),
  osc: oscSchema.prefault({}).meta({ description: "Remote control from apps with faders and buttons." }),
  log: logSchema.prefault({}).meta({ description: "The log." }),
  profiles: profilesSchema.prefault({}).meta({ description: "What the synths are: see docs/profiles.md." }),
  cc_profiles: z.record(z.string(), z.unknown()).default({}).meta({
    description: "Profiles of your own by their id, as in a file of the folder.",
  }),
  older: z.record(z.string(), z.unknown()).default({}).meta({
    description: "Settings of an older box that Downbeat cannot use yet. Kept, so that nothing is lost.",
  }),
});

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

export type Settings = DeepReadonly<z.output<typeof settingsSchema>>;
export type MidiPortSettings = Settings["midi"]["ports"][number];
export type MappingSettings = Settings["mappings"][number];
export type RouteSettings = Settings["routes"][number];
export type RouteKind = (typeof ROUTE_KINDS)[number];
export type SequencerSettings = Settings["sequencer"];
export type TrackSettings = SequencerSettings["tracks"][number];

/** An entry of `mappings` as it is written: what is absent has its default. */
export type WrittenMapping = z.input<typeof mappingSchema>;

export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

/** A route of which nothing is said but its ports. */
export const DEFAULT_ROUTE: RouteSettings = routeSchema.parse({ id: "r", from: "a", to: "b" });
