// SPDX-License-Identifier: GPL-3.0-or-later
// Datagrams, right and wrong ones.

import fc from "fast-check";
import { type OscArgInput, type OscPacketInput, toBuffer } from "osc-min";
import { expect, test } from "vitest";
import {
  float,
  integer,
  MAX_PACKET_BYTES,
  packetOf,
  readPacket,
  text,
} from "../../../../engine/control/osc/osc-packet.ts";

const bytesOf = (packet: OscPacketInput): Uint8Array => {
  const view = toBuffer(packet);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
};

const read = (packet: OscPacketInput) => readPacket(bytesOf(packet));

test.each<[OscArgInput, unknown]>([
  [{ type: "integer", value: -7 }, -7],
  [{ type: "float", value: 123.4 }, 123.4],
  [{ type: "float", value: 0.1 }, 0.1],
  [{ type: "float", value: 1234.567 }, 1234.567],
  [{ type: "float", value: Math.fround(1 / 3) }, 0.33333334],
  [{ type: "double", value: 133.7 }, 133.7],
  ["12.5", "12.5"],
  [true, true],
  [false, false],
  [null, null],
  ["bang", true],
  [new Uint8Array([1, 2]), "(blob)"],
])("the argument %j is read as what was meant", (arg, value) => {
  expect(read({ address: "/a", args: [arg] })).toStrictEqual({
    type: "messages",
    messages: [{ address: "/a", args: [value] }],
  });
});

test("a whole number of 64 bits is a number", () => {
  expect(read({ address: "/a", args: [5n] })).toMatchObject({ messages: [{ args: [5] }] });
});

test("a message without type tags has no arguments", () => {
  expect(readPacket(Buffer.from("/abc\0\0\0\0"))).toStrictEqual({
    type: "messages",
    messages: [{ address: "/abc", args: [] }],
  });
});

test("bundles inside bundles are read in order", () => {
  const timetag = [0, 1] as [number, number];
  const inner = { timetag, elements: [{ address: "/b" }, { address: "/c" }] };
  const packet = read({ timetag, elements: [{ address: "/a" }, inner, { address: "/d" }] });
  expect(packet.type === "messages" && packet.messages.map(({ address }) => address).join("")).toBe(
    "/a/b/c/d",
  );
});

test("what we send is read as what it is", () => {
  const bytes = packetOf({ address: "/downbeat/x", args: [integer(4), float(1.5), text("a\0b")] });
  expect(bytes.length % 4).toBe(0);
  expect(readPacket(bytes)).toStrictEqual({
    type: "messages",
    messages: [{ address: "/downbeat/x", args: [4, 1.5, "ab"] }],
  });
});

test("too long a datagram, and too many messages, are told as such", () => {
  expect(readPacket(new Uint8Array(MAX_PACKET_BYTES + 4))).toMatchObject({
    type: "broken",
    reason: expect.stringContaining("at most 4096 bytes"),
  });
  const elements = Array.from({ length: 65 }, () => ({ address: "/a" }));
  expect(read({ timetag: [0, 1], elements })).toMatchObject({
    type: "broken",
    reason: expect.stringContaining("at most 64 messages, got 65"),
  });
});

test("random bytes, and right packets with wrong bytes, never throw and never take long", () => {
  const right = [
    bytesOf({ address: "/downbeat/transport/tempo", args: [120.5] }),
    bytesOf({
      timetag: [0, 1],
      elements: [{ address: "/a", args: [1, "text", [1, [2]]] }, { address: "/b" }],
    }),
    Buffer.concat(
      Array.from({ length: 200 }, () => Buffer.from("#bundle\0\0\0\0\0\0\0\0\x01\0\0\0\x14", "latin1")),
    ),
  ];
  const broken = fc
    .tuple(fc.constantFrom(...right), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.nat())
    .map(([bytes, edits, cut]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, value] of edits) copy[at % copy.length] = value;
      return copy.subarray(0, cut % (copy.length + 1));
    });
  const startMs = performance.now();
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), broken), (bytes) => {
      const packet = readPacket(bytes);
      if (packet.type === "broken") expect(packet.reason).not.toBe("");
      else for (const { address } of packet.messages) expect(address).toMatch(/^\//);
    }),
    { numRuns: 5000 },
  );
  expect(performance.now() - startMs).toBeLessThan(30_000);
});
