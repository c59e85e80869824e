// SPDX-License-Identifier: GPL-3.0-or-later
// What comes back from a synth is the parameter and value that would have been sent.

import { beforeAll, expect, test } from "vitest";
import { decodeMessage, MessageDecoder } from "../../../engine/profiles/decode.ts";
import { encodeParameter } from "../../../engine/profiles/encode.ts";
import type { Profile } from "../../../engine/profiles/profile.ts";
import { splitMessages } from "../../../engine/profiles/split-messages.ts";
import { builtIns } from "../../support/profile-golden.ts";
import { profileFromText } from "../../support/profile-text.ts";

let all: readonly Profile[] = [];
beforeAll(async () => {
  all = await builtIns();
});

test("every parameter of every profile that comes with Downbeat reads back what it sends", () => {
  expect(all.length).toBeGreaterThanOrEqual(10);
  for (const profile of all) {
    for (const parameter of profile.parameters) {
      const inputs = parameter.values.length > 0 ? parameter.values.map(({ label }) => label) : [0, 0.3, 1];
      for (const input of inputs) {
        const decoder = new MessageDecoder(profile);
        const { when } = parameter;
        if (when !== null) {
          for (const message of encodeParameter(profile, when.parameter, when.values[0] ?? 0))
            decoder.take(message);
        }
        const sent = encodeParameter(profile, parameter.id, input);
        const changes = [...sent.flatMap((message) => decoder.take(message)), ...decoder.settle()];
        expect(changes, `${profile.id} ${parameter.id} ${input}`).toHaveLength(1);
        expect(changes[0]?.parameter).toBe(parameter.id);
        if (typeof input === "string") expect(changes[0]?.label).toBe(input);
        else expect(changes[0]?.value).toBeCloseTo(input, 1);
      }
    }
  }
});

const PAIRS = profileFromText(`parameters:
  up: { addresses: [{ type: cc14, cc: 10, lsb: 42 }] }
  down: { addresses: [{ type: cc14, cc: 11, lsb: 43, order: lsbFirst }] }
  deep: { addresses: [{ type: nrpn, msb: 1, lsb: 2 }] }
`).profile;

test("a pair counts with its second half, in the order of its address", () => {
  const decoder = new MessageDecoder(PAIRS);
  expect(decoder.take([0xb0, 10, 64])).toEqual([]);
  expect(decoder.take([0xb0, 42, 1])).toMatchObject([{ parameter: "up", raw: 8193 }]);
  expect(decoder.take([0xb0, 43, 1])).toEqual([]);
  expect(decoder.take([0xb0, 11, 64])).toMatchObject([{ parameter: "down", raw: 8193 }]);
});

test("a lower half alone keeps the upper one that came before; without one it means nothing", () => {
  const decoder = new MessageDecoder(PAIRS);
  expect(decoder.take([0xb0, 42, 1])).toEqual([]);
  decoder.take([0xb0, 10, 64]);
  decoder.take([0xb0, 42, 1]);
  expect(decoder.take([0xb0, 42, 2])).toMatchObject([{ raw: 8194 }]);
});

test("a synth that sends only upper halves is heard, from end to end", () => {
  const decoder = new MessageDecoder(PAIRS);
  decoder.take([0xb0, 10, 0]);
  expect(decoder.take([0xb0, 10, 127])).toMatchObject([{ parameter: "up", value: 0 }]);
  expect(decoder.settle()).toMatchObject([{ parameter: "up", value: 1 }]);
  expect(decoder.settle()).toEqual([]);
});

test("data entry means the parameter that was selected last, on either kind of number", () => {
  const decoder = new MessageDecoder(PAIRS);
  const take = (...bytes: number[]) => splitMessages(bytes).flatMap((message) => decoder.take(message));
  expect(take(0xb0, 6, 1, 38, 1)).toEqual([]);
  expect(take(0xb0, 99, 1, 98, 2, 6, 64, 38, 1)).toMatchObject([{ parameter: "deep", raw: 8193 }]);
  expect(take(0xb0, 6, 65, 38, 1)).toMatchObject([{ parameter: "deep", raw: 8321 }]);
  expect(take(0xb0, 101, 1, 100, 2, 6, 64, 38, 1)).toEqual([]);
  expect(take(0xb0, 99, 9, 6, 64, 38, 1)).toEqual([]);
});

test("another channel is not heard when the device has one", () => {
  const { profile } = profileFromText(
    "parameters: { a: { cc: 1 }, b: { addresses: [{ type: cc, cc: 2, channel: 10 }] } }",
  );
  const decoder = new MessageDecoder(profile, 4);
  expect(decoder.take([0xb0, 1, 1])).toEqual([]);
  expect(decoder.take([0xb4, 1, 127])).toMatchObject([{ parameter: "a", value: 1 }]);
  expect(decoder.take([0xb4, 2, 1])).toEqual([]);
  expect(decoder.take([0xb9, 2, 127])).toMatchObject([{ parameter: "b" }]);
});

test("of two at one address the one whose condition holds is meant", () => {
  const { profile } = profileFromText(`parameters:
  kind: { cc: 1, values: [{ label: A, send: 0 }, { label: B, send: 127 }] }
  one: { cc: 2, when: { parameter: kind, values: [A] } }
  two: { cc: 2, when: { parameter: kind, values: [B] } }
`);
  const decoder = new MessageDecoder(profile);
  decoder.take([0xb0, 1, 127]);
  expect(decoder.take([0xb0, 2, 5])).toMatchObject([{ parameter: "two" }]);
  decoder.take([0xb0, 1, 0]);
  expect(decoder.take([0xb0, 2, 5])).toMatchObject([{ parameter: "one" }]);
});

test("programs are told apart by their banks", () => {
  const { profile } = profileFromText(`parameters:
  a: { addresses: [{ type: program, bankMsb: 0, bankLsb: 1 }] }
  b: { addresses: [{ type: program, bankMsb: 0, bankLsb: 2 }] }
`);
  expect(decodeMessage(profile, [0xb0, 0, 0, 0xb0, 32, 2, 0xc0, 7])).toMatchObject({
    parameter: "b",
    raw: 7,
  });
});

test("what no parameter has is nothing, and no bytes break it", () => {
  expect(decodeMessage(PAIRS, [0xb0, 77, 1])).toBeNull();
  for (const bytes of [
    [],
    [1, 2, 3],
    [0xb0],
    [0xf0, 1, 2],
    [0xf7],
    [0xff, 0xf8],
    [0xb0, 10, 0xf8, 64, 42, 1],
  ]) {
    expect(() => decodeMessage(PAIRS, bytes)).not.toThrow();
  }
  expect(decodeMessage(PAIRS, [0xb0, 10, 0xf8, 64, 42, 1])).toMatchObject({ parameter: "up", raw: 8193 });
});
