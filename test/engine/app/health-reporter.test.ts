// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EngineFace } from "../../../engine/app/engine-face.ts";
import { HealthReporter } from "../../../engine/app/health-reporter.ts";
import { SILENT_LOGGER } from "../../../engine/base/logger.ts";
import type { MidiPortStatus } from "../../../engine/binding/engine-status.ts";
import { engineStatus, midiPort } from "../../support/engine-state.ts";
import { ScriptedMemory } from "../../support/scripted-memory.ts";

/** How late Node's own loop was, in nanoseconds, as the histogram tells it. */
const loop = vi.hoisted(() => ({ max: 0, resets: 0 }));
vi.mock("node:perf_hooks", () => ({
  monitorEventLoopDelay: () => ({
    enable: () => true,
    disable: () => true,
    reset: () => {
      loop.max = 0;
      loop.resets += 1;
    },
    get max() {
      return loop.max;
    },
  }),
}));

let memory: ScriptedMemory | null;
let face: EngineFace;
let health: HealthReporter;

beforeEach(async () => {
  vi.useFakeTimers();
  loop.max = 0;
  memory = new ScriptedMemory();
  face = new EngineFace(() => memory?.asMemory ?? null);
  health = new HealthReporter({ face, log: SILENT_LOGGER });
  face.start();
  health.start();
  memory.beat();
  await vi.advanceTimersByTimeAsync(10);
});

afterEach(() => {
  health.stop();
  face.stop();
  vi.useRealTimers();
});

test("a box whose engine beats and whose Node is on time is well", () => {
  health.takeStatus(engineStatus());
  expect(health.isWell).toBe(true);
  expect(health.health()).toMatchObject({ engineBeats: true, nodeFine: true, problems: [] });
});

test("a heart that stands still is a problem", async () => {
  await vi.advanceTimersByTimeAsync(2000);
  expect(health.isWell).toBe(false);
  expect(health.health().engineBeats).toBe(false);
  expect(health.health().problems).toEqual([expect.stringMatching(/engine does not play.*downbeat doctor/)]);
});

test("an engine that is away is a problem", () => {
  memory = null;
  expect(health.isWell).toBe(false);
  expect(health.health().problems).toHaveLength(1);
});

test("Node that was busy for more than 2 s is a problem, until it is forgotten", async () => {
  loop.max = 2.5e9;
  expect(health.isWell).toBe(false);
  expect(health.health()).toMatchObject({ nodeFine: false, facts: { loop_late_ms: 2500 } });
  expect(health.health().problems).toEqual([expect.stringMatching(/busy for 2500 ms/)]);
  for (let second = 0; second < 11; second += 1) {
    memory?.beat();
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(health.isWell).toBe(true);
});

test("a missing sound card and lost MIDI ports are told in the engine's own words", () => {
  health.takeStatus(
    engineStatus({
      audio: { isFallback: true, sentence: "no sound device plays: it was unplugged" },
      midi: {
        ports: [
          midiPort({ id: "volca", state: "open", sentence: "volca MIDI 1" }),
          midiPort({ id: "nts1", state: "retrying", sentence: "nobody is called NTS-1" }),
        ],
      },
    }),
  );
  // The transport still runs in time: that is no reason to be restarted.
  expect(health.isWell).toBe(true);
  expect(health.health().problems).toEqual([
    "no sound device plays: it was unplugged",
    "MIDI nts1: nobody is called NTS-1",
  ]);
});

test("facts are there before the first status, and are numbers after it", () => {
  expect(health.health().facts).toMatchObject({ engine_pid: null, audio: null });
  health.takeStatus(engineStatus());
  memory?.beat({ xruns: 3, peers: 2 });
  expect(health.health().facts).toMatchObject({
    engine_pid: 4711,
    engine_version: "0.1.0",
    audio: "USB Audio CODEC",
    xruns: 3,
    peers: 2,
    plan: "0123456789abcdef",
  });
});

test("the ports of an older engine, which counts less, are left out of the metrics", () => {
  expect(health.midiPorts).toEqual([]);
  const { wire, ...older } = midiPort({ id: "old" });
  expect(wire.waiting).toBe(0);
  const ports = [midiPort({ id: "new" }), older as MidiPortStatus];
  health.takeStatus(engineStatus({ midi: { ports } }));
  expect(health.midiPorts.map(({ id }) => id)).toEqual(["new"]);
});
