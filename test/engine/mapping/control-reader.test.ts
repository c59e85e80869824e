// SPDX-License-Identifier: GPL-3.0-or-later
// Messages in words, and who takes them.

import { expect, test } from "vitest";
import { type MappingSettings, settingsSchema } from "../../../engine/config/schema.ts";
import { ControlReader, hears } from "../../../engine/mapping/control-reader.ts";
import { controlText, heardText } from "../../../engine/mapping/mapping-words.ts";

function mapping(keys: object): MappingSettings {
  const [entry] = settingsSchema.parse({
    mappings: [{ id: "m", port: "keys", target: "transport", param: "play", ...keys }],
  }).mappings;
  if (entry === undefined) throw new Error("no entry");
  return entry;
}

/** The last of these messages, as it was heard. */
function heardLast(...messages: number[][]) {
  const reader = new ControlReader();
  const heard = messages.map((bytes, index) => reader.take({ serial: index, port: "keys", bytes })).at(-1);
  if (heard === undefined || heard === null) throw new Error("nothing was heard");
  return heard;
}

const NRPN = [
  [0xb0, 99, 1],
  [0xb0, 98, 3],
];

test.each<[string, number[][]]>([
  ["keys, channel 1: cc 74 is 64", [[0xb0, 74, 64]]],
  ["keys, channel 16: note 60 (C4) on, velocity 100", [[0x9f, 60, 100]]],
  ["keys, channel 1: note 60 (C4) off", [[0x90, 60, 0]]],
  ["keys, channel 1: note 37 (C#2) off", [[0x80, 37, 64]]],
  ["keys, channel 1: pressure of note 60 is 9", [[0xa0, 60, 9]]],
  ["keys, channel 1: pressure is 9", [[0xd0, 9]]],
  ["keys, channel 1: pitch bend is 0", [[0xe0, 0, 64]]],
  ["keys, channel 1: program 5", [[0xc0, 5]]],
  ["keys, channel 1: an nrpn is chosen (cc 99)", [[0xb0, 99, 1]]],
  ["keys, channel 1: nrpn 131 is chosen (cc 98)", NRPN],
  ["keys, channel 1: nrpn 131 is 64 (cc 6)", [...NRPN, [0xb0, 6, 64]]],
  ["keys, channel 1: nrpn 131 low byte is 7 (cc 38)", [...NRPN, [0xb0, 38, 7]]],
  ["keys, channel 1: nrpn 131 one click up (cc 96)", [...NRPN, [0xb0, 96, 0]]],
  ["keys, channel 1: cc 6 is 64", [...NRPN, [0xb0, 99, 127], [0xb0, 98, 127], [0xb0, 6, 64]]],
  ["keys, channel 1: cc 6 is 64", [...NRPN, [0xb0, 101, 0], [0xb0, 100, 0], [0xb0, 6, 64]]],
  ["keys, channel 2: cc 6 is 64", [...NRPN, [0xb1, 6, 64]]],
])("%s", (text, messages) => {
  expect(heardText(heardLast(...messages))).toBe(text);
});

test("what no control sends is not heard", () => {
  const reader = new ControlReader();
  for (const bytes of [[0xf8], [0xfe], [0xf0, 1, 0xf7], []])
    expect(reader.take({ serial: 1, port: "keys", bytes })).toBeNull();
});

test.each<[object, number[][], boolean]>([
  [{ number: 74 }, [[0xb3, 74, 1]], true],
  [{ number: 74 }, [[0xb3, 75, 1]], false],
  [{ number: 74, channel: 4 }, [[0xb3, 74, 1]], true],
  [{ number: 74, channel: 5 }, [[0xb3, 74, 1]], false],
  [{ number: 74, port: "other" }, [[0xb3, 74, 1]], false],
  [{ source: "cc14", number: 2 }, [[0xb0, 2, 1]], true],
  [{ source: "cc14", number: 2 }, [[0xb0, 34, 1]], true],
  [{ source: "cc14", number: 2, lsb: 99 }, [[0xb0, 34, 1]], false],
  [{ source: "nrpn", number: 131 }, [...NRPN, [0xb0, 6, 1]], true],
  [{ source: "nrpn", number: 130 }, [...NRPN, [0xb0, 6, 1]], false],
  [{ number: 96, reading: "incDec" }, [[0xb0, 97, 1]], true],
  [{ source: "note" }, [[0x90, 60, 1]], true],
  [{ source: "note", number: 61 }, [[0x90, 60, 1]], false],
  [{ source: "bend" }, [[0xe0, 0, 64]], true],
  [{ source: "pressure" }, [[0xd0, 64]], true],
  [{ source: "pressure" }, [[0xa0, 60, 64]], false],
  [{ source: "program", number: 5 }, [[0xc0, 5]], true],
])("%j hears the last of %j: %j", (keys, messages, does) => {
  expect(hears(mapping(keys), heardLast(...messages))).toBe(does);
});

test.each([
  [{ number: 74, channel: 2 }, "keys cc 74, channel 2"],
  [{ source: "cc14", number: 2 }, "keys cc 2 and 34, any channel"],
  [{ source: "note" }, "keys all keys, any channel"],
  [{ source: "note", number: 36 }, "keys note 36 (C2), any channel"],
  [{ source: "program" }, "keys any program, any channel"],
  [{ source: "bend" }, "keys pitch bend, any channel"],
])("the control of %j is %j", (keys, text) => {
  expect(controlText(mapping(keys))).toBe(text);
});
