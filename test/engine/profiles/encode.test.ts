// SPDX-License-Identifier: GPL-3.0-or-later
// Every type of address, byte by byte, in the order it asks for.

import { expect, test } from "vitest";
import { isAppError } from "../../../engine/base/errors.ts";
import { encodePanic, encodeParameter } from "../../../engine/profiles/encode.ts";
import { hexOf } from "../../support/profile-golden.ts";
import { profileFromText } from "../../support/profile-text.ts";

function bytes(address: string, raw: number, rest = ""): string {
  const { profile, sentences } = profileFromText(
    `{ channel: 3, parameters: { it: { addresses: [{ ${address} }], values: [{ label: it, send: ${raw} }], ${rest} } } }`,
  );
  expect(sentences).toEqual([]);
  return hexOf(encodeParameter(profile, "it", "it"));
}

test.each([
  ["type: cc, cc: 74", 100, "B2 4A 64"],
  ["type: cc, cc: 74, channel: 16", 100, "BF 4A 64"],
  ["type: cc14, cc: 43, lsb: 107", 8321, "B2 2B 41, B2 6B 01"],
  ["type: cc14, cc: 43, lsb: 107, order: lsbFirst", 8321, "B2 6B 01, B2 2B 41"],
  ["type: nrpn, msb: 2, lsb: 7", 8321, "B2 63 02, B2 62 07, B2 06 41, B2 26 01"],
  ["type: nrpn, msb: 2, lsb: 7, order: lsbFirst", 8321, "B2 63 02, B2 62 07, B2 26 01, B2 06 41"],
  ["type: nrpn, number: 263, bits: 7", 100, "B2 63 02, B2 62 07, B2 06 64"],
  ["type: rpn, number: 1", 8321, "B2 65 00, B2 64 01, B2 06 41, B2 26 01"],
  ["type: note, note: 36", 100, "92 24 64"],
  ["type: note, note: 36", 0, "82 24 00"],
  ["type: pitchBend", 8321, "E2 01 41"],
  ["type: pressure", 100, "D2 64"],
  ["type: pressure, note: 60", 100, "A2 3C 64"],
  ["type: program", 100, "C2 64"],
  ["type: program, bankMsb: 1, bankLsb: 2", 100, "B2 00 01, B2 20 02, C2 64"],
  ["type: sysex, template: F0 42 3n 01 value F7", 100, "F0 42 32 01 64 F7"],
  ["type: sysex, template: F0 42 lsb msb F7", 8321, "F0 42 01 41 F7"],
])("{ %s } sends %i as %s", (address, raw, expected) => {
  expect(bytes(address, raw)).toBe(expected);
});

test("an address of 7 bits carries the upper half of 14", () => {
  const { profile } = profileFromText(
    "parameters: { it: { addresses: [{ type: cc14, cc: 43, lsb: 107 }, { type: cc, cc: 43 }] } }",
  );
  expect(hexOf(encodeParameter(profile, "it", 1, { address: 1 }))).toBe("B0 2B 7F");
  expect(hexOf(encodeParameter(profile, "it", 0.5, { address: 1 }))).toBe("B0 2B 40");
});

test("the channel is the address's, else the caller's, else the profile's, else the first", () => {
  const text =
    "channel: 3, parameters: { a: { cc: 1 }, b: { addresses: [{ type: cc, cc: 1, channel: 9 }] } }";
  const { profile } = profileFromText(`{ ${text} }`);
  expect(hexOf(encodeParameter(profile, "a", 0))).toBe("B2 01 00");
  expect(hexOf(encodeParameter(profile, "a", 0, { channel: 5 }))).toBe("B5 01 00");
  expect(hexOf(encodeParameter(profile, "b", 0, { channel: 5 }))).toBe("B8 01 00");
  expect(hexOf(encodeParameter(profileFromText("parameters: { a: { cc: 1 } }").profile, "a", 0))).toBe(
    "B0 01 00",
  );
});

test("a parameter is found by its role, and the first of several wins", () => {
  const { profile } = profileFromText(
    "parameters: { one: { cc: 1, role: filter.cutoff }, two: { cc: 2, role: filter.cutoff } }",
  );
  expect(hexOf(encodeParameter(profile, "filter.cutoff", 1))).toBe("B0 01 7F");
});

test("a parameter that is not there is named with near ones", () => {
  const { profile } = profileFromText("parameters: { filter_cutoff: { cc: 1 }, pan: { cc: 2 } }");
  const wrong = (): unknown => encodeParameter(profile, "filter_cutof", 1);
  expect(wrong).toThrow(/filter_cutoff\?/);
  try {
    wrong();
  } catch (error) {
    expect(isAppError(error, "PARAMETER_UNKNOWN")).toBe(true);
  }
});

test("a label that is not there is answered with those that are", () => {
  const { profile } = profileFromText(
    "parameters: { it: { cc: 1, values: [{label: Saw, send: 0}, {label: Sine, send: 9}] } }",
  );
  expect(() => encodeParameter(profile, "it", "Square")).toThrow(/Saw, Sine/);
});

test("panic is what the profile says, or all notes off", () => {
  expect(hexOf(encodePanic(profileFromText("{}").profile, 4))).toBe("B4 7B 00");
  const text = "panic: [{ cc: 120, value: 0 }, { cc: 123, value: 0 }]";
  expect(hexOf(encodePanic(profileFromText(text).profile))).toBe("B0 78 00, B0 7B 00");
});
