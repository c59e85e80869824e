// SPDX-License-Identifier: GPL-3.0-or-later
// The served fields: names, types, meaning. Other people's programs read them.

import { expect, test } from "vitest";
import { CLOCK_FIELDS, STATUS_FIELDS } from "../../../engine/control/http/api-schemas.ts";
import { clockJson, statusJson } from "../../../engine/control/status-json.ts";
import type { TransportStatus } from "../../../engine/control/transport-face.ts";

const STATUS: TransportStatus = {
  engine: "running",
  status: "playing",
  waitingForQuantum: false,
  frame: 480_128,
  hostMicros: 123_456_789,
  lineBeat: 18.25,
  songBeat: 13.5,
  songSeconds: 6.75,
  tempoBpm: 120,
  quantum: 4,
  loopStartSeconds: 2,
  loopEndSeconds: 10,
  loopEnabled: true,
  sampleRate: 48_000,
  blockFrames: 128,
  peers: 2,
  planHash: "00ff00ff00ff00ff",
  xruns: 1,
  loadRatio: 0.2,
  clockIn: "locked",
  clockInBpm: 119.98,
  clockInJitterMicros: 812,
  clockInTicks: 4800,
};

test("the status has exactly these fields and values", () => {
  expect(statusJson(STATUS, 1_700_000_000_123)).toStrictEqual({
    playing: true,
    sample_pos: 324_000,
    time_seconds: 6.75,
    time_formatted: "00:06.750",
    frame_count: 480_128,
    status: "playing",
    bpm: 120,
    beat_pos: 13.5,
    timestamp_ms: 1_700_000_000_123,
    loop_enabled: true,
    loop_start_seconds: 2,
    loop_end_seconds: 10,
    waiting_for_quantum: false,
    engine: "running",
    bar: 4,
    beat_in_bar: 2,
    loop_start_beat: 4,
    loop_end_beat: 20,
    clock_in: "locked",
    clock_in_bpm: 119.98,
  });
});

test("the clock has the status and Link's beat, phase, quantum and peers", () => {
  expect(clockJson(STATUS, 5, 77)).toStrictEqual({
    ...statusJson(STATUS, 5),
    link_us: 123_456_789,
    beat: 18.25,
    phase: 2.25,
    quantum: 4,
    peers: 2,
    seq: 77,
  });
});

test("the loop in beats is what the engine keeps, whatever its seconds round to", () => {
  for (const tempoBpm of [59.94, 133.7, 300.7, 999]) {
    const seconds = (beats: number) => beats / (tempoBpm / 60);
    const json = statusJson(
      { ...STATUS, tempoBpm, loopStartSeconds: seconds(7), loopEndSeconds: seconds(4711.25) },
      0,
    );
    expect([json.loop_start_beat, json.loop_end_beat]).toStrictEqual([7, 4711.25]);
  }
});

test("only the status playing is playing", () => {
  expect(statusJson({ ...STATUS, status: "paused" }, 0).playing).toBe(false);
  expect(statusJson({ ...STATUS, status: "stopped" }, 0).playing).toBe(false);
});

test("sample_pos is the song position in whole frames", () => {
  const at = (songSeconds: number, sampleRate: number) =>
    statusJson({ ...STATUS, songSeconds, sampleRate }, 0).sample_pos;
  expect(at(1 / 3, 44_100)).toBe(14_700);
  expect(at(0.00001, 48_000)).toBe(0);
  expect(at(1_000_000, 192_000)).toBe(192_000_000_000);
});

test("the phase before beat 0 is in the cycle too", () => {
  expect(clockJson({ ...STATUS, lineBeat: -0.5 }, 0, 0).phase).toBe(3.5);
});

test("every served field is described, and no other", () => {
  expect(Object.keys(statusJson(STATUS, 0))).toStrictEqual(Object.keys(STATUS_FIELDS));
  expect(Object.keys(clockJson(STATUS, 0, 0))).toStrictEqual(Object.keys(CLOCK_FIELDS));
});
