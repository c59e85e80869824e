// SPDX-License-Identifier: GPL-3.0-or-later
// Wrong requests: each gets its status, a code and a sentence, and the next right one is served.

import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ControlBench, SocketClient, startControlBench } from "../../../support/control-bench.ts";

let bench: ControlBench;
beforeAll(async () => {
  bench = await startControlBench();
});
afterAll(async () => {
  expect((await ask("GET", "/transport/status")).status).toBe(200);
  await bench[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

function ask(method: string, path: string, headers = {}, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: bench.port, method, path, headers, agent: false });
    sent.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const { statusCode = 0, headers: received } = response;
        resolve({ status: statusCode, headers: received, text: Buffer.concat(parts).toString() });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

function errorOf(text: string): { readonly code: string; readonly message: string } {
  return JSON.parse(text).error;
}

test.each([
  ["POST", "/transport/seek", 400, "VALUE_MISSING", "expected one of seconds, beats, bar"],
  ["POST", "/transport/seek?", 400, "VALUE_MISSING", "got none of them"],
  ["POST", "/transport/seek?seconds", 400, "VALUE_INVALID", 'got ""'],
  ["POST", "/transport/seek?seconds=", 400, "VALUE_INVALID", 'got ""'],
  ["POST", "/transport/seek?seconds=abc", 400, "VALUE_INVALID", 'got "abc"'],
  ["POST", "/transport/seek?seconds=-1", 400, "VALUE_INVALID", "got -1"],
  ["POST", "/transport/seek?seconds=NaN", 400, "VALUE_INVALID", 'got "NaN"'],
  ["POST", "/transport/seek?seconds=Infinity", 400, "VALUE_INVALID", "Infinity"],
  ["POST", "/transport/seek?seconds=1e999", 400, "VALUE_INVALID", "1e999"],
  ["POST", "/transport/seek?seconds=1,5", 400, "VALUE_INVALID", "a point, not a comma"],
  ["POST", "/transport/seek?seconds=0x10", 400, "VALUE_INVALID", "0x10"],
  ["POST", "/transport/seek?seconds=1&seconds=2", 400, "VALUE_INVALID", "Send it once"],
  ["POST", "/transport/seek?seconds[]=1", 400, "VALUE_UNKNOWN", "Did you mean seconds?"],
  ["POST", "/transport/seek?second=1", 400, "VALUE_UNKNOWN", "Did you mean seconds?"],
  ["POST", "/transport/seek?seconds=1&fast=1", 400, "VALUE_UNKNOWN", 'got "fast"'],
  ["POST", "/transport/seek?seconds=%00", 400, "VALUE_INVALID", "\\u0000"],
  ["POST", "/transport/seek?seconds=1%0d%0aX:1", 400, "VALUE_INVALID", "\\r\\n"],
  ["POST", "/transport/seek?__proto__=1", 400, "VALUE_UNKNOWN", "__proto__"],
  ["POST", "/transport/seek?constructor=1&seconds=1", 400, "VALUE_UNKNOWN", "constructor"],
  ["POST", "/transport/seek?seconds=%zz", 400, "VALUE_INVALID", "%zz"],
  ["POST", "/transport/seek?seconds=1&beats=2", 400, "VALUE_INVALID", "got seconds and beats"],
  ["POST", "/transport/seek?bar=0", 400, "VALUE_INVALID", "a whole bar, 1 to 250000"],
  ["POST", "/transport/seek?beats=4&quantum=100", 400, "VALUE_INVALID", "0.25 to 64 beats"],
  ["POST", "/transport/play?quantum=4&quantum=8", 400, "VALUE_INVALID", "Send it once"],
  ["POST", "/transport/play?quantum=", 400, "VALUE_INVALID", 'got ""'],
  ["POST", "/transport/play?quantm=4", 400, "VALUE_UNKNOWN", "Did you mean quantum?"],
  ["POST", "/transport/stop?quantum=0.1", 400, "VALUE_INVALID", "got 0.1"],
  ["POST", "/transport/loop?start=0&end_beat=4", 400, "VALUE_INVALID", "got both"],
  ["POST", "/transport/tempo", 400, "VALUE_MISSING", "20 to 999 bpm"],
  ["POST", "/transport/tempo?bmp=120", 400, "VALUE_UNKNOWN", "Did you mean bpm?"],
  ["POST", "/transport/tempo?bpm=fast", 400, "VALUE_INVALID", 'got "fast"'],
  ["POST", "/transport/tempo?bpm=120bpm", 400, "VALUE_INVALID", "120bpm"],
  ["POST", "/transport/tempo?bpm=%F0%9F%8E%B5", 400, "VALUE_INVALID", "🎵"],
  ["POST", "/transport/tempo?BPM=120", 400, "VALUE_UNKNOWN", "Did you mean bpm?"],
  ["POST", "/transport/loop", 400, "VALUE_MISSING", "start and end"],
  ["POST", "/transport/loop?start=3&end=1", 400, "VALUE_INVALID", "start before end"],
  ["POST", "/transport/loop?start=1&end=1", 400, "VALUE_INVALID", "got 1 s to 1 s"],
  ["POST", "/transport/loop?start=a&end=1", 400, "VALUE_INVALID", "start: expected"],
  ["POST", "/transport/loop?start=0&end=b", 400, "VALUE_INVALID", "end: expected"],
  ["POST", "/transport/loop?start=0&end=1&enabled=yes", 400, "VALUE_INVALID", "true or false"],
  ["POST", "/transport/loop?enabled=", 400, "VALUE_INVALID", "true or false"],
  ["POST", "/transport/loop?start=0&ende=1", 400, "VALUE_UNKNOWN", "Did you mean end?"],
  ["POST", "/transport/loop/enable", 409, "LOOP_MISSING", "Set one first"],
  ["POST", "/transport/loop?enabled=true", 409, "LOOP_MISSING", "Set one first"],
  ["GET", "/", 404, "ROUTE_UNKNOWN", "/docs"],
  ["GET", "/transport", 404, "ROUTE_UNKNOWN", "/docs"],
  ["GET", "/transport/statsu", 404, "ROUTE_UNKNOWN", "Did you mean /transport/status?"],
  ["GET", "/transport/status/", 404, "ROUTE_UNKNOWN", "Did you mean /transport/status?"],
  ["GET", "/Transport/Status", 404, "ROUTE_UNKNOWN", "Did you mean /transport/status?"],
  ["POST", "/transport/paly", 404, "ROUTE_UNKNOWN", "Did you mean /transport/play?"],
  ["GET", "/heatlh", 404, "ROUTE_UNKNOWN", "Did you mean /health?"],
  ["GET", "/transport/../../etc/passwd", 404, "ROUTE_UNKNOWN", "no such route"],
  ["GET", "/docs/static/../../../package.json", 400, "REQUEST_MALFORMED", "Forbidden"],
  ["GET", "/docs/static/%2e%2e/%2e%2e/package.json", 400, "REQUEST_MALFORMED", "Forbidden"],
  ["GET", "/transport/%zz", 400, "REQUEST_MALFORMED", "cannot be read"],
  ["GET", "/transport/play", 405, "METHOD_WRONG", "expected POST, got GET"],
  ["POST", "/transport/status", 405, "METHOD_WRONG", "expected GET, HEAD, got POST"],
  ["PUT", "/transport/tempo?bpm=120", 405, "METHOD_WRONG", "got PUT"],
  ["DELETE", "/transport/loop", 405, "METHOD_WRONG", "got DELETE"],
  ["PATCH", "/health", 405, "METHOD_WRONG", "got PATCH"],
  ["OPTIONS", "/transport/play", 405, "METHOD_WRONG", "got OPTIONS"],
  ["POST", "/ws/transport/clock", 405, "METHOD_WRONG", "got POST"],
  ["GET", "/ws/transport/clock", 426, "WEBSOCKET_EXPECTED", "ws://"],
  ["GET", "/ws/transport/control", 426, "WEBSOCKET_EXPECTED", "ws://"],
])("%s %s is %i %s", async (method, path, status, code, part) => {
  const answer = await ask(method, path);
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toMatch(/^application\/json/);
  const error = errorOf(answer.text);
  expect(error.code).toBe(code);
  expect(error.message).toContain(part);
  expect(bench.transport.commands).toStrictEqual([]);
});

test("a wrong method is told which are right", async () => {
  expect((await ask("GET", "/transport/play")).headers.allow).toBe("POST");
  expect((await ask("POST", "/transport/status")).headers.allow).toBe("GET, HEAD");
});

test.each([
  ["1", 400],
  ["", 400],
  ["{", 400],
  ["null", 400],
  ["[]", 400],
  ['"play"', 400],
  ["{}", 400],
  ['{"command":null}', 400],
  ['{"command":["play"]}', 400],
  ['{"command":"PLAY"}', 400],
  ['{"command":"__proto__"}', 400],
  ['{"Command":"play"}', 400],
  ['{"command":"seek"}', 400],
  ['{"command":"seek","value":"x"}', 400],
  ['{"command":"seek","value":-1}', 400],
  ['{"command":"seek","value":{"second":1}}', 400],
  ['{"command":"seek","value":{"beats":1,"bar":1}}', 400],
  ['{"command":"stop","quantum":"soon"}', 400],
  ['{"command":"play","quantum":[4]}', 400],
  ['{"command":"tempo"}', 400],
  ['{"command":"tempo","value":[120]}', 400],
  ['{"command":"loop"}', 400],
  ['{"command":"loop","value":true}', 400],
  ['{"command":"loop","value":[0,8]}', 400],
  ['{"command":"loop","value":{}}', 400],
  ['{"command":"loop","value":{"start":8,"end":0}}', 400],
  ['{"command":"loop","value":{"start":0,"end":8,"enabled":"maybe"}}', 400],
  ['{"command":"loop","value":{"strat":0}}', 400],
  ["[".repeat(60_000), 400],
  ['{"command":{"toString":1}}', 400],
  ['{"command":{"toString":1,"valueOf":1}}', 400],
  ['{"command":[[{"toString":1}]]}', 400],
  [`{"command":${nested(15_000)}}`, 400],
  [`{"command":"seek","value":${nested(15_000)}}`, 400],
  [`{"command":"seek","value":{"seconds":${nested(15_000)}}}`, 400],
  [`{"command":"loop","value":${nested(15_000)}}`, 400],
  [`{"command":"play","quantum":${nested(15_000)}}`, 400],
  [nested(30_000), 400],
])("the message %.60s is answered with an error and the line stays open", async (message) => {
  const client = await SocketClient.open(`${bench.url}/ws/transport/control`);
  const answer = (await client.ask(message)) as { error: { code: string; message: string } };
  expect(answer.error.code).toMatch(/^(VALUE_|COMMAND_UNKNOWN|MESSAGE_INVALID)/);
  expect(answer.error.message).toMatch(/^\/ws\/transport\/control: .*expected .*got /);
  expect(answer.error.message.length).toBeLessThan(400);
  expect(await client.ask("again")).toMatchObject({ error: { code: "MESSAGE_INVALID" } });
  await client.close();
  expect(bench.transport.commands).toStrictEqual([]);
});

test("what breaks behind the door is answered with an error, each time, and the line stays open", async () => {
  await using broken = await startControlBench();
  const client = await SocketClient.open(`${broken.url}/ws/transport/control`);
  const { command } = broken.transport;
  broken.transport.command = () => {
    throw new Error("a mistake of ours");
  };
  for (let count = 0; count < 100; count++)
    expect(await client.ask({ command: "play" })).toMatchObject({ error: { code: "INTERNAL" } });
  broken.transport.command = command;
  expect(await client.ask({ command: "play" })).toMatchObject({ status: "playing" });
  await client.close();
});

test("a binary message is answered with an error", async () => {
  const client = await SocketClient.open(`${bench.url}/ws/transport/control`);
  client.socket.send(Buffer.from('{"command":"play"}'));
  expect(await client.next()).toMatchObject({ error: { code: "MESSAGE_INVALID" } });
  await client.close();
});

test("a message above 64 KiB ends its sender's line and nobody else's", async () => {
  const sender = await SocketClient.open(`${bench.url}/ws/transport/control`);
  const other = await SocketClient.open(`${bench.url}/ws/transport/control`);
  sender.send("x".repeat(65 * 1024));
  expect(await sender.closed).toBe(1009);
  expect(await other.ask("{}")).toMatchObject({ error: { code: "COMMAND_UNKNOWN" } });
  await other.close();
});

test("broken frames end their sender's line and nobody else's", async () => {
  const other = await SocketClient.open(`${bench.url}/ws/transport/clock`);
  const raw = connect(bench.port, "127.0.0.1");
  raw.write(
    `GET /ws/transport/clock HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${"A".repeat(22)}==\r\n\r\n`,
  );
  await new Promise((resolve) => raw.once("data", resolve));
  raw.resume();
  raw.write(Buffer.alloc(64, 0xff));
  await new Promise((resolve) => raw.once("close", resolve));
  expect(await other.next()).toHaveProperty("seq");
  await other.close();
});

test("a body above 64 KiB is refused", async () => {
  const answer = await ask("POST", "/transport/play", {}, Buffer.alloc(65 * 1024, "x"));
  expect(answer.status).toBe(413);
  expect(errorOf(answer.text).code).toBe("BODY_TOO_LARGE");
  expect(bench.transport.commands).toStrictEqual([]);
});

test("headers above 16 KiB are refused", async () => {
  const answer = await ask("GET", "/transport/status", { "x-long": "x".repeat(17 * 1024) });
  expect(answer.status).toBe(431);
  expect(errorOf(answer.text).code).toBe("HEADERS_TOO_LARGE");
});

test("what is not HTTP gets a sentence and the door", async () => {
  const raw = connect(bench.port, "127.0.0.1");
  const parts: Buffer[] = [];
  raw.on("data", (part) => parts.push(part));
  raw.write("MTHD\u0000\u0001\r\n\r\n");
  await new Promise((resolve) => raw.once("close", resolve));
  const [head = "", body = ""] = Buffer.concat(parts).toString().split("\r\n\r\n");
  expect(head).toContain("400 Bad Request");
  expect(errorOf(body)).toMatchObject({ code: "REQUEST_MALFORMED" });
});

test("a name that is not ours is refused, whatever is asked", async () => {
  for (const [method, path] of [
    ["GET", "/transport/status"],
    ["POST", "/transport/play"],
    ["GET", "/docs"],
    ["GET", "/nowhere"],
  ] as const) {
    const answer = await ask(method, path, { host: "evil.example:8000" });
    expect(answer.status).toBe(421);
    expect(errorOf(answer.text)).toMatchObject({ code: "HOST_REFUSED" });
  }
  expect((await ask("GET", "/transport/status", { host: "localhost:1" })).status).toBe(200);
});

test("a page from elsewhere may not command, and cannot read", async () => {
  const origin = "http://evil.example";
  for (const from of [origin, "null", "https://127.0.0.1.evil.example"]) {
    const answer = await ask("POST", "/transport/play", { origin: from });
    expect(answer.status).toBe(403);
    expect(errorOf(answer.text)).toMatchObject({ code: "ORIGIN_REFUSED" });
  }
  expect((await ask("OPTIONS", "/transport/play", { origin })).status).toBe(403);
  const read = await ask("GET", "/transport/status", { origin });
  expect(read.headers).not.toHaveProperty("access-control-allow-origin");
  for (const path of ["/ws/transport/clock", "/ws/transport/control"]) {
    await expect(SocketClient.open(bench.url + path, { origin })).rejects.toThrow("403");
  }
  expect(bench.transport.commands).toStrictEqual([]);
});

test("a page of this machine may command and read the answer", async () => {
  const origin = "http://localhost:5173";
  const answer = await ask("POST", "/transport/tempo?bpm=120", { origin });
  expect(answer.status).toBe(200);
  expect(answer.headers["access-control-allow-origin"]).toBe(origin);
  const preflight = await ask("OPTIONS", "/transport/play", {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type",
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers["access-control-allow-methods"]).toBe("POST");
  expect(preflight.headers["access-control-allow-headers"]).toBe("content-type");
  const client = await SocketClient.open(`${bench.url}/ws/transport/clock`, { origin });
  expect(await client.next()).toHaveProperty("seq");
  await client.close();
  bench.transport.commands.length = 0;
});

test("an upgrade to something else is an ordinary request", async () => {
  const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABk" };
  expect((await ask("GET", "/transport/status", headers)).status).toBe(200);
  expect(
    (await ask("GET", "/transport/status", { connection: "Upgrade", upgrade: "websocket" })).status,
  ).toBe(200);
});
