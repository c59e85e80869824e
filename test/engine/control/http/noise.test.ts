// SPDX-License-Identifier: GPL-3.0-or-later
// Random requests, connections and messages: nothing breaks, everything is answered.

import { Agent, request } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { SocketClient, startControlBench } from "../../../support/control-bench.ts";

/** Numbers from a seed: the same noise in every run. */
function makeDice(seed: number) {
  let state = seed;
  const roll = (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
  const pick = <T>(list: readonly T[]): T => list[roll(list.length)] as T;
  const text = (length: number): string =>
    Array.from({ length }, () => String.fromCharCode(33 + roll(94))).join("");
  return { roll, pick, text };
}

const PATHS = ["play", "stop", "pause", "resume", "rewind", "seek", "tempo", "loop", "loop/enable", "status"];
const NAMES = ["seconds", "bpm", "start", "end", "enabled", "__proto__", "toString", "", "a[b]", "%"];
const VALUES = [
  "0",
  "-1",
  "12.5",
  "1e308",
  "1e309",
  "NaN",
  "true",
  "",
  "%00",
  "%ff%fe",
  "𝄞",
  "null",
  "[]",
  "{}",
];

test("2,000 random requests are never a 500, and the server still serves", async () => {
  await using bench = await startControlBench();
  bench.transport.landMs = 0;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const { roll, pick, text } = makeDice(2026);
  const seen = new Map<number, number>();
  const askRandomly = (): Promise<number> => {
    const query = Array.from({ length: roll(4) }, () => `${pick(NAMES)}=${encodeURI(pick(VALUES))}`).join(
      "&",
    );
    const path = pick([
      `/transport/${pick(PATHS)}`,
      `/transport/${pick(PATHS)}`,
      `/${text(roll(40)).replace(/#/g, "")}`,
      "/docs/json",
      "/health",
      `/ws/transport/${pick(["clock", "control"])}`,
    ]);
    const method = pick(["GET", "POST", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]);
    const headers: Record<string, string> = {};
    if (roll(5) === 0) headers.origin = pick(["http://localhost:1", "http://evil.example", "null", text(9)]);
    if (roll(12) === 0) headers.host = pick(["localhost", "evil.example", text(6), ""]);
    if (roll(5) === 0)
      headers["content-type"] = pick(["application/json", "text/plain", "multipart/form-data", text(9)]);
    if (roll(9) === 0) headers.upgrade = pick(["websocket", "h2c", text(5)]);
    if (roll(9) === 0) headers["transfer-encoding"] = "chunked";
    const hasBody = method !== "GET" && method !== "HEAD" && roll(3) === 0;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: bench.port,
          agent,
          method,
          path: `${path}?${query}`.replace(/[^\x21-\x7e]/g, "_"),
          headers,
        },
        (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode ?? 0));
        },
      );
      sent.on("error", (error: NodeJS.ErrnoException) =>
        // The server may hang up on nonsense while we still write.
        error.code === "ECONNRESET" || error.code === "EPIPE" ? resolve(0) : reject(error),
      );
      sent.end(hasBody ? text(roll(2000)) : undefined);
    });
  };
  for (let batch = 0; batch < 250; batch++) {
    const statuses = await Promise.all(Array.from({ length: 8 }, askRandomly));
    for (const status of statuses) seen.set(status, (seen.get(status) ?? 0) + 1);
  }
  agent.destroy();
  expect(seen.get(500)).toBeUndefined();
  for (const status of [200, 400, 404, 405]) expect(seen.get(status), String(status)).toBeGreaterThan(10);
  expect(seen.get(0) ?? 0).toBeLessThan(20);
  expect((await fetch(`${bench.url}/health`)).status).toBe(200);
});

test("500 random connections full of noise leave the server serving", async () => {
  await using bench = await startControlBench();
  const { roll, pick, text } = makeDice(7);
  const lines = [
    "GET / HTTP/1.1",
    "POST /transport/play HTTP/1.1",
    "HOST:x",
    "Host: 127.0.0.1",
    "",
    "0",
    "\u0000",
  ];
  for (let batch = 0; batch < 25; batch++) {
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = connect(bench.port, "127.0.0.1");
        socket.on("error", () => {});
        socket.resume();
        const noise = Array.from({ length: 1 + roll(6) }, () => pick([...lines, text(roll(300))]));
        socket.write(noise.join(pick(["\r\n", "\n", "\r"])));
        socket.end();
        await new Promise((resolve) => socket.once("close", resolve));
      }),
    );
  }
  expect((await fetch(`${bench.url}/health`)).status).toBe(200);
});

test("1,000 random messages are 1,000 answers", async () => {
  await using bench = await startControlBench();
  bench.transport.landMs = 0;
  const client = await SocketClient.open(`${bench.url}/ws/transport/control`);
  const { roll, pick, text } = makeDice(99);
  const values = [0, -1, 12.5, 1e300, "x", "12", null, true, [], {}, { start: 0, end: 1 }, { start: "a" }];
  const commands = ["play", "stop", "seek", "tempo", "loop", "paly", "", 3, null, {}, text(50)];
  for (let count = 0; count < 1000; count++) {
    const message = JSON.stringify({ command: pick(commands), value: pick(values) });
    const answer = await client.ask(roll(4) === 0 ? message.slice(0, roll(message.length)) : message);
    expect("error" in answer || "status" in answer).toBe(true);
    expect(answer).not.toMatchObject({ error: { code: "INTERNAL" } });
  }
  await client.close();
});
