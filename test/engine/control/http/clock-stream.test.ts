// SPDX-License-Identifier: GPL-3.0-or-later
// The clock's readers, quick and slow, on a clock that the test turns.

import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { ClockStream } from "../../../../engine/control/http/clock-stream.ts";
import { ScriptedTransport } from "../../../support/scripted-transport.ts";

/** The parts of a WebSocket and of its connection that the stream uses. */
class ReaderSocket extends EventEmitter {
  readyState: number = WebSocket.OPEN;
  writableLength = 0;
  answersPings = true;
  sent: Buffer[] = [];
  answers: string[] = [];
  write(frame: Buffer): void {
    this.sent.push(frame);
  }
  send(answer: string): void {
    this.answers.push(answer);
  }
  ping(): void {
    if (this.answersPings) setTimeout(() => this.emit("pong"), 1);
  }
  terminate(): void {
    this.readyState = WebSocket.CLOSED;
    this.emit("close");
  }
}

let skippedMs = 0;

beforeEach(() => {
  vi.useFakeTimers();
  skippedMs = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

function makeStream(clockHz = 30) {
  const monotonicMs = () => performance.now() + skippedMs;
  const transport = new ScriptedTransport({ monotonicMs });
  const status = vi.spyOn(transport, "status");
  const stream = new ClockStream({ transport, clockHz, monotonicMs, wallMs: () => Date.now() });
  const join = () => {
    const reader = new ReaderSocket();
    stream.add(reader as unknown as WebSocket, reader as unknown as Socket);
    return reader;
  };
  return { stream, status, join };
}

/** Of a frame with a two-byte length, as every update has. */
const seqOf = (frame: Buffer | undefined): number => JSON.parse(String(frame?.subarray(4))).seq;

test("nothing runs without readers", () => {
  const { stream, join } = makeStream();
  expect(stream.isTicking).toBe(false);
  const one = join();
  const two = join();
  expect(stream.isTicking).toBe(true);
  one.terminate();
  expect(stream.isTicking).toBe(true);
  two.terminate();
  expect(stream.isTicking).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
  expect(stream.metrics().actualHz).toBe(0);
});

test("each update is made once, for all readers", () => {
  const { stream, status, join } = makeStream();
  const readers = Array.from({ length: 50 }, join);
  vi.advanceTimersByTime(1000);
  expect(status.mock.calls.length).toBe(stream.metrics().updatesSent);
  const first = readers[0]?.sent ?? [];
  expect(first.length).toBeGreaterThanOrEqual(29);
  for (const reader of readers) {
    expect(reader.sent.length).toBe(first.length);
    expect(reader.sent.every((update, index) => update === first[index])).toBe(true);
  }
});

test("the measured rate is the rate asked for", () => {
  for (const hz of [1, 30, 120]) {
    const { stream, join } = makeStream(hz);
    const reader = join();
    vi.advanceTimersByTime(3500);
    expect(stream.metrics().actualHz).toBeGreaterThan(hz * 0.97);
    expect(stream.metrics().actualHz).toBeLessThan(hz * 1.03);
    reader.terminate();
  }
});

test("a reader whose queue fills misses updates, and reads on with the newest", () => {
  const { stream, join } = makeStream();
  const reader = join();
  const other = join();
  vi.advanceTimersByTime(1000);
  reader.writableLength = 1_000_000;
  const before = reader.sent.length;
  vi.advanceTimersByTime(2000);
  expect(reader.sent.length).toBe(before);
  reader.writableLength = 0;
  vi.advanceTimersByTime(1000);
  expect(seqOf(reader.sent.at(-1))).toBe(seqOf(other.sent.at(-1)));
  expect(stream.metrics().updatesDropped).toBeGreaterThanOrEqual(58);
  expect(other.sent.map(seqOf)).toStrictEqual(other.sent.map((_, index) => index));
});

test("a reader that stays behind for 5 s is cut off, the others are not", () => {
  const { stream, join } = makeStream();
  const reader = join();
  const other = join();
  reader.writableLength = 1_000_000;
  vi.advanceTimersByTime(4900);
  expect(reader.readyState).toBe(WebSocket.OPEN);
  vi.advanceTimersByTime(200);
  expect(reader.readyState).toBe(WebSocket.CLOSED);
  expect(other.readyState).toBe(WebSocket.OPEN);
  expect(stream.metrics()).toMatchObject({ readers: 1, readersCutOff: 1 });
});

test("a reader whose pings stay out is behind too", () => {
  const { stream, join } = makeStream();
  const reader = join();
  reader.answersPings = false;
  vi.advanceTimersByTime(2100);
  const received = reader.sent.length;
  vi.advanceTimersByTime(4000);
  expect(reader.sent.length - received).toBeLessThanOrEqual(1);
  vi.advanceTimersByTime(1200);
  expect(reader.readyState).toBe(WebSocket.CLOSED);
  expect(stream.isTicking).toBe(false);
});

test("the pings of readers that come together are spread over a second", () => {
  const { join } = makeStream();
  const pings = Array.from({ length: 60 }, () => vi.spyOn(join(), "ping"));
  vi.advanceTimersByTime(500);
  const early = pings.filter(({ mock }) => mock.calls.length > 0).length;
  expect(early).toBeGreaterThan(15);
  expect(early).toBeLessThan(45);
  vi.advanceTimersByTime(600);
  expect(pings.every(({ mock }) => mock.calls.length > 0)).toBe(true);
});

test("many readers are served in slices, and a round that is not done leaves the next tick out", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
  const { stream, join } = makeStream();
  const readers = Array.from({ length: 600 }, join);
  const served = () => readers.filter(({ sent }) => sent.length > 0).length;
  vi.advanceTimersByTime(34);
  expect(served()).toBe(256);
  vi.advanceTimersByTime(200);
  expect(served()).toBe(256);
  expect(stream.metrics().updatesSent).toBe(1);
  for (const reader of readers) reader.terminate();
  expect(stream.isTicking).toBe(false);
});

test("every reader gets the same update, however many there are", async () => {
  const { stream, join } = makeStream();
  const readers = Array.from({ length: 600 }, join);
  await vi.advanceTimersByTimeAsync(1000);
  const first = readers[0]?.sent ?? [];
  expect(first.length).toBeGreaterThan(20);
  for (const { sent } of readers) expect(sent.slice(0, 20)).toStrictEqual(first.slice(0, 20));
  for (const reader of readers) reader.terminate();
  expect(stream.isTicking).toBe(false);
});

test("another rate keeps the readers and their numbers", () => {
  const { stream, join } = makeStream(10);
  const reader = join();
  vi.advanceTimersByTime(1000);
  stream.setHz(100);
  expect(stream.metrics().targetHz).toBe(100);
  const before = reader.sent.length;
  vi.advanceTimersByTime(2000);
  expect(reader.sent.length - before).toBeGreaterThan(190);
  expect(reader.sent.map(seqOf)).toStrictEqual(reader.sent.map((_, index) => index));
  expect(stream.metrics().actualHz).toBeGreaterThan(97);
  reader.terminate();
  stream.setHz(30);
  expect(stream.isTicking).toBe(false);
});

test("a ping with a number is answered with it and the time, other messages are not", () => {
  const { join } = makeStream();
  const reader = join();
  const say = (text: string, isBinary = false) => reader.emit("message", Buffer.from(text), isBinary);
  say('{"ping":17.5}');
  const [answer] = reader.answers;
  expect(JSON.parse(answer ?? "")).toStrictEqual({ pong: 17.5, link_us: expect.any(Number) });
  for (const other of ["", "{", "null", "3", "[]", "{}", '{"ping":"1"}', '{"ping":null}', " ".repeat(200)])
    say(other);
  say('{"ping":1}', true);
  expect(reader.answers.length).toBe(1);
});

test("a flood of pings is answered twenty times a second, a reader that is behind not at all", () => {
  const { join } = makeStream();
  const reader = join();
  for (let count = 0; count < 3000; count++) {
    reader.emit("message", Buffer.from('{"ping":1}'), false);
    vi.advanceTimersByTime(1);
  }
  expect(reader.answers.length).toBeGreaterThan(70);
  expect(reader.answers.length).toBeLessThan(85);
  reader.writableLength = 1_000_000;
  vi.advanceTimersByTime(1000);
  const before = reader.answers.length;
  reader.emit("message", Buffer.from('{"ping":1}'), false);
  expect(reader.answers.length).toBe(before);
});

test("no reader is cut off because this process stood still", () => {
  const { stream, join } = makeStream();
  const reader = join();
  vi.advanceTimersByTime(510);
  for (let pause = 0; pause < 20; pause++) {
    skippedMs += 60_000;
    vi.advanceTimersByTime(700);
  }
  expect(reader.readyState).toBe(WebSocket.OPEN);
  expect(stream.metrics().readersCutOff).toBe(0);
  reader.terminate();
});
