// SPDX-License-Identifier: GPL-3.0-or-later
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EngineClient, type EngineNotice, socketPath } from "../../../engine/binding/engine-client.ts";
import type { Plan } from "../../../engine/binding/plan/plan.ts";
import { until } from "../../support/control-bench.ts";
import { type EngineRequest, HELLO, ScriptedEngine } from "../../support/scripted-engine.ts";

let engine: ScriptedEngine;
let client: EngineClient | null;

beforeEach(async () => {
  engine = await ScriptedEngine.start();
  client = null;
});

afterEach(async () => {
  client?.close();
  vi.useRealTimers();
  await engine[Symbol.asyncDispose]();
});

async function connected(): Promise<EngineClient> {
  client = await EngineClient.connect(engine.stateFolder, "observer", "a test");
  return client;
}

/** Answers nothing but hello, so that a test answers when and how it likes. */
function answersLater(): void {
  engine.answer = ({ type }) => (type === "hello" ? HELLO : null);
}

async function asked(count: number): Promise<readonly EngineRequest[]> {
  await until(() => engine.requests.length > count);
  return engine.requests.slice(1);
}

describe("connecting", () => {
  test("says hello with role, name and process, and keeps the answer", async () => {
    const { hello, memory } = await connected();
    expect(engine.requests).toEqual([
      { v: 1, id: 1, type: "hello", role: "observer", name: "a test", pid: process.pid },
    ]);
    expect(hello).toMatchObject(HELLO);
    expect(memory).toBeNull();
  });

  test("without an engine is ENGINE_AWAY, with the place and what to start", async () => {
    rmSync(path.join(engine.stateFolder, "engine.sock"));
    await expect(connected()).rejects.toMatchObject({
      code: "ENGINE_AWAY",
      message: expect.stringMatching(/engine\.sock: no engine answers .*downbeat run/),
    });
  });

  test("beside another controller gives the engine's refusal", async () => {
    engine.answer = () => "CONTROLLER_PRESENT";
    await expect(EngineClient.connect(engine.stateFolder, "controller", "a test")).rejects.toMatchObject({
      code: "CONTROLLER_PRESENT",
      message: "session.racks[0]: the engine's own sentence",
    });
    await until(() => engine.socket?.destroyed ?? false);
    expect(engine.socket?.destroyed).toBe(true);
  });

  test("to something that closes at once is ENGINE_AWAY", async () => {
    engine.answer = () => {
      engine.socket?.destroy();
      return null;
    };
    await expect(connected()).rejects.toMatchObject({ code: "ENGINE_AWAY" });
  });

  test("a path that was too long for the system is found through engine.path", () => {
    expect(socketPath("/var/lib/downbeat")).toBe("/var/lib/downbeat/engine.sock");
    writeFileSync(path.join(engine.stateFolder, "engine.path"), "/tmp/elsewhere.sock\n");
    expect(socketPath(engine.stateFolder)).toBe("/tmp/elsewhere.sock");
  });
});

describe("requests", () => {
  test("each gets its own answer, in whatever order they come", async () => {
    const { request } = { request: (await connected()).request.bind(client) };
    answersLater();
    const answers = [request("one"), request("two", { extra: [1] }), request("three")];
    const requests = await asked(3);
    expect(requests.map(({ type, extra }) => [type, extra])).toEqual([
      ["one", undefined],
      ["two", [1]],
      ["three", undefined],
    ]);
    for (const one of [...requests].reverse()) engine.reply(one, { said: one.type });
    expect((await Promise.all(answers)).map(({ said }) => said)).toEqual(["one", "two", "three"]);
  });

  test("a refusal is an error with the engine's code, place and sentence", async () => {
    const one = await connected();
    engine.answer = () => "PLAN_INVALID";
    await expect(one.sendPlan({} as Plan)).rejects.toMatchObject({
      name: "AppError",
      code: "PLAN_INVALID",
      message: "session.racks[0]: the engine's own sentence",
    });
  });

  test("a code that this version does not know is still an error with the sentence", async () => {
    const one = await connected();
    engine.answer = () => "MOON_TOO_FULL";
    await expect(one.request("status")).rejects.toMatchObject({
      code: "NATIVE_FAILED",
      message: expect.stringContaining("the engine's own sentence"),
    });
  });

  test("an engine that does not answer in 10 s is ENGINE_TIMEOUT, and its late answer harms nobody", async () => {
    const one = await connected();
    answersLater();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const answer = expect(one.request("status")).rejects.toMatchObject({ code: "ENGINE_TIMEOUT" });
    await vi.advanceTimersByTimeAsync(10_001);
    await answer;
    vi.useRealTimers();
    const [request] = await asked(1);
    if (request !== undefined) engine.reply(request, { late: true });
    engine.answer = () => ({ fresh: true });
    expect(await one.request("status")).toMatchObject({ fresh: true });
  });

  test("an engine that goes away rejects what waits, tells it once, and takes nothing more", async () => {
    const one = await connected();
    let closed = 0;
    one.events.on("closed", () => {
      closed += 1;
    });
    answersLater();
    const waiting = [one.request("status"), one.request("devices")];
    await asked(2);
    engine.socket?.destroy();
    for (const answer of waiting) await expect(answer).rejects.toMatchObject({ code: "ENGINE_AWAY" });
    expect(one.isClosed).toBe(true);
    one.close();
    expect(closed).toBe(1);
    await expect(one.request("status")).rejects.toMatchObject({ code: "ENGINE_AWAY" });
  });

  test.each<[string, Buffer]>([
    ["text that is no JSON", Buffer.from([3, 0, 0, 0, 0x6e, 0x6f, 0x21])],
    ["a message of 4 GB", Buffer.from([255, 255, 255, 255])],
  ])("%s is not an engine: the connection is given up", async (_what, bytes) => {
    const one = await connected();
    answersLater();
    const answer = one.request("status");
    await asked(1);
    engine.socket?.write(bytes);
    await expect(answer).rejects.toMatchObject({ code: "ENGINE_AWAY" });
  });
});

describe("plans", () => {
  test("go out with when, and come back with what changed", async () => {
    const one = await connected();
    engine.answer = () => ({ planHash: "ff", changed: ["audio"], nodes: { "drums:kick": 0 } });
    const plan = { version: 1 } as unknown as Plan;
    expect(await one.sendPlan(plan, "bar")).toMatchObject({ changed: ["audio"], nodes: { "drums:kick": 0 } });
    expect(engine.requests.at(-1)).toMatchObject({ type: "plan", plan: { version: 1 }, at: "bar" });
  });

  test("are not sent to an engine that reads another version", async () => {
    engine.answer = () => ({ ...HELLO, planVersion: 99 });
    const one = await connected();
    await expect(one.sendPlan({} as Plan)).rejects.toMatchObject({
      code: "ENGINE_VERSION",
      message: expect.stringMatching(/version 99.*what plays goes on/),
    });
    expect(engine.requests).toHaveLength(1);
  });
});

test("a command says whether the engine took it", async () => {
  const one = await connected();
  engine.answer = () => ({ accepted: false });
  expect(await one.sendCommand({ kind: "tempo", value: 99 })).toBe(false);
  expect(engine.requests.at(-1)).toMatchObject({ type: "command", command: { kind: "tempo", value: 99 } });
});

test("what the engine says by itself is told, also what this version does not know", async () => {
  const one = await connected();
  const notices: EngineNotice[] = [];
  one.events.on("notice", (notice) => notices.push(notice));
  engine.send({ v: 1, event: "audioLost", message: "unplugged", retryMs: 500 });
  engine.send({ v: 2, event: "moonRose" });
  await until(() => notices.length === 2);
  expect(notices.map(({ event, retryMs }) => [event, retryMs])).toEqual([
    ["audioLost", 500],
    ["moonRose", undefined],
  ]);
});
