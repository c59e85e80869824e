// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the control that a player moves among everything that comes in: what has moved enough, and then
// rests. What a controller says by itself, a clock or a knob that trembles, is no move.

import { ENDLESS_READINGS } from "../config/mapping-target.ts";
import type { MappingSettings } from "../config/schema.ts";
import { ControlReader, type HeardControl, type MidiInput } from "./control-reader.ts";
import { endlessReading } from "./endless.ts";

/** What the target takes: a position, a press, or keys to play. */
export type Wanted = "value" | "press" | "notes";

export interface LearnedControl {
  readonly port: string;
  /** 0 to 15. */
  readonly channel: number;
  readonly source: MappingSettings["source"];
  /** null: any note or program; of bend and pressure. */
  readonly number: number | null;
  readonly lsbFirst: boolean;
  readonly reading: MappingSettings["reading"];
}

export interface LearnerOptions {
  readonly wanted: Wanted;
  /** The port that counts; null: all. */
  readonly port: string | null;
  /** What a value means, when the player knows; null finds out. */
  readonly reading: MappingSettings["reading"] | null;
  /** What a value of this control means, when that is known; else null. */
  readonly knownReading?: (heard: HeardControl) => MappingSettings["reading"] | null;
}

/** A control rests when it has said nothing for so long. */
const REST_MS = 600;
/** A hand that does not stop is understood after so many messages. */
const ENOUGH_MESSAGES = 300;
const LEAST_VALUES = 3;
const LEAST_CLICKS = 3;
const LOW_BYTE_DISTANCE = 32;
/** Its neighbour is the decrement. */
const INCREMENT = 96;

/** Everything that one control said. */
interface Track {
  readonly heard: HeardControl;
  readonly values: number[];
  /** NRPN: which part of a value came first. */
  firstPart: HeardControl["part"] | null;
  ups: number;
  downs: number;
  lastMs: number;
  /** Messages of the controller 32 above that came right after, and right before. */
  lowsAfter: number;
  lowsBefore: number;
}

interface Candidate {
  readonly control: LearnedControl;
  /** The one that moved most is meant. */
  readonly score: number;
  readonly lastMs: number;
  readonly messages: number;
}

export class ControlLearner {
  readonly #options: LearnerOptions;
  readonly #reader = new ControlReader();
  readonly #tracks = new Map<string, Track>();
  /** The newest controller of each port and channel. */
  readonly #newest = new Map<string, Track>();

  constructor(options: LearnerOptions) {
    this.#options = options;
  }

  /** @param nowMs - of a clock that runs evenly */
  take(input: MidiInput, nowMs: number): void {
    const heard = this.#reader.take(input);
    const { port } = this.#options;
    if (heard === null || (port !== null && port !== heard.port) || heard.part === "select") return;
    const track = this.#trackOf(heard);
    track.lastMs = nowMs;
    if (heard.part === "up") track.ups += 1;
    else if (heard.part === "down") track.downs += 1;
    else track.firstPart ??= heard.part;
    if (heard.part === "whole" || heard.part === "high") track.values.push(heard.value);
    if (heard.kind === "cc") this.#noteNeighbour(track);
  }

  /** The control that was moved; null while it is not known. @param isOver - no more will come */
  found(nowMs: number, isOver = false): LearnedControl | null {
    const [best] = this.#candidates().sort((a, b) => b.score - a.score);
    if (best === undefined) return null;
    const rests = nowMs - best.lastMs >= REST_MS || best.messages >= ENOUGH_MESSAGES;
    return rests || isOver ? best.control : null;
  }

  #trackOf(heard: HeardControl): Track {
    // Programs are one control: the choice.
    const number = heard.kind === "program" ? "" : String(heard.number);
    const key = `${heard.kind} ${number} ${heard.channel} ${heard.port}`;
    const track = this.#tracks.get(key) ?? {
      heard,
      values: [],
      firstPart: null,
      ups: 0,
      downs: 0,
      lastMs: 0,
      lowsAfter: 0,
      lowsBefore: 0,
    };
    this.#tracks.set(key, track);
    return track;
  }

  #noteNeighbour(track: Track): void {
    const place = `${track.heard.channel} ${track.heard.port}`;
    const before = this.#newest.get(place);
    this.#newest.set(place, track);
    if (before === undefined) return;
    if (isLowByteOf(track, before)) before.lowsAfter += 1;
    if (isLowByteOf(before, track)) track.lowsBefore += 1;
  }

  #candidates(): Candidate[] {
    const tracks = [...this.#tracks.values()];
    switch (this.#options.wanted) {
      case "notes":
        return notesOf(tracks.filter(({ heard }) => heard.kind === "note"));
      case "press":
        return tracks.flatMap((track) => this.#pressOf(track) ?? this.#valueOf(track, tracks) ?? []);
      case "value":
        return tracks.flatMap((track) => this.#valueOf(track, tracks) ?? this.#heldOf(track) ?? []);
    }
  }

  /** A key, a pad, a button, or a program that is chosen. */
  #pressOf(track: Track): Candidate | null {
    const { heard, values } = track;
    const { kind } = heard;
    const reading = this.#options.reading ?? this.#options.knownReading?.(heard) ?? "toggle";
    if (ENDLESS_READINGS.includes(reading)) return null;
    if (kind === "program") return candidate(track, "program", reading, values.length);
    if (kind === "note" && pressesIn(values) > 0) return candidate(track, "note", reading, values.length);
    if ((kind === "cc" || kind === "nrpn") && isButton(values))
      return candidate(track, kind, reading, values.length);
    return null;
  }

  /** A key that moves a value while it is held: pressed twice, because once happens by itself. */
  #heldOf(track: Track): Candidate | null {
    if (track.heard.kind !== "note" || pressesIn(track.values) < 2) return null;
    return candidate(track, "note", this.#options.reading ?? "momentary", 1);
  }

  /** A knob, a fader, a wheel. */
  #valueOf(track: Track, all: readonly Track[]): Candidate | null {
    const { heard, values, ups, downs } = track;
    const { kind } = heard;
    if (kind === "note" || kind === "keyPressure") return null;
    const reading = this.#options.reading ?? this.#options.knownReading?.(heard) ?? null;
    if (reading !== null && ENDLESS_READINGS.includes(reading)) {
      const clicks = reading === "incDec" ? ups + downs : values.length;
      if ((kind !== "cc" && kind !== "nrpn") || clicks < LEAST_CLICKS) return null;
      return candidate(track, kind, reading, clicks);
    }
    if (kind === "nrpn" && ups > 1 && downs > 1) return candidate(track, kind, "incDec", ups + downs);
    if (kind === "cc" && reading === null && isIncDec(track, all))
      return candidate(track, kind, "incDec", values.length);
    if (kind === "cc" && isHighByte(track)) return pairOf(track, all, reading ?? "absolute");
    if (kind === "cc" && isCarried(track, all)) return null;
    const endless = kind === "cc" && reading === null ? endlessReading(values) : null;
    if (endless !== null) return candidate(track, kind, endless, values.length);
    const distinct = new Set(values).size;
    return distinct < LEAST_VALUES ? null : candidate(track, kind, reading ?? "absolute", distinct);
  }
}

function candidate(
  track: Track,
  source: MappingSettings["source"],
  reading: MappingSettings["reading"],
  score: number,
): Candidate {
  const { heard, lastMs, values, firstPart } = track;
  const { port, channel } = heard;
  const number =
    source === "bend" || source === "pressure"
      ? null
      : source === "program"
        ? programOf(values)
        : heard.number;
  const lsbFirst = source === "nrpn" && firstPart === "low";
  return {
    control: { port, channel, source, number, lsbFirst, reading },
    score,
    lastMs,
    messages: values.length,
  };
}

/** One program chosen again and again is that one, several are the choice. */
function programOf(values: readonly number[]): number | null {
  return new Set(values).size === 1 ? (values[0] ?? null) : null;
}

function pairOf(high: Track, all: readonly Track[], reading: MappingSettings["reading"]): Candidate | null {
  const low = all.find((track) => isLowByteOf(track, high));
  if (low === undefined || new Set([...high.values, ...low.values]).size < LEAST_VALUES) return null;
  const both = candidate(high, "cc14", reading, new Set(high.values).size + new Set(low.values).size);
  return {
    ...both,
    lastMs: Math.max(high.lastMs, low.lastMs),
    control: { ...both.control, lsbFirst: high.lowsBefore > high.lowsAfter },
  };
}

/** The controllers for one up and one down, both used, and saying nothing more. */
function isIncDec(up: Track, all: readonly Track[]): boolean {
  const { port, channel, number } = up.heard;
  if (number !== INCREMENT) return false;
  const down = all.find(
    ({ heard }) =>
      heard.kind === "cc" &&
      heard.number === INCREMENT + 1 &&
      heard.port === port &&
      heard.channel === channel,
  );
  const saysClicks = ({ values }: Track): boolean => values.length > 1 && new Set(values).size === 1;
  return down !== undefined && saysClicks(up) && saysClicks(down);
}

/** Does the low byte come with this one nearly every time? */
function isHighByte({ values, lowsAfter, lowsBefore }: Track): boolean {
  return values.length > 1 && Math.max(lowsAfter, lowsBefore) >= Math.max(2, values.length - 1);
}

/** Is it the low byte of another? */
function isCarried(track: Track, all: readonly Track[]): boolean {
  return all.some((high) => isLowByteOf(track, high) && isHighByte(high));
}

function isLowByteOf(low: Track, high: Track): boolean {
  const { heard } = high;
  return (
    low.heard.kind === "cc" &&
    heard.kind === "cc" &&
    (heard.number ?? LOW_BYTE_DISTANCE) < LOW_BYTE_DISTANCE &&
    low.heard.number === (heard.number ?? 0) + LOW_BYTE_DISTANCE &&
    low.heard.channel === heard.channel &&
    low.heard.port === heard.port
  );
}

/** Pressed and let go: one high value, and 0. Some buttons say only that they were pressed. */
function isButton(values: readonly number[]): boolean {
  const presses = new Set(values.filter((value) => value > 0));
  const [press = 0] = presses;
  return presses.size === 1 && press > 63 && (values.includes(0) || press === 127);
}

function pressesIn(values: readonly number[]): number {
  return values.filter((value) => value > 0).length;
}

/** One key that was pressed is meant alone, several are the whole keyboard. */
function notesOf(tracks: readonly Track[]): Candidate[] {
  const keyboards = new Map<string, Track[]>();
  for (const track of tracks) {
    if (pressesIn(track.values) === 0) continue;
    const place = `${track.heard.channel} ${track.heard.port}`;
    keyboards.set(place, [...(keyboards.get(place) ?? []), track]);
  }
  return [...keyboards.values()].flatMap((keys) => {
    const [first] = keys;
    if (first === undefined) return [];
    const one = candidate(first, "note", "absolute", keys.length);
    return [
      {
        ...one,
        lastMs: Math.max(...keys.map(({ lastMs }) => lastMs)),
        control: { ...one.control, number: keys.length === 1 ? first.heard.number : null },
      },
    ];
  });
}
