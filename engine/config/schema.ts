// SPDX-License-Identifier: GPL-3.0-or-later
// Every setting: type, range, unit, default and help, once. The default file, the schema for editors, the
// reference page and every message about a wrong value come from here (`node engine/config/generate.ts`).
// Reads like a table on purpose. Help is written for players: what it does, and when to change it.

import { z } from "zod";
import type {} from "./expectation.ts"; // `unit` and `expected` of `.meta`
import { mappingSchema } from "./mapping-schema.ts";
import { panelSchema } from "./panel-schema.ts";
import { MAX_NAME_LENGTH, PLAN_NAME } from "./plan-name.ts";
import { type ROUTE_KINDS, routeSchema } from "./route-schema.ts";
import { MAX_SCENES, sceneSchema } from "./scene-schema.ts";
import { sequencerSchema } from "./sequencer-schema.ts";

declare module "zod" {
  interface GlobalMeta {
    /** In the example of a list entry. */
    example?: string | number | boolean | readonly number[] | Readonly<Record<string, number | string>>;
  }
}

/** Raised with a migration in `migrations.ts`. */
export const SETTINGS_VERSION = 1;

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
  panel: panelSchema.prefault({}).meta({
    description: "The knobs, pads, lights and display on the front: see docs/panel.md and docs/display.md.",
  }),
  mappings: z.array(mappingSchema).max(256).default([]).meta({
    description:
      "What knobs, keys and pads do, each an entry as below without its first #. `downbeat map learn` writes them; docs/mapping.md explains them.",
  }),
  scenes: z.array(sceneSchema).max(MAX_SCENES).default([]).meta({
    description:
      "Snapshots of many parameters, each an entry as below without its first #. `downbeat scene save NAME` writes them; docs/scenes.md explains them.",
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
export type PanelSettings = Settings["panel"];
export type MappingSettings = Settings["mappings"][number];
export type SceneSettings = Settings["scenes"][number];
export type DisplaySettings = Settings["panel"]["display"];
export type RouteSettings = Settings["routes"][number];
export type RouteKind = (typeof ROUTE_KINDS)[number];
export type SequencerSettings = Settings["sequencer"];
export type TrackSettings = SequencerSettings["tracks"][number];

/** An entry of `mappings` as it is written: what is absent has its default. */
export type WrittenMapping = z.input<typeof mappingSchema>;

export type WrittenScene = z.input<typeof sceneSchema>;

export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

/** A route of which nothing is said but its ports. */
export const DEFAULT_ROUTE: RouteSettings = routeSchema.parse({ id: "r", from: "a", to: "b" });
