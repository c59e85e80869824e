// SPDX-License-Identifier: GPL-3.0-or-later
// Two synths on two MIDI cables: one gets more controllers than its cable carries, the other the same clock
// at twice the tempo. What the box says of both, on the command line and over HTTP.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ClockReport, MidiPortStatus } from "../../engine/binding/engine-status.ts";
import { writeFloodSession } from "../bench/support/clock-flood.ts";
import { downbeat } from "../support/downbeat-command.ts";
import { messagesOf, START, TICKS_PER_BEAT, ticksOf } from "../support/midi-wire.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { eventually, RunningBox } from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** 31250 baud. */
const CABLE_BYTES_PER_SECOND = 3125;
const SONG_MS = 5000;

let folder: string;
let box: RunningBox;
let flooded: PtyRecorder;
let doubled: PtyRecorder;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-wire-"));
  flooded = await PtyRecorder.start();
  doubled = await PtyRecorder.start();
  const session = path.join(folder, "flood.json");
  writeFloodSession(session, "flooded");
  box = await RunningBox.start({
    settings: {
      session,
      "transport.tempo": 120,
      "transport.autoplay": false,
      "midi.virtualPort": null,
      "midi.ports": [
        { id: "flooded", kind: "serial", name: flooded.path, runningStatus: true },
        { id: "doubled", kind: "serial", name: doubled.path, tempoMultiple: 2, atStop: "stopClock" },
      ],
    },
  });
  await eventually("the clock runs", () => flooded.bytes.length > TICKS_PER_BEAT);
  await downbeat(["status", "--clock", "--reset", "--state", box.stateFolder]);
  await box.post("/transport/play");
  // By the song's own time: the order to play takes a while, too.
  await eventually("the song is over", async () => (await box.transport()).songSeconds > SONG_MS / 1000);
  await box.post("/transport/stop");
  await sleep(500);
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await flooded?.stop();
  await doubled?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function clock(): Promise<{ clock: ClockReport; ports: MidiPortStatus[] }> {
  const { exitCode, stdout } = await downbeat(["status", "--clock", "--json", "--state", box.stateFolder]);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as { clock: ClockReport; ports: MidiPortStatus[] };
}

test("a flood of controllers costs the clock no tick, and the cable gets no more than it carries", async () => {
  const messages = messagesOf(flooded.bytes);
  const start = messages.findIndex(({ status }) => status === START);
  const ticks = ticksOf(messages.slice(start));
  const seconds = ((ticks.at(-1) ?? 0) - (ticks[0] ?? 0)) / 1e6;
  expect(ticks.length).toBeGreaterThan((SONG_MS / 1000) * 2 * TICKS_PER_BEAT);
  expect(Math.abs(ticks.length - 1 - seconds * 2 * TICKS_PER_BEAT)).toBeLessThan(2);
  const controllers = messages.filter(({ status }) => (status & 0xf0) === 0xb0);
  // Three bytes each, two with running status.
  expect(controllers.length).toBeGreaterThan(500);
  expect(flooded.bytes.length / seconds).toBeLessThan(CABLE_BYTES_PER_SECOND * 1.2);
  const port = (await clock()).ports.find(({ id }) => id === "flooded");
  expect(port?.wire.coalesced).toBeGreaterThan(10_000);
  expect(port?.wire.waiting).toBe(0);
  expect(Object.values(port?.wire.dropped ?? {})).toEqual([0, 0, 0, 0, 0, 0]);
});

test("a synth at twice the tempo gets twice the ticks, and none while the song is stopped", () => {
  const song = messagesOf(flooded.bytes);
  const ticks = ticksOf(song.slice(song.findIndex(({ status }) => status === START)));
  const twice = messagesOf(doubled.bytes);
  expect(twice[0]?.status).toBe(START);
  // The other clock runs on after the stop, for half a second and what the test took since.
  expect(ticksOf(twice).length).toBeGreaterThan((SONG_MS / 1000) * 4 * TICKS_PER_BEAT);
  expect(ticksOf(twice).length).toBeLessThan(2 * ticks.length);
});

test("every port has its own lateness, and all ticks are in the sum", async () => {
  const { clock: report, ports } = await clock();
  expect(report.ports.map(({ id }) => id)).toEqual(["flooded", "doubled"]);
  for (const port of [report.all, ...report.ports]) {
    const seen = port.bins.reduce((sum, [, ticks]) => sum + ticks, port.beyond);
    expect(seen).toBe(port.count);
    expect(port.p50Micros).toBeLessThanOrEqual(port.p99Micros);
    expect(port.p99Micros).toBeLessThanOrEqual(port.maxMicros);
  }
  expect(report.ports.reduce((sum, { count }) => sum + count, 0)).toBeCloseTo(report.all.count, -1);
  expect(ports[1]?.clock.count).toBeGreaterThan((SONG_MS / 1000) * 4 * TICKS_PER_BEAT);
});

test("people get a table, plots get every bin", async () => {
  const state = ["--state", box.stateFolder];
  const { stdout } = await downbeat(["status", "--clock", ...state]);
  expect(stdout).toMatch(/^port +ticks +p50 +p99 +p99\.9 +max$/m);
  expect(stdout).toMatch(/^flooded +open( +\d+){5}$/m);
  expect(stdout).toMatch(/^doubled( +\d+){9}$/m);
  const file = path.join(folder, "clock.csv");
  expect((await downbeat(["status", "--clock", "--csv", file, ...state])).exitCode).toBe(0);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  expect(lines[0]).toBe("port,late_us,ticks");
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines.slice(1)) expect(line).toMatch(/^(all|flooded|doubled),(\d+|10000\+),\d+$/);
  const printed = await downbeat(["status", ...state, "--clock", "--csv"]);
  expect(printed.stdout).toMatch(/^port,late_us,ticks\nall,/);
});

test("--reset counts from 0 again", async () => {
  const before = (await clock()).clock.all.count;
  await downbeat(["status", "--clock", "--reset", "--state", box.stateFolder]);
  expect((await clock()).clock.all.count).toBeLessThan(before);
});

test("what goes with --clock only is wrong use without it", async () => {
  for (const option of ["--csv", "--reset"]) {
    const { exitCode, stderr } = await downbeat(["status", option, "--state", box.stateFolder]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--clock");
  }
});

test("the metrics over HTTP have the ports", async () => {
  const metrics = (await (await fetch(`${box.url}/transport/metrics`)).json()) as {
    midi_ports: Record<string, unknown>[];
  };
  expect(metrics.midi_ports).toMatchObject([
    { id: "flooded", state: "open", dropped: { note_on: 0 } },
    { id: "doubled", state: "open", replaced: 0 },
  ]);
  expect(Number(metrics.midi_ports[0]?.replaced)).toBeGreaterThan(10_000);
  expect(Number(metrics.midi_ports[1]?.ticks_sent)).toBeGreaterThan(0);
});
