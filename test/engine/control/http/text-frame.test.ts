// SPDX-License-Identifier: GPL-3.0-or-later
// Our own frames are read by a WebSocket library as the messages they are.

import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { textFrame } from "../../../../engine/control/http/text-frame.ts";

let server: WebSocketServer;
let frames: readonly Buffer[] = [];

beforeAll(async () => {
  server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  // As the clock does: past the library, onto its connection.
  server.on("connection", (socket, request) => {
    for (const frame of frames) request.socket.write(frame);
    socket.close();
  });
  await new Promise((resolve) => server.once("listening", resolve));
});
afterAll(() => {
  server.close();
});

/** What a client reads of `sent`. */
async function read(...sent: readonly Buffer[]): Promise<string[]> {
  frames = sent;
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const messages: string[] = [];
  client.on("message", (data, isBinary) => messages.push(isBinary ? "binary" : String(data)));
  await new Promise((resolve, reject) => client.on("close", resolve).on("error", reject));
  return messages;
}

test.each([0, 1, 125, 126, 127, 400, 65_535])("a text of %i bytes arrives as it is", async (length) => {
  const text = "x".repeat(length);
  expect(await read(textFrame(text), textFrame("after"))).toStrictEqual([text, "after"]);
});

test("letters of several bytes are counted in bytes", async () => {
  const text = "Überleitung 🎵".repeat(9);
  expect(await read(textFrame(text))).toStrictEqual([text]);
});

test("a text above 65,535 bytes is a mistake of ours", () => {
  expect(() => textFrame("x".repeat(65_536))).toThrow("65535 bytes");
});
