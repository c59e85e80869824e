// SPDX-License-Identifier: GPL-3.0-or-later
// Every route of the transport, through a real socket: fields, types, and what each command does.

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CLOCK_FIELDS, METRICS_FIELDS, STATUS_FIELDS } from "../../../../engine/control/http/api-schemas.ts";
import {
  type ControlBench,
  SocketClient,
  startControlBench,
  until,
  WELL,
} from "../../../support/control-bench.ts";

/** The face that must not move: written out here, not taken from the source. */
const STATUS_FACE = {
  playing: "boolean",
  sample_pos: "number",
  time_seconds: "number",
  time_formatted: "string",
  frame_count: "number",
  status: "string",
  bpm: "number",
  beat_pos: "number",
  timestamp_ms: "number",
  loop_enabled: "boolean",
  loop_start_seconds: "number",
  loop_end_seconds: "number",
};
const CLOCK_FACE = {
  ...STATUS_FACE,
  link_us: "number",
  beat: "number",
  phase: "number",
  quantum: "number",
  peers: "number",
  seq: "number",
};
const METRICS_FACE = {
  sample_rate: "number",
  block_size: "number",
  bpm: "number",
  connected_clients: "number",
  updates_sent: "number",
  actual_fps: "number",
  target_hz: "number",
};

type Json = Readonly<Record<string, unknown>>;

let bench: ControlBench;
beforeAll(async () => {
  bench = await startControlBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});
beforeEach(async () => {
  bench.transport.comeBack();
  bench.transport.isQueueFull = false;
  bench.transport.landMs = 3;
  bench.health = WELL;
  await post("/transport/stop");
  await post("/transport/rewind");
  bench.transport.commands.length = 0;
});

async function get(path: string): Promise<{ readonly status: number; readonly body: Json }> {
  const response = await fetch(bench.url + path);
  return { status: response.status, body: (await response.json()) as Json };
}

async function post(path: string) {
  const response = await fetch(bench.url + path, { method: "POST" });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

function expectFace(body: Json, face: Readonly<Record<string, string>>): void {
  for (const [name, type] of Object.entries(face)) expect(typeof body[name], name).toBe(type);
}

test("the status has the fields that other programs read", async () => {
  const { status, body } = await get("/transport/status");
  expect(status).toBe(200);
  expectFace(body, STATUS_FACE);
  expect(body.time_formatted).toBe("00:00.000");
  expect(Math.abs(Number(body.timestamp_ms) - Date.now())).toBeLessThan(5000);
  expect(body.engine).toBe("running");
});

test("the metrics have the fields that other programs read", async () => {
  const { status, body } = await get("/transport/metrics");
  expect(status).toBe(200);
  expectFace(body, METRICS_FACE);
  expect(Object.keys(body)).toStrictEqual(Object.keys(METRICS_FIELDS));
  expect(body).toMatchObject({ sample_rate: 48_000, block_size: 128, bpm: 120, target_hz: 30 });
});

test("each command is answered with the state after it", async () => {
  expect((await post("/transport/seek?seconds=2")).body).toMatchObject({
    status: "stopped",
    time_seconds: 2,
    time_formatted: "00:02.000",
    sample_pos: 96_000,
    beat_pos: 4,
  });
  expect((await post("/transport/play")).body).toMatchObject({ status: "playing", playing: true });
  const paused = await post("/transport/pause");
  expect(paused.body).toMatchObject({ status: "paused", playing: false });
  expect(paused.body.time_seconds).toBeGreaterThan(2);
  expect((await get("/transport/status")).body.time_seconds).toBe(paused.body.time_seconds);
  expect((await post("/transport/resume")).body).toMatchObject({ status: "playing" });
  expect((await post("/transport/tempo?bpm=90.5")).body).toMatchObject({ bpm: 90.5 });
  expect((await post("/transport/loop?start=1&end=3&enabled=true")).body).toMatchObject({
    loop_enabled: true,
    loop_start_seconds: 1,
    loop_end_seconds: 3,
  });
  expect((await post("/transport/loop/disable")).body.loop_enabled).toBe(false);
  expect((await post("/transport/loop/enable")).body.loop_enabled).toBe(true);
  expect((await post("/transport/loop?enabled=false")).body).toMatchObject({
    loop_enabled: false,
    loop_end_seconds: 3,
  });
  expect((await post("/transport/stop")).body).toMatchObject({ status: "stopped" });
  expect((await post("/transport/rewind")).body).toMatchObject({ time_seconds: 0 });
  expect((await post("/transport/tempo?bpm=120")).body.bpm).toBe(120);
  expect(new Set(bench.transport.commands.map(({ source }) => source))).toStrictEqual(new Set(["http"]));
});

test("every answer to a command has the fields of the status", async () => {
  for (const path of ["play", "pause", "resume", "stop", "rewind", "seek?seconds=1", "tempo?bpm=120"]) {
    const { status, body } = await post(`/transport/${path}`);
    expect(status).toBe(200);
    expectFace(body, STATUS_FACE);
    expect(Object.keys(body)).toStrictEqual(Object.keys(STATUS_FIELDS));
  }
});

test("a seek goes to seconds, beats or a bar, and a loop may be in beats", async () => {
  expect((await post("/transport/seek?beats=6")).body).toMatchObject({
    beat_pos: 6,
    time_seconds: 3,
    bar: 2,
    beat_in_bar: 3,
  });
  expect((await post("/transport/seek?bar=5")).body).toMatchObject({ beat_pos: 16, bar: 5, beat_in_bar: 1 });
  expect((await post("/transport/loop?start_beat=4&end_beat=12")).body).toMatchObject({
    loop_enabled: true,
    loop_start_beat: 4,
    loop_end_beat: 12,
    loop_start_seconds: 2,
    loop_end_seconds: 6,
  });
  await post("/transport/loop/disable");
});

test.each([
  "play",
  "stop",
  "pause",
  "resume",
  "rewind",
  "seek?beats=4",
  "seek?bar=2",
  "seek?seconds=1",
  "tempo?bpm=120",
  "loop?start=0&end=1",
  "loop/enable",
  "loop/disable",
])("%s waits for a quantum when it is asked to, and the answer says until when", async (path) => {
  await post("/transport/loop?start=1&end=3");
  bench.transport.commands.length = 0;
  const asked = bench.transport.status().lineBeat;
  const { status, body } = await post(`/transport/${path}${path.includes("?") ? "&" : "?"}quantum=0.5`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ pending: true, waiting_for_quantum: true });
  expect(Number(body.at_beat) % 0.5).toBe(0);
  expect(Number(body.at_beat)).toBeGreaterThanOrEqual(asked);
  expect(Number(body.at_beat)).toBeLessThan(asked + 1.5);
  expect(body.message).toContain(`at beat ${body.at_beat} of the Link timeline`);
  expect(bench.transport.commands.map(({ command }) => command.quantum)).toStrictEqual([0.5]);
  expect(await until(() => !bench.transport.status().waitingForQuantum)).toBe(true);
});

test("quantum=0 is at once", async () => {
  const { body } = await post("/transport/play?quantum=0");
  expect(body).toMatchObject({ status: "playing" });
  expect(body).not.toHaveProperty("pending");
  expect(body).not.toHaveProperty("at_beat");
});

test("a tempo out of Link's range is clamped, and the answer says so", async () => {
  const fast = await post("/transport/tempo?bpm=1200");
  expect(fast.status).toBe(200);
  expect(fast.body).toMatchObject({ bpm: 999, clamped: true });
  expect(fast.body.message).toContain("got 1200");
  expect((await post("/transport/tempo?bpm=1")).body).toMatchObject({ bpm: 20, clamped: true });
  expect((await post("/transport/tempo?bpm=120")).body).not.toHaveProperty("clamped");
});

test("a command that takes long is answered as pending within a moment", async () => {
  bench.transport.landMs = 2000;
  const startMs = performance.now();
  const { status, body } = await post("/transport/play");
  expect(status).toBe(200);
  expect(performance.now() - startMs).toBeLessThan(1000);
  expect(body).toMatchObject({ pending: true, status: "stopped" });
  expect(body.message).toContain("does not show it yet");
  expect(await until(() => bench.transport.status().status === "playing")).toBe(true);
});

test("with the engine away the last state is served and commands are refused for now", async () => {
  await post("/transport/seek?seconds=7");
  bench.transport.goAway();
  expect((await get("/transport/status")).body).toMatchObject({ engine: "away", time_seconds: 7 });
  const { status, headers, body } = await post("/transport/play");
  expect(status).toBe(503);
  expect(headers.get("retry-after")).toBe("1");
  expect(body).toMatchObject({ error: { code: "ENGINE_AWAY" } });
});

test("a full command queue is answered with when to come back", async () => {
  bench.transport.isQueueFull = true;
  const { status, headers, body } = await post("/transport/play");
  expect(status).toBe(503);
  expect(headers.get("retry-after")).toBe("1");
  expect(body).toMatchObject({ error: { code: "QUEUE_FULL" } });
});

test("a POST with any kind of body, or none, does what its query says", async () => {
  const bodies: RequestInit[] = [
    {},
    { headers: { "content-type": "application/json" } },
    { headers: { "content-type": "application/json" }, body: "{}" },
    { headers: { "content-type": "application/json" }, body: "{broken" },
    { body: "text" },
    { body: new URLSearchParams({ seconds: "9" }) },
    { headers: { "content-type": "application/octet-stream" }, body: new Uint8Array(60_000) },
  ];
  for (const init of bodies) {
    const response = await fetch(`${bench.url}/transport/seek?seconds=3`, { method: "POST", ...init });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ time_seconds: 3 });
  }
});

test("health is 200 when all is well, and 503 with reasons when it is not", async () => {
  const well = await get("/health");
  expect(well.status).toBe(200);
  expect(well.body).toStrictEqual({
    healthy: true,
    engine_beats: true,
    node_fine: true,
    problems: [],
    facts: WELL.facts,
  });
  bench.health = { ...WELL, engineBeats: false, problems: ["The engine's heart stands still."] };
  const ill = await get("/health");
  expect(ill.status).toBe(503);
  expect(ill.body).toMatchObject({ healthy: false, problems: ["The engine's heart stands still."] });
  bench.health = { ...WELL, nodeFine: false };
  expect((await get("/health")).status).toBe(503);
});

test("the clock pushes the status with Link's fields, numbered without a gap", async () => {
  const client = await SocketClient.open(`${bench.url}/ws/transport/clock`);
  await post("/transport/play");
  const updates: Json[] = [];
  for (let count = 0; count < 30; count++) updates.push(await client.next());
  await client.close();
  for (const update of updates) {
    expectFace(update, CLOCK_FACE);
    expect(Object.keys(update)).toStrictEqual(Object.keys(CLOCK_FIELDS));
  }
  const first = Number(updates[0]?.seq);
  expect(updates.map(({ seq }) => seq)).toStrictEqual(updates.map((_, index) => first + index));
  const times = updates.map(({ time_seconds }) => Number(time_seconds));
  expect(times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0))).toBe(true);
  expect(times.at(-1)).toBeGreaterThan(0.3);
});

test("a ping on the clock is answered with the engine's time", async () => {
  const client = await SocketClient.open(`${bench.url}/ws/transport/clock`);
  client.send({ ping: 42 });
  let answer: Json = {};
  for (let count = 0; count < 100 && answer.pong === undefined; count++) answer = await client.next();
  expect(answer).toStrictEqual({ pong: 42, link_us: expect.any(Number) });
  expect(Math.abs(Number(answer.link_us) - bench.transport.hostMicros())).toBeLessThan(5_000_000);
  expect(await client.next()).toHaveProperty("seq");
  await client.close();
});

test("commands over the WebSocket do the same and are answered with the new state", async () => {
  const client = await SocketClient.open(`${bench.url}/ws/transport/control`);
  expect(await client.ask({ command: "seek", value: 2 })).toMatchObject({ time_seconds: 2 });
  const playing = await client.ask({ command: "play" });
  expectFace(playing, STATUS_FACE);
  expect(playing).toMatchObject({ status: "playing" });
  expect(await client.ask({ command: "pause", value: null })).toMatchObject({ status: "paused" });
  expect(await client.ask({ command: "resume" })).toMatchObject({ status: "playing" });
  expect(await client.ask({ command: "tempo", value: "100" })).toMatchObject({ bpm: 100 });
  expect(await client.ask({ command: "tempo", value: 5000 })).toMatchObject({ bpm: 999, clamped: true });
  expect(await client.ask({ command: "tempo", value: 120 })).toMatchObject({ bpm: 120 });
  expect(await client.ask({ command: "loop", value: { start: 1, end: 3, enabled: true } })).toMatchObject({
    loop_enabled: true,
    loop_start_seconds: 1,
    loop_end_seconds: 3,
  });
  expect(await client.ask({ command: "loop", value: { enabled: false } })).toMatchObject({
    loop_enabled: false,
  });
  expect(await client.ask({ command: "seek", value: { beats: 6 } })).toMatchObject({
    beat_pos: expect.any(Number),
  });
  expect(await client.ask({ command: "loop", value: { start_beat: 4, end_beat: 8 } })).toMatchObject({
    loop_start_beat: 4,
    loop_end_beat: 8,
  });
  expect(await client.ask({ command: "stop", quantum: 0.5 })).toMatchObject({
    pending: true,
    at_beat: expect.any(Number),
    status: "playing",
  });
  expect(await until(() => bench.transport.status().status === "stopped")).toBe(true);
  expect(await client.ask({ command: "stop", quantum: null })).toMatchObject({ status: "stopped" });
  expect(await client.ask({ command: "rewind" })).toMatchObject({ time_seconds: 0 });
  expect(new Set(bench.transport.commands.map(({ source }) => source))).toStrictEqual(new Set(["websocket"]));
  await client.close();
});

test("answers keep the order of the messages, also of wrong ones", async () => {
  const client = await SocketClient.open(`${bench.url}/ws/transport/control`);
  bench.transport.landMs = 30;
  for (let second = 1; second <= 20; second++) {
    client.send({ command: "seek", value: second });
    client.send({ command: "nonsense" });
  }
  for (let second = 1; second <= 20; second++) {
    expect(await client.next()).toMatchObject({ status: "stopped" });
    expect(await client.next()).toMatchObject({ error: { code: "COMMAND_UNKNOWN" } });
  }
  expect(bench.transport.commands.map(({ command }) => command)).toStrictEqual(
    Array.from({ length: 20 }, (_, index) => ({ type: "seek", seconds: index + 1 })),
  );
  await client.close();
});

test("a client that floods is told to wait, and the others are served", async () => {
  const flood = await SocketClient.open(`${bench.url}/ws/transport/control`);
  const other = await SocketClient.open(`${bench.url}/ws/transport/control`);
  bench.transport.landMs = 50;
  for (let count = 0; count < 500; count++) flood.send({ command: "pause" });
  expect(await other.ask({ command: "rewind" })).toMatchObject({ status: "stopped" });
  const codes: unknown[] = [];
  for (let count = 0; count < 500; count++) {
    const answer = (await flood.next()) as { error?: { code: string } };
    codes.push(answer.error?.code);
  }
  expect(codes.filter((code) => code === undefined).length).toBeGreaterThanOrEqual(64);
  expect(codes).toContain("TOO_MANY_COMMANDS");
  await flood.close();
  await other.close();
});

test("the description of the API names every route and works offline", async () => {
  const { body } = await get("/docs/json");
  const paths = Object.keys((body as { paths: object }).paths).sort();
  expect(paths).toStrictEqual(
    [
      "/health",
      "/link/status",
      "/mapping/control",
      "/mapping/controls",
      "/mapping/status",
      "/panel/display",
      "/panel/page",
      "/panel/screenshot.png",
      "/synths",
      "/synths/parameter",
      "/transport/loop",
      "/transport/loop/disable",
      "/transport/loop/enable",
      "/transport/metrics",
      "/transport/pause",
      "/transport/play",
      "/transport/resume",
      "/transport/rewind",
      "/transport/seek",
      "/transport/status",
      "/transport/stop",
      "/transport/tempo",
      "/ws/mapping",
      "/ws/transport/clock",
      "/ws/transport/control",
    ].sort(),
  );
  const page = await (await fetch(`${bench.url}/docs`)).text();
  expect(page).toContain("swagger-ui");
  const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) {
    expect(link).toMatch(/^\/docs\//);
    expect((await fetch(bench.url + link)).status).toBe(200);
  }
});
