// SPDX-License-Identifier: GPL-3.0-or-later
// What is no mistake and still worth a word.

import { expect, test } from "vitest";
import { lintProfile } from "../../../engine/profiles/lint.ts";
import { profileFromText } from "../../support/profile-text.ts";

function sentences(text: string): string {
  const { profile, sentences: mistakes } = profileFromText(text);
  expect(mistakes).toEqual([]);
  return lintProfile(profile)
    .map(({ parameter, sentence }) => `${parameter}: ${sentence}`)
    .join("\n");
}

test.each([
  ["no parameters", "name: X", /null: It has no parameters/],
  ["no source", "parameters: { a: { cc: 1 } }", /add sources/],
  ["no port", "device: { model: X }", /add device\.ports/],
  [
    "two at one controller",
    "parameters: { a: { cc: 1 }, b: { addresses: [{ type: cc14, cc: 9, lsb: 1 }] } }",
    /b: It has the address of a \(cc 1\)/,
  ],
  ["data entry as a parameter", "parameters: { a: { cc: 6 } }", /Controller 6 is data entry/],
  [
    "all notes off as a parameter",
    "parameters: { a: { cc: 123 } }",
    /Controller 123 is a channel mode message/,
  ],
  ["steps alone", "parameters: { a: { cc: 1, steps: 4 } }", /values with labels and zones are better/],
  [
    "a gap between zones",
    "parameters: { a: { cc: 1, values: [{label: A, send: 0, to: 9}, {label: B, send: 20, to: 127}] } }",
    /No value has the numbers before 20 \(B\)/,
  ],
  [
    "zones that end early",
    "parameters: { a: { cc: 1, values: [{label: A, send: 0, to: 9}, {label: B, send: 10, to: 90}] } }",
    /No value has the numbers up to 127/,
  ],
  [
    "one role twice",
    "parameters: { a: { cc: 1, role: x.y }, b: { cc: 2, role: x.y } }",
    /b: a has the role x\.y too/,
  ],
  ["unverified without a reason", "parameters: { a: { cc: 1, unverified: true } }", /say under unverified/],
])("%s", (_what, text, sentence) => {
  expect(sentences(text)).toMatch(sentence);
});

test("conditions that exclude each other keep two at one address apart", () => {
  const text = (second: string): string => `
sources: [{ title: X }]
parameters:
  kind: { cc: 1, values: [{ label: A, send: 0, to: 63 }, { label: B, send: 127, from: 64 }] }
  a: { cc: 2, when: { parameter: kind, values: [A] } }
  b: { cc: 2, when: { parameter: kind, values: [${second}] } }
`;
  expect(sentences(text("B"))).toBe("");
  expect(sentences(text("A"))).toMatch(/b: It has the address of a/);
});
