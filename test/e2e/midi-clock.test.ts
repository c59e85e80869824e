// SPDX-License-Identifier: GPL-3.0-or-later
// A minute of MIDI clock on a serial port, as the synth at its other end gets it: every tick in its place,
// Start and Stop around the song, notes that end, and a clock that runs while nothing plays.

import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import {
  between,
  CONTINUE,
  countNotes,
  gridShifts,
  longestWait,
  messagesOf,
  SONG_POSITION,
  START,
  STOP,
  TICK,
  TICKS_PER_BEAT,
  ticksOf,
  type WireMessage,
} from "../support/midi-wire.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { eventually, RunningBox } from "../support/running-box.ts";

const TEMPO_BPM = 120;
const MINUTE_MS = 60_000;
const STOPPED_MS = 2000;
const TICKS_PER_SECOND = (TEMPO_BPM / 60) * TICKS_PER_BEAT;
const TICK_MICROS = 1e6 / TICKS_PER_SECOND;
/** What a synth is given between Start or Continue and its first tick. */
const LEAD_MICROS = 1000;
/** For the clock of the reader, which may stamp the first of two bytes late. */
const READER_MICROS = 100;

/** From Start at the first beat, over a minute, to the pause; then Continue, and the end of the program. */
let wire: readonly WireMessage[];
/** Where the song stood when it was paused. */
let pausedAtBeat: number;
let exit: number | string;

beforeAll(async () => {
  const synth = await PtyRecorder.start();
  try {
    await using box = await RunningBox.start({
      settings: {
        "transport.tempo": TEMPO_BPM,
        "transport.autoplay": false,
        "midi.virtualPort": null,
        // The first session plays its bass line to the port of this name.
        "midi.ports": [{ id: "virtual", kind: "serial", name: synth.path }],
      },
    });
    await eventually("the clock runs", () => synth.bytes.length > TICKS_PER_BEAT);
    await box.post("/transport/play");
    await sleep(MINUTE_MS + 100);
    await box.post("/transport/pause");
    pausedAtBeat = (await box.transport()).songBeat;
    await sleep(STOPPED_MS);
    await box.post("/transport/resume");
    await sleep(1000);
    exit = await box.stop();
    // The last bytes are on their way.
    await sleep(200);
  } finally {
    wire = messagesOf(await synth.stop());
  }
}, 120_000);

test("a minute at 120 bpm has exactly the ticks of its beats", () => {
  const ticks = ticksOf(between(wire, START, STOP));
  expect(pausedAtBeat).toBeGreaterThan((MINUTE_MS / 60_000) * TEMPO_BPM);
  expect(ticks).toHaveLength(Math.floor(TICKS_PER_BEAT * pausedAtBeat) + 1);
});

test("no tick is missing from the grid, and none is in it twice", () => {
  const ticks = ticksOf(between(wire, START, STOP));
  expect(gridShifts(ticks, TICK_MICROS).filter((shift) => shift !== 0)).toStrictEqual([]);
  // On a machine that others use as well; test/bench/clock.ts measures.
  expect(longestWait(ticks)).toBeLessThan(250_000);
});

test("a synth has a millisecond between Start or Continue and its first tick", () => {
  for (const status of [START, CONTINUE]) {
    const at = wire.findIndex((message) => message.status === status);
    expect(at).toBeGreaterThan(0);
    const first = wire.slice(at).find((message) => message.status === TICK);
    expect((first?.micros ?? 0) - (wire[at]?.micros ?? 0)).toBeGreaterThan(LEAD_MICROS - READER_MICROS);
  }
});

test("the clock runs while nothing plays, and no note is played", () => {
  const before = wire.slice(
    0,
    wire.findIndex(({ status }) => status === START),
  );
  expect(ticksOf(before).length).toBeGreaterThan(TICKS_PER_BEAT);
  const paused = between(wire, STOP, CONTINUE);
  const ticks = ticksOf(paused);
  expect(Math.abs(ticks.length - (STOPPED_MS / 1000) * TICKS_PER_SECOND)).toBeLessThan(TICKS_PER_SECOND / 2);
  expect(gridShifts(ticks, TICK_MICROS).filter((shift) => shift !== 0)).toStrictEqual([]);
  expect(countNotes(before).begun + countNotes(paused).begun).toBe(0);
});

test("a song that goes on says where, and its synth goes on from there", () => {
  const position = wire.find(({ status }) => status === SONG_POSITION);
  const sixteenth = (position?.data[0] ?? 0) + 128 * (position?.data[1] ?? 0);
  // Song position counts sixteenths: the next one after the pause.
  expect(sixteenth).toBeGreaterThanOrEqual(Math.floor(pausedAtBeat * 4));
  expect(sixteenth).toBeLessThanOrEqual(Math.ceil(pausedAtBeat * 4) + 1);
  const order = wire.filter(({ status }) => status > 0xf0 && status !== TICK).map(({ status }) => status);
  expect(order).toStrictEqual([START, STOP, SONG_POSITION, CONTINUE, STOP]);
});

test("SIGTERM ends the song with Stop and every note with its note off", () => {
  expect(exit).toBe(0);
  const stop = wire.findLastIndex(({ status }) => status === STOP);
  expect(ticksOf(wire.slice(stop)).length).toBeLessThanOrEqual(1);
  expect(countNotes(wire).begun).toBeGreaterThan(100);
  expect(countNotes(wire).sounding).toStrictEqual([]);
});

test("Ctrl-C ends it the same way", async () => {
  const synth = await PtyRecorder.start();
  try {
    await using box = await RunningBox.start({
      settings: {
        "midi.virtualPort": null,
        "midi.ports": [{ id: "virtual", kind: "serial", name: synth.path }],
      },
    });
    await eventually("a note sounds", () => countNotes(messagesOf(synth.bytes)).sounding.length > 0);
    box.signal("SIGINT");
    expect(await box.ended, box.output).toBe(0);
    await sleep(200);
  } finally {
    await synth.stop();
  }
  const messages = messagesOf(synth.bytes);
  const stop = messages.findLastIndex(({ status }) => status === STOP);
  expect(stop).toBeGreaterThan(0);
  expect(ticksOf(messages.slice(stop)).length).toBeLessThanOrEqual(1);
  expect(countNotes(messages).sounding).toStrictEqual([]);
}, 60_000);
