// SPDX-License-Identifier: GPL-3.0-or-later
// What is served, as JSON schemas: the tables behind /docs. They describe; values are checked in
// `command-values.ts`, which answers in sentences.

import { MAX_TEMPO_BPM, MIN_TEMPO_BPM } from "../../base/units.ts";
import {
  MAX_QUANTUM_BEATS,
  MAX_SONG_BAR,
  MAX_SONG_BEATS,
  MAX_SONG_SECONDS,
  MIN_LOOP_BEATS,
  MIN_LOOP_SECONDS,
  MIN_QUANTUM_BEATS,
} from "../command-values.ts";
import { REFUSAL_STATUS } from "../refusal.ts";

interface Field {
  readonly type: "boolean" | "integer" | "number" | "string" | "array" | "object";
  readonly description: string;
  readonly [keyword: string]: unknown;
}
type Fields = Readonly<Record<string, Field>>;

const field = (type: Field["type"], description: string, more: object = {}): Field => ({
  type,
  description,
  ...more,
});

export const STATUS_FIELDS: Fields = {
  playing: field("boolean", "True while the status is playing."),
  sample_pos: field("integer", "Song position in frames: time_seconds x sample rate, rounded."),
  time_seconds: field("number", "Song position in seconds, as it was played."),
  time_formatted: field("string", "Song position as MM:SS.mmm; minutes may exceed 99."),
  frame_count: field("integer", "Engine frames since the engine started."),
  status: field("string", "What the transport does.", { enum: ["playing", "stopped", "paused"] }),
  bpm: field("number", "Tempo, quarter notes per minute."),
  beat_pos: field("number", "Song position in quarter notes."),
  timestamp_ms: field("integer", "Wall clock when this was made, milliseconds since 1970."),
  loop_enabled: field("boolean", "True when the song jumps back at the loop's end."),
  loop_start_seconds: field("number", "Start of the loop in seconds."),
  loop_end_seconds: field("number", "End of the loop in seconds."),
  waiting_for_quantum: field("boolean", "A command waits for its quantum, or play for Link's."),
  engine: field("string", "away: this is the last known state, and commands are refused.", {
    enum: ["running", "away"],
  }),
  bar: field("integer", "Bar of the song, from 1; a bar has four beats."),
  beat_in_bar: field("integer", "Beat of that bar, 1 to 4."),
  loop_start_beat: field("number", "Start of the loop in quarter notes."),
  loop_end_beat: field("number", "End of the loop in quarter notes."),
  clock_in: field("string", "The MIDI clock that is followed.", {
    enum: ["off", "waiting", "locked", "lost"],
  }),
  clock_in_bpm: field("number", "Its filtered tempo; 0 before its first ticks."),
};

export const CLOCK_FIELDS: Fields = {
  ...STATUS_FIELDS,
  link_us: field("integer", "Link clock in microseconds when frame_count is at the loudspeaker."),
  beat: field("number", "Beat of the Link timeline at link_us, quarter notes."),
  phase: field("number", "Position in the sync cycle, 0 to less than quantum, in beats."),
  quantum: field("number", "Length of the sync cycle in beats."),
  peers: field("integer", "Other participants of the Link session."),
  seq: field("integer", "Number of the update; a gap tells how many were missed."),
};

export const METRICS_FIELDS: Fields = {
  sample_rate: field("integer", "Hz."),
  block_size: field("integer", "Frames in a block of the audio device."),
  bpm: field("number", "Tempo, quarter notes per minute."),
  connected_clients: field("integer", "Readers of /ws/transport/clock."),
  updates_sent: field("integer", "Updates of the clock since the start, however many read them."),
  actual_fps: field("number", "Updates per second, measured over the last second."),
  target_hz: field("number", "Updates per second that the settings ask for."),
  control_clients: field("integer", "Clients of /ws/transport/control."),
  updates_dropped: field("integer", "Updates that slow readers missed."),
  slow_clients_closed: field("integer", "Readers cut off because they stayed behind."),
  refused_connections: field("integer", "Connections above the limit."),
  xruns: field("integer", "Blocks that the audio device missed."),
  load_ratio: field("number", "Time in the audio callback over the time of a block, smoothed."),
  clock_in_jitter_us: field("number", "Standard deviation of the ticks of the MIDI clock that is followed."),
  clock_in_ticks: field("integer", "Ticks of it so far."),
  plan_hash: field("string", "Hash of the plan that sounds, 16 hex digits."),
  midi_ports: field("array", "The MIDI ports, at most a second ago.", {
    items: { type: "object", additionalProperties: true },
  }),
};

const DONE_FIELDS: Fields = {
  ...STATUS_FIELDS,
  clamped: field("boolean", "Present when a value was moved into its range."),
  pending: field("boolean", "Present when the state does not show the command yet."),
  at_beat: field(
    "number",
    "Present when it waits for its quantum: beat of the Link timeline of that moment.",
  ),
  message: field("string", "What was moved, or what is waited for."),
};

const HEALTH_FIELDS: Fields = {
  healthy: field("boolean", "True when the engine's heart beats and Node is fine."),
  engine_beats: field("boolean", "The audio callback runs."),
  node_fine: field("boolean", "Node's loop is on time and its services run."),
  problems: field("array", "A sentence for each thing that is wrong.", {
    items: { type: "string" },
  }),
  facts: field("object", "Ages, counters and names.", { additionalProperties: true }),
};

function objectSchema($id: string, properties: Fields, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { $id, type: "object", properties, required };
}

export const SHARED_SCHEMAS = [
  objectSchema("Status", STATUS_FIELDS),
  objectSchema("Done", DONE_FIELDS, ["clamped", "pending", "at_beat", "message"]),
  objectSchema("Clock", CLOCK_FIELDS),
  objectSchema("Metrics", METRICS_FIELDS),
  objectSchema("Health", HEALTH_FIELDS),
  {
    $id: "Refusal",
    type: "object",
    required: ["error"],
    properties: {
      error: {
        type: "object",
        required: ["code", "message"],
        properties: {
          code: field("string", "For programs.", { enum: Object.keys(REFUSAL_STATUS) }),
          message: field("string", "Where, what was expected, what came, what to do."),
        },
      },
    },
  },
];

const seconds = (description: string) => ({
  type: "number",
  minimum: 0,
  maximum: MAX_SONG_SECONDS,
  description,
});

const beats = (description: string) => ({
  type: "number",
  minimum: 0,
  maximum: MAX_SONG_BEATS,
  description,
});

const QUANTUM = {
  quantum: {
    type: "number",
    minimum: 0,
    maximum: MAX_QUANTUM_BEATS,
    default: 0,
    description: `Do it at the next multiple of so many beats of the Link timeline, ${MIN_QUANTUM_BEATS} or more; 0 does it at once.`,
  },
};

export const PLAIN_QUERY = { type: "object", properties: QUANTUM };

export const SEEK_QUERY = {
  type: "object",
  properties: {
    seconds: seconds("Position from the start of the song. One of seconds, beats and bar."),
    beats: beats("The same in quarter notes."),
    bar: {
      type: "integer",
      minimum: 1,
      maximum: MAX_SONG_BAR,
      description: "The beginning of a bar of four beats, from 1.",
    },
    ...QUANTUM,
  },
};

export const TEMPO_QUERY = {
  type: "object",
  required: ["bpm"],
  properties: {
    bpm: {
      type: "number",
      description: `Clamped to ${MIN_TEMPO_BPM} to ${MAX_TEMPO_BPM}; the answer says so.`,
    },
    ...QUANTUM,
  },
};

export const LOOP_QUERY = {
  type: "object",
  properties: {
    start: seconds("Start of the loop; stays as it is when left out."),
    end: seconds(`At least ${MIN_LOOP_SECONDS} s after the start; stays as it is when left out.`),
    start_beat: beats("Instead of start, in quarter notes."),
    end_beat: beats(`Instead of end, at least ${MIN_LOOP_BEATS} after start_beat.`),
    enabled: { type: "boolean", default: true, description: "Alone, it only switches the loop." },
    ...QUANTUM,
  },
};
