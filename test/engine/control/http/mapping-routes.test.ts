// SPDX-License-Identifier: GPL-3.0-or-later
// The mapping over HTTP and its WebSocket.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type ControlBench, SocketClient, startControlBench } from "../../../support/control-bench.ts";
import { moveJson } from "../../../support/scripted-mapping.ts";

let bench: ControlBench;
beforeEach(async () => {
  bench = await startControlBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

const post = async (query: string) => {
  const answer = await fetch(`${bench.url}/mapping/control${query}`, { method: "POST" });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

test("a program sees the banks, the controls, and what was touched last", async () => {
  bench.mapping.touched = moveJson();
  const status = await (await fetch(`${bench.url}/mapping/status`)).json();
  expect(status).toMatchObject({ bank: "one", banks: ["one", "two"], touched: { text: "1.20 kHz" } });
  const { controls } = (await (await fetch(`${bench.url}/mapping/controls`)).json()) as {
    controls: { name: string }[];
  };
  expect(controls.map(({ name }) => name)).toEqual(["fader", "/1/fader3"]);
});

test("a program moves a control by its name", async () => {
  expect(await post("?name=fader&value=0.25")).toMatchObject({ status: 200, body: { name: "fader" } });
  expect((await post("?name=%2F1%2Ffader3&value=1")).status).toBe(200);
  expect(bench.mapping.moved).toEqual([
    { name: "fader", value: 0.25, source: "http" },
    { name: "/1/fader3", value: 1, source: "http" },
  ]);
});

test.each([
  ["", 400, "VALUE_MISSING"],
  ["?name=fader", 400, "VALUE_MISSING"],
  ["?name=fader&value=loud", 400, "VALUE_INVALID"],
  ["?name=fader&value=", 400, "VALUE_INVALID"],
  ["?name=fader&value=2", 400, "VALUE_INVALID"],
  ["?name=fader&name=other&value=1", 400, "VALUE_MISSING"],
  ["?name=nobody&value=1", 404, "CONTROL_UNKNOWN"],
  ["?nam=fader&value=1", 400, "VALUE_UNKNOWN"],
])("a wrong move %j says what is wrong and moves nothing", async (query, status, code) => {
  expect(await post(query)).toMatchObject({ status, body: { error: { code } } });
  expect(bench.mapping.moved).toEqual([]);
});

test("whoever watches gets the picture first, and then every move", async () => {
  const client = await SocketClient.open(`${bench.url}/ws/mapping`);
  expect(await client.next()).toMatchObject({ type: "picture", bank: "one" });
  bench.mapping.events.emit("moved", moveJson({ value: 1, text: "1 Hz" }));
  bench.mapping.events.emit("moved", moveJson({ kind: "noteOn", note: 60 }));
  expect(await client.next()).toMatchObject({ type: "move", mapping: "cutoff", value: 1, text: "1 Hz" });
  expect(await client.next()).toMatchObject({ type: "move", kind: "noteOn", note: 60 });
  client.socket.close();
  await client.closed;
});

test("a reader that stands still gets the newest place of each knob, and how many presses it missed", async () => {
  const client = await SocketClient.open(`${bench.url}/ws/mapping`);
  await client.next();
  client.socket.pause();
  const text = "x".repeat(1000);
  for (let value = 0; value < 30_000; value += 1) {
    bench.mapping.events.emit("moved", moveJson({ value, text }));
    if (value % 100 === 0) bench.mapping.events.emit("moved", moveJson({ kind: "noteOn", note: 60 }));
  }
  client.socket.resume();
  let presses = 0;
  let lost = 0;
  let moves = 0;
  for (let last = -1; last !== 29_999; ) {
    const message = (await client.next()) as { type: string; kind?: string; value: number; count?: number };
    if (message.type === "lost") lost += message.count ?? 0;
    else if (message.kind === "noteOn") presses += 1;
    else {
      expect(message.value).toBeGreaterThan(last);
      last = message.value;
      moves += 1;
    }
  }
  expect(moves).toBeLessThan(30_000);
  expect(presses + lost).toBe(300);
  client.socket.close();
  await client.closed;
});
