// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EngineFace } from "../../../engine/app/engine-face.ts";
import type { TransportCommand } from "../../../engine/control/transport-face.ts";
import { engineState } from "../../support/engine-state.ts";
import { ScriptedMemory } from "../../support/scripted-memory.ts";

let memory: ScriptedMemory | null;
let face: EngineFace;

beforeEach(() => {
  vi.useFakeTimers();
  memory = new ScriptedMemory();
  face = new EngineFace(() => memory?.asMemory ?? null);
  face.start();
});

afterEach(() => {
  face.stop();
  vi.useRealTimers();
});

describe("status", () => {
  test("is the newest state", () => {
    memory?.beat({ songBeat: 17.5, tempoBpm: 133 });
    expect(face.status()).toMatchObject({ engine: "running", songBeat: 17.5, tempoBpm: 133 });
  });

  test("without an engine yet is stopped at the beginning", () => {
    memory = null;
    expect(face.status()).toMatchObject({
      engine: "away",
      status: "stopped",
      songBeat: 0,
      frame: 0,
      planHash: "",
    });
  });

  test("while the engine is away stays the last one", () => {
    memory?.beat({ songBeat: 42 });
    face.status();
    memory = null;
    expect(face.status()).toMatchObject({ engine: "away", songBeat: 42 });
  });

  test("before the first block is stopped, with the engine running", () => {
    if (memory !== null) memory.state = null;
    expect(face.status()).toMatchObject({ engine: "running", status: "stopped" });
  });
});

describe("commands", () => {
  test.each<[TransportCommand, object]>([
    [{ type: "play" }, { kind: "play" }],
    [{ type: "stop" }, { kind: "stop" }],
    [{ type: "pause" }, { kind: "pause" }],
    [{ type: "resume" }, { kind: "resume" }],
    [{ type: "rewind" }, { kind: "rewind" }],
    [
      { type: "seek", seconds: 12.5 },
      { kind: "seekSeconds", value: 12.5 },
    ],
    [
      { type: "seekBeats", beats: 16 },
      { kind: "seekBeats", value: 16 },
    ],
    [
      { type: "loopBeats", startBeat: 4, endBeat: 8, enabled: true },
      { kind: "loopBeats", value: 4, value2: 8, flag: true },
    ],
    [
      { type: "stop", quantum: 4 },
      { kind: "stop", when: "nextCycle", at: 4 },
    ],
    [
      { type: "seekBeats", beats: 16, quantum: 0.5 },
      { kind: "seekBeats", value: 16, when: "nextCycle", at: 0.5 },
    ],
    [
      { type: "tempo", bpm: 124 },
      { kind: "tempo", value: 124 },
    ],
    [
      { type: "loop", startSeconds: 1, endSeconds: 2, enabled: true },
      { kind: "loop", value: 1, value2: 2, flag: true },
    ],
    [
      { type: "loopEnable", enabled: false },
      { kind: "loopEnable", flag: false },
    ],
  ])("%j reaches the engine with who asked and a number of its own", (command, sent) => {
    expect(face.command(command, "websocket")).toEqual({ type: "accepted", serial: 1 });
    expect(memory?.commands).toEqual([{ ...sent, source: "websocket", serial: 1 }]);
    expect(face.command(command, "http")).toEqual({ type: "accepted", serial: 2 });
  });

  test("a full queue and an engine that is away are told", () => {
    if (memory !== null) memory.hasRoom = false;
    expect(face.command({ type: "play" }, "http")).toEqual({ type: "queueFull" });
    memory = null;
    expect(face.command({ type: "play" }, "http")).toEqual({ type: "engineAway" });
  });
});

describe("settled", () => {
  const done = { type: "done" };
  const unknown = { type: "unknown" };

  test("is done as soon as the engine says so", async () => {
    const settled = face.settled(7, 150);
    await vi.advanceTimersByTimeAsync(30);
    memory?.happen({ kind: "commandDone", serial: 7 });
    await vi.advanceTimersByTimeAsync(10);
    expect(await settled).toEqual(done);
  });

  test("tells the beat that a command waits for, until it is done", async () => {
    const settled = face.settled(7, 150);
    memory?.happen({ kind: "commandWaits", serial: 7, value: 32 });
    await vi.advanceTimersByTimeAsync(10);
    expect(await settled).toEqual({ type: "waits", atBeat: 32 });
    expect(await face.settled(7, 150)).toEqual({ type: "waits", atBeat: 32 });
    memory?.happen({ kind: "commandDone", serial: 7 });
    expect(await face.settled(7, 150)).toEqual(done);
  });

  test("a command that waited for less than a look is done", async () => {
    const settled = face.settled(7, 150);
    memory?.happen({ kind: "commandWaits", serial: 7, value: 32 });
    memory?.happen({ kind: "commandDone", serial: 7 });
    await vi.advanceTimersByTimeAsync(10);
    expect(await settled).toEqual(done);
  });

  test("is done at once when it was done before anybody asked", async () => {
    memory?.happen({ kind: "commandDone", serial: 7 });
    expect(await face.settled(7, 150)).toEqual(done);
    expect(await face.settled(7, 150)).toEqual(done);
  });

  test("is unknown when time runs out, and other commands do not count", async () => {
    const settled = face.settled(7, 150);
    memory?.happen({ kind: "commandDone", serial: 8 });
    await vi.advanceTimersByTimeAsync(151);
    expect(await settled).toEqual(unknown);
  });

  test("is unknown when the face stops", async () => {
    const settled = face.settled(7, 10_000);
    face.stop();
    expect(await settled).toEqual(unknown);
  });

  test("a long life does not fill the memory", async () => {
    for (let serial = 1; serial <= 10_000; serial += 1) memory?.happen({ kind: "commandDone", serial });
    await vi.advanceTimersByTimeAsync(10);
    expect(await face.settled(10_000, 150)).toEqual(done);
    const forgotten = face.settled(1, 150);
    await vi.advanceTimersByTimeAsync(151);
    expect(await forgotten).toEqual(unknown);
  });
});

describe("the heart", () => {
  test("beats while the count of blocks moves", async () => {
    for (let i = 0; i < 10; i += 1) {
      memory?.beat();
      await vi.advanceTimersByTimeAsync(500);
      expect(face.isBeating).toBe(true);
    }
  });

  test("stops 1.5 s after the last block, and begins again with the next", async () => {
    memory?.beat();
    await vi.advanceTimersByTimeAsync(1400);
    expect(face.isBeating).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(face.isBeating).toBe(false);
    memory?.beat();
    await vi.advanceTimersByTimeAsync(10);
    expect(face.isBeating).toBe(true);
  });

  test("does not beat without an engine", async () => {
    memory?.beat();
    await vi.advanceTimersByTimeAsync(10);
    memory = null;
    expect(face.isBeating).toBe(false);
  });
});

test("what happened is told once, in order", async () => {
  const told: string[] = [];
  face.events.on("happened", ({ kind }) => told.push(kind));
  memory?.happen({ kind: "started" });
  memory?.happen({ kind: "bar" });
  await vi.advanceTimersByTimeAsync(50);
  expect(told).toEqual(["started", "bar"]);
});

test("the state of an engine that was started again counts from its own zero", async () => {
  memory?.beat({ frame: 1_000_000 });
  await vi.advanceTimersByTimeAsync(10);
  memory = new ScriptedMemory();
  memory.state = engineState({ frame: 128, blocks: 1 });
  await vi.advanceTimersByTimeAsync(10);
  expect(face.status().frame).toBe(128);
  expect(face.isBeating).toBe(true);
});
