// SPDX-License-Identifier: GPL-3.0-or-later
// Sixty-four notes of strings at once: fluidsynth with a General MIDI bank, and our sampler with a long
// stereo sound. Both play every note for the whole time.
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import { type ParamIds, RATE, SECONDS, sessionOf } from "./engine-work.ts";

const NOTES = 64;
const LOWEST = 32;
const CHANNELS = 16;
const TICKS_PER_BEAT = 480;
const STRINGS = 48;
const SOUND_SECONDS = 4;

export function samplerWork(
  folder: string,
  ids: ParamIds,
): { name: string; aim: number; ours: SessionPlan; fluidsynth: readonly string[] } {
  const midi = path.join(folder, "notes.mid");
  writeFileSync(midi, midiFile());
  const sound = path.join(folder, "strings.wav");
  writeFileSync(sound, stereoWav());
  const out = path.join(folder, "fluidsynth.wav");
  const beats = SECONDS * 2;
  const [rack] = sessionOf([
    {
      id: "r",
      seed: 1,
      startSeconds: 0,
      loopBeats: 0,
      endBeats: 0,
      tailMs: null,
      gain: 0.01,
      muted: false,
      soloed: false,
      tempoMap: [{ beat: 0, bpm: 120 }],
      nodes: [
        {
          id: "s",
          type: "sampler",
          params: Object.entries(ids("sampler", { LOOP: 1, VOICES: NOTES })).map(
            ([id, value]): readonly [number, number] => [Number(id), value],
          ),
          texts: [["file", sound]],
          channels: 0,
          mod: null,
        },
      ],
      connections: [],
      mixer: null,
      patterns: [
        {
          node: "s",
          resolution: 4,
          lengthSteps: beats,
          swingPercent: 0,
          swingExponent: 1,
          hits: [],
          notes: Array.from({ length: NOTES }, (_, i) => ({
            step: 0,
            note: LOWEST + i,
            velocity: 0.8,
            lengthSteps: beats,
          })),
          locks: [],
        },
      ],
      commands: [],
    },
  ]).racks;
  if (rack === undefined) throw new Error("a session without a rack");
  return {
    name: "64-note stereo sampler",
    aim: 0.6,
    ours: sessionOf([rack]),
    fluidsynth: [
      ...["-ni", "-q", "-R", "0", "-C", "0", "-r", String(RATE), "-O", "s16", "-T", "wav", "-F", out],
      "/usr/share/sounds/sf2/TimGM6mb.sf2",
      midi,
    ],
  };
}

/** Strings on sixteen channels, four notes each, held for the whole time at 120 bpm. */
function midiFile(): Buffer {
  const events: number[] = [];
  for (let channel = 0; channel < CHANNELS; channel += 1) events.push(0, 0xc0 | channel, STRINGS);
  for (let i = 0; i < NOTES; i += 1) events.push(0, 0x90 | channelOf(i), LOWEST + i, 100);
  events.push(...variableLength(SECONDS * 2 * TICKS_PER_BEAT), 0x80, LOWEST, 0);
  for (let i = 1; i < NOTES; i += 1) events.push(0, 0x80 | channelOf(i), LOWEST + i, 0);
  events.push(0, 0xff, 0x2f, 0);
  const head = Buffer.from([0, 0, 0, 1, TICKS_PER_BEAT >> 8, TICKS_PER_BEAT & 0xff]);
  const track = Buffer.from(events);
  return Buffer.concat([
    Buffer.from("MThd"),
    uint32(6),
    head,
    Buffer.from("MTrk"),
    uint32(track.length),
    track,
  ]);
}

/** Not the tenth, which is drums. */
function channelOf(note: number): number {
  const channel = note % CHANNELS;
  return channel === 9 ? 0 : channel;
}

function variableLength(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A chord of a few partials, different left and right, 16 bit. */
function stereoWav(): Buffer {
  const frames = SOUND_SECONDS * RATE;
  const data = Buffer.alloc(frames * 4);
  for (let i = 0; i < frames; i += 1) {
    for (let side = 0; side < 2; side += 1) {
      let value = 0;
      for (let partial = 1; partial <= 6; partial += 1)
        value += Math.sin((2 * Math.PI * (261.6 + side) * partial * i) / RATE) / partial;
      data.writeInt16LE(Math.round(8000 * value), i * 4 + side * 2);
    }
  }
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 4, 28);
  head.writeUInt16LE(4, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
