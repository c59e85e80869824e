// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { expect, test } from "vitest";
import { frameMessage, MAX_MESSAGE_BYTES, MessageReader } from "../../../engine/binding/message-framing.ts";

test("a message is its length in four bytes, little-endian, and UTF-8 JSON", () => {
  expect([...frameMessage({})]).toEqual([2, 0, 0, 0, 0x7b, 0x7d]);
  // The length counts bytes, not letters.
  expect([...frameMessage("ß")]).toEqual([4, 0, 0, 0, 0x22, 0xc3, 0x9f, 0x22]);
});

test("whatever is framed is read again, however it is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 5 }),
      fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 30 }),
      (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(frameMessage));
        const reader = new MessageReader();
        const texts: string[] = [];
        for (let at = 0, i = 0; at < bytes.length; i += 1) {
          const length = Math.max(1, cuts[i % cuts.length] ?? 1);
          texts.push(...reader.append(bytes.subarray(at, at + length)));
          at += length;
        }
        expect(texts).toEqual(messages.map((message) => JSON.stringify(message)));
      },
    ),
  );
});

test("a letter of several bytes may be cut anywhere", () => {
  const bytes = frameMessage("𝄞 ß");
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const reader = new MessageReader();
    expect(reader.append(bytes.subarray(0, cut))).toEqual([]);
    expect(reader.append(bytes.subarray(cut))).toEqual(['"𝄞 ß"']);
  }
});

test("an empty message is a message", () => {
  expect(new MessageReader().append(Buffer.alloc(8))).toEqual(["", ""]);
});

test("a length beyond the limit is refused before anything is collected", () => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(MAX_MESSAGE_BYTES + 1);
  expect(() => new MessageReader().append(length)).toThrow(RangeError);
  length.writeUInt32LE(MAX_MESSAGE_BYTES);
  expect(new MessageReader().append(length)).toEqual([]);
});

test("a long message in small pieces takes time in proportion, also after a cut in its length", () => {
  const text = "x".repeat(8 * 1024 * 1024);
  const bytes = frameMessage(text);
  const reader = new MessageReader();
  const before = process.cpuUsage();
  const texts = reader.append(bytes.subarray(0, 2));
  for (let at = 2; at < bytes.length; at += 4096) texts.push(...reader.append(bytes.subarray(at, at + 4096)));
  const { user, system } = process.cpuUsage(before);
  expect(texts).toHaveLength(1);
  expect(texts[0]).toHaveLength(text.length + 2);
  // Copied for each of 2048 pieces it would be 8 GB.
  expect((user + system) / 1000).toBeLessThan(1000);
});
