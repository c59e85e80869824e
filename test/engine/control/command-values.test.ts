// SPDX-License-Identifier: GPL-3.0-or-later
// Values on their way to a command: what is taken, what is moved into range, what is refused.

import { expect, test } from "vitest";
import {
  loopOrder,
  MAX_SONG_BEATS,
  MAX_SONG_SECONDS,
  type Order,
  ok,
  type Parsed,
  quantised,
  seekOrder,
  seekToOrder,
  tempoOrder,
} from "../../../engine/control/command-values.ts";
import { ScriptedTransport } from "../../support/scripted-transport.ts";

const present = { ...new ScriptedTransport().status(), loopStartSeconds: 4, loopEndSeconds: 6 };

function taken(parsed: Parsed<Order>): Order {
  if (parsed.type === "refused") throw new Error(parsed.refusal.message);
  return parsed.value;
}

function sentence(parsed: Parsed<Order>): string {
  if (parsed.type === "ok") throw new Error("was taken");
  return parsed.refusal.message;
}

test.each([
  ["12.5", 12.5],
  ["0", 0],
  ["-0", 0],
  [".5", 0.5],
  ["5.", 5],
  ["1e2", 100],
  ["+3", 3],
  ["00012", 12],
  [7.25, 7.25],
  ["1000000", MAX_SONG_SECONDS],
])("a position of %j is taken", (value, seconds) => {
  expect(taken(seekOrder("x", "seconds", value)).command).toStrictEqual({ type: "seek", seconds });
});

test.each([
  [undefined, "got nothing"],
  [null, "got nothing"],
  ["", 'got ""'],
  [" ", 'got " "'],
  ["abc", 'got "abc"'],
  ["1,5", "a point, not a comma"],
  ["1:30", 'got "1:30"'],
  ["0x10", 'got "0x10"'],
  ["1_000", 'got "1_000"'],
  ["NaN", 'got "NaN"'],
  ["Infinity", 'got "Infinity"'],
  ["1e999", 'got "1e999"'],
  ["-1", "got -1"],
  ["1000001", "got 1000001"],
  [Number.NaN, "got null"],
  [true, "got true"],
  [["1", "2"], "Send it once"],
  [{}, "got {}"],
])("a position of %j is refused with what came", (value, came) => {
  const message = sentence(seekOrder("POST /transport/seek", "seconds", value));
  expect(message).toContain("POST /transport/seek: seconds: expected");
  expect(message).toContain(came);
});

test.each([
  ["120", 120],
  ["20", 20],
  ["999", 999],
  [90.25, 90.25],
])("a tempo of %j is taken as it is", (value, bpm) => {
  expect(taken(tempoOrder("x", "bpm", value))).toStrictEqual({ command: { type: "tempo", bpm } });
});

test.each([
  ["19.99", 20],
  ["-5", 20],
  ["0", 20],
  ["999.5", 999],
  ["1e300", 999],
])("a tempo of %s is moved into Link's range, and the order says so", (value, bpm) => {
  const order = taken(tempoOrder("POST /transport/tempo", "bpm", value));
  expect(order.command).toStrictEqual({ type: "tempo", bpm });
  expect(order.clamped).toContain("expected 20 to 999 bpm");
  expect(order.clamped).toContain(`Took ${bpm}.`);
});

test.each([
  [{ seconds: "3" }, { type: "seek", seconds: 3 }],
  [{ beats: "16" }, { type: "seekBeats", beats: 16 }],
  [{ beats: 0.5 }, { type: "seekBeats", beats: 0.5 }],
  [{ bar: "1" }, { type: "seekBeats", beats: 0 }],
  [{ bar: 5 }, { type: "seekBeats", beats: 16 }],
  [{ beats: MAX_SONG_BEATS }, { type: "seekBeats", beats: MAX_SONG_BEATS }],
])("a place of %j is taken", (values, command) => {
  expect(taken(seekToOrder("x", values)).command).toStrictEqual(command);
});

test.each([
  [{}, "expected one of seconds, beats, bar, got none of them"],
  [{ beats: 1, bar: 1 }, "got beats and bar"],
  [{ seconds: 1, beats: 1, bar: 1 }, "got seconds and beats and bar"],
  [{ beats: -1 }, "beats: expected 0 to 1000000 beats, got -1"],
  [{ beats: "1,5" }, "a point, not a comma"],
  [{ bar: 0 }, "bar: expected a whole bar, 1 to 250000, got 0"],
  [{ bar: 1.5 }, "go to places inside it with beats"],
  [{ bar: 250_001 }, "got 250001"],
  [{ bar: null }, "got nothing"],
])("a place of %j is refused with what came", (values, came) => {
  expect(sentence(seekToOrder("POST /transport/seek", values))).toContain(came);
});

test("a quantum is added to any command; 0, null and nothing are at once", () => {
  const stop = { command: { type: "stop" } } as const;
  for (const quantum of [4, "4", "4.0"])
    expect(taken(quantised("x", ok(stop), quantum)).command).toStrictEqual({ type: "stop", quantum: 4 });
  expect(taken(quantised("x", ok(stop), "0.25")).command.quantum).toBe(0.25);
  for (const quantum of [0, "0", null, undefined])
    expect(taken(quantised("x", ok(stop), quantum))).toBe(stop);
  const tempo = taken(quantised("x", tempoOrder("x", "bpm", 5000), 8));
  expect(tempo.command).toStrictEqual({ type: "tempo", bpm: 999, quantum: 8 });
  expect(tempo.clamped).toContain("got 5000");
});

test.each([0.1, 65, -4, "four", Number.NaN, true, [4]])("a quantum of %j is refused", (quantum) => {
  const message = sentence(quantised("POST /transport/stop", ok({ command: { type: "stop" } }), quantum));
  expect(message).toContain("POST /transport/stop: quantum: expected");
  expect(message).toContain("0.25 to 64 beats");
});

test("a loop in beats takes and keeps bounds as one in seconds does", () => {
  const loop = { type: "loopBeats", startBeat: 4, endBeat: 8, enabled: true };
  expect(taken(loopOrder("x", { start_beat: "4", end_beat: "8" }, present)).command).toStrictEqual(loop);
  // At 120 bpm the present one is 8 to 12 beats.
  expect(taken(loopOrder("x", { start_beat: 10 }, present)).command).toMatchObject({
    startBeat: 10,
    endBeat: 12,
  });
  expect(taken(loopOrder("x", { end_beat: 16, enabled: false }, present)).command).toMatchObject({
    startBeat: 8,
    endBeat: 16,
    enabled: false,
  });
});

test("a loop takes its three values, and is on unless told otherwise", () => {
  const loop = { type: "loop", startSeconds: 1, endSeconds: 3, enabled: true };
  expect(taken(loopOrder("x", { start: "1", end: "3" }, present)).command).toStrictEqual(loop);
  expect(taken(loopOrder("x", { start: 1, end: 3, enabled: false }, present)).command).toStrictEqual({
    ...loop,
    enabled: false,
  });
});

test("a bound of the loop that is not named stays as it is", () => {
  expect(taken(loopOrder("x", { start: "5" }, present)).command).toMatchObject({
    startSeconds: 5,
    endSeconds: 6,
  });
  expect(taken(loopOrder("x", { end: "8" }, present)).command).toMatchObject({
    startSeconds: 4,
    endSeconds: 8,
  });
});

test.each([
  ["true", true],
  ["1", true],
  [true, true],
  ["false", false],
  ["0", false],
  [false, false],
])("enabled=%j alone switches the loop", (enabled, expected) => {
  expect(taken(loopOrder("x", { enabled }, present)).command).toStrictEqual({
    type: "loopEnable",
    enabled: expected,
  });
});

test.each([
  [{}, "got none of them"],
  [{ start: "3", end: "1" }, "got 3 s to 1 s"],
  [{ start: "1", end: "1" }, "got 1 s to 1 s"],
  [{ start: "1", end: "1.01" }, "at least 0.05 s"],
  [{ start: "9" }, "got 9 s to 6 s"],
  [{ start: "-1", end: "1" }, "start: expected 0 to 1000000 seconds, got -1"],
  [{ start: "0", end: "x" }, 'end: expected a number, 0 to 1000000 seconds, got "x"'],
  [{ start: "0", end: "1", enabled: "maybe" }, 'enabled: expected true or false, got "maybe"'],
  [{ enabled: "" }, 'got ""'],
  [{ enabled: null }, "got null"],
  [{ strat: "0", end: "1" }, "Did you mean start?"],
  [{ start: "0", end: "1", colour: "red" }, 'got "colour"'],
  [{ start: "0", end_beat: "4" }, "in seconds or in beats, got both"],
  [{ start_beat: "4", end_beat: "4" }, "at least 0.015625 beats"],
  [{ start_beat: "-1", end_beat: "4" }, "start_beat: expected 0 to 1000000 beats"],
  [{ start_beats: "4" }, "Did you mean start_beat?"],
])("the loop %j is refused", (values, came) => {
  expect(sentence(loopOrder("POST /transport/loop", values, present))).toContain(came);
});

test("a loop without a length cannot be switched on, only off", () => {
  const none = { ...present, loopStartSeconds: 0, loopEndSeconds: 0 };
  expect(sentence(loopOrder("x", { enabled: "true" }, none))).toContain("a loop to switch on, got none");
  expect(taken(loopOrder("x", { enabled: "false" }, none)).command).toStrictEqual({
    type: "loopEnable",
    enabled: false,
  });
});

test("a value that is too long to read back is cut", () => {
  expect(sentence(seekOrder("x", "seconds", "9".repeat(400).concat("!"))).length).toBeLessThan(200);
});
