// SPDX-License-Identifier: GPL-3.0-or-later
// A real box told over HTTP, WebSocket and OSC to do things on the beat, and what it tells over OSC.

import { createSocket } from "node:dgram";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SocketClient } from "../support/control-bench.ts";
import { OscClient } from "../support/osc-client.ts";
import { eventually, RunningBox, settingsText } from "../support/running-box.ts";

let box: RunningBox;
let osc: OscClient;

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

beforeAll(async () => {
  const port = await freePort();
  box = await RunningBox.start({ settings: { "osc.enabled": true, "osc.port": port } });
  await box.says(/takes OSC at 127\.0\.0\.1/);
  osc = await OscClient.open(port);
});

afterAll(async () => {
  osc?.[Symbol.dispose]();
  await box?.[Symbol.asyncDispose]();
});

test("a stop on the bar keeps playing until the bar, and then stops", async () => {
  const answer = await box.post("/transport/stop?quantum=4");
  expect(answer).toMatchObject({ pending: true, playing: true, waiting_for_quantum: true });
  expect(Number(answer.at_beat) % 4).toBe(0);
  const before = await box.transport();
  expect(before.lineBeat).toBeLessThan(Number(answer.at_beat) + 0.1);
  await eventually("it stops", async () => (await box.transport()).status === "stopped");
  const after = await box.transport();
  expect(after.lineBeat).toBeGreaterThanOrEqual(Number(answer.at_beat) - 0.01);
  expect(await box.get("/transport/status")).toMatchObject({ waiting_for_quantum: false });
});

test("a place and a start for the next beat happen together", async () => {
  const client = await SocketClient.open(`${box.url}/ws/transport/control`);
  const placed = await client.ask({ command: "seek", value: { bar: 9 }, quantum: 4 });
  const started = await client.ask({ command: "play", quantum: 4 });
  expect(placed.pending).toBe(true);
  expect(started.pending).toBe(true);
  await eventually("it plays", async () => (await box.transport()).status === "playing");
  const { songBeat } = await box.transport();
  expect(songBeat).toBeGreaterThanOrEqual(32);
  expect(songBeat).toBeLessThan(40);
  await client.close();
});

test("OSC moves the engine, and the engine's beats come back", async () => {
  osc.send("/downbeat/subscribe");
  await osc.next("/downbeat/tempo", 0);
  osc.send("/downbeat/transport/tempo", 240);
  expect((await osc.next("/downbeat/tempo", 1)).args).toStrictEqual([240]);
  osc.send("/downbeat/transport/seek_bar", 3);
  osc.send("/downbeat/transport/play");
  await osc.next("/downbeat/beat", osc.at("/downbeat/beat").length + 4);
  const beats = osc
    .at("/downbeat/beat")
    .slice(-4)
    .map(({ args }) => args as [number, number]);
  const counted = beats.map(([bar, beat]) => (bar - 1) * 4 + beat - 1);
  expect(counted).toStrictEqual(counted.map((_, index) => (counted[0] ?? 0) + index));
  // A bar is a second here: told at its first beat, the stop has most of it to wait for.
  while ((await osc.next("/downbeat/beat")).args[1] !== 1);
  osc.send("/downbeat/transport/stop", 1, 4);
  expect((await osc.next("/downbeat/notice", 0)).args[0]).toMatch(
    /^It happens at beat \d+ of the Link timeline/,
  );
  await eventually("it stops", async () => (await box.transport()).status === "stopped");
  await eventually("stopped is told", () => osc.at("/downbeat/status").at(-1)?.args[0] === "stopped");
});

test("switching OSC off in the settings closes its door, and another clock rate disconnects nobody", async () => {
  const clock = await SocketClient.open(`${box.url}/ws/transport/clock`);
  box.save(settingsText({ "osc.enabled": false, "http.clockHz": 100 }));
  await eventually(
    "the new rate counts",
    async () => (await box.get("/transport/metrics")).target_hz === 100,
  );
  const before = clock.received;
  await eventually("updates come quicker", () => clock.received - before > 60, 2000);
  await clock.close();
  await box.says(/settings taken: .*osc/);
  const heard = osc.heard.length;
  osc.send("/downbeat/transport/nonsense");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(osc.at("/downbeat/error").length).toBe(0);
  expect(osc.heard.length).toBeLessThanOrEqual(heard + 5);
});
