// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles that a careless hand or a bad disk has touched: never a throw, mistakes with their place, and
// whatever is left of a profile sends MIDI and nothing else.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { projectFolder } from "../../../engine/binding/places.ts";
import { decodeMessage, MessageDecoder } from "../../../engine/profiles/decode.ts";
import { encodePanic, encodeParameter } from "../../../engine/profiles/encode.ts";
import { lintProfile } from "../../../engine/profiles/lint.ts";
import type { Profile } from "../../../engine/profiles/profile.ts";
import { splitMessages } from "../../../engine/profiles/split-messages.ts";
import { bendText, bendTree, diceOf } from "../../support/mutations.ts";
import { builtIns } from "../../support/profile-golden.ts";
import { profileFromText } from "../../support/profile-text.ts";

const TREES = 1000;
const TEXTS = 500;
const FOLDER = path.join(projectFolder(), "profiles");
const VOLCA = readFileSync(path.join(FOLDER, "volca_keys.yaml"), "utf8");

/** Everything of the format once. */
const WIDE = {
  version: 1,
  id: "wide",
  name: "Wide",
  community: true,
  device: {
    maker: "M",
    model: "X",
    identity: { manufacturer: [0, 32, 107], family: [1, 2], member: [3, 4] },
    ports: ["X*"],
    settings: [{ name: "A", value: "B", help: "C" }],
  },
  channel: 2,
  limits: { bytesPerSecond: 3125, minGapMs: 1, sysexGapMs: 20, runningStatus: true },
  receives: ["notes", "clock"],
  panic: [{ cc: 120, value: 0 }],
  parameters: {
    plain: {
      cc: 1,
      range: [0, 100],
      default: 7,
      curve: {
        type: "table",
        points: [
          [0, 0],
          [0.3, 0.5],
          [1, 1],
        ],
      },
    },
    pair: {
      addresses: [
        { type: "cc14", cc: 2, lsb: 34, order: "lsbFirst" },
        { type: "cc", cc: 2 },
      ],
      polarity: "bipolar",
    },
    list: {
      cc: 3,
      values: [
        { label: "A", send: 0, from: 0, to: 9 },
        { label: "B", send: 127, from: 10 },
      ],
      default: "B",
    },
    deep: {
      addresses: [{ type: "nrpn", number: 300, bits: 7 }],
      curve: "s-curve",
      when: { parameter: "list", values: ["A"] },
    },
    drum: { addresses: [{ type: "note", note: 36, channel: 10 }] },
    touch: { addresses: [{ type: "pressure", note: 3 }] },
    bend: { addresses: [{ type: "pitchBend" }], curve: "exponential" },
    sound: { addresses: [{ type: "program", bankMsb: 1 }], range: [0, 15] },
    dump: {
      addresses: [{ type: "sysex", template: "F0 42 3n msb lsb F7" }],
      flow: { priority: 1, deadband: 0.1 },
    },
    old: { cc: 9, curve: "stepped", steps: 5, name: "Old" },
  },
  sources: [{ title: "T", url: "U", notes: "N" }],
  unverified: ["X"],
  notes: "N",
};

/** Whole messages, statuses first, all else data. */
function expectMidi(messages: readonly (readonly number[])[]): void {
  for (const [status = 0, ...data] of messages) {
    if (status === 0xf0) expect(data.pop()).toBe(0xf7);
    else {
      expect(status).toBeGreaterThanOrEqual(0x80);
      expect(status).toBeLessThan(0xf0);
    }
    for (const byte of data) {
      expect(Number.isInteger(byte)).toBe(true);
      expect(byte).toBeGreaterThanOrEqual(0);
      expect(byte).toBeLessThanOrEqual(127);
    }
  }
}

function expectPlayable(profile: Profile): void {
  lintProfile(profile);
  expectMidi(encodePanic(profile));
  for (const parameter of profile.parameters) {
    for (const value of [0, 0.37, 1, ...parameter.values.map(({ label }) => label)]) {
      for (const address of parameter.addresses.keys()) {
        expectMidi(encodeParameter(profile, parameter.id, value, { address }));
      }
    }
  }
}

test("a profile with a change anywhere is read, and what is left of it sends MIDI", () => {
  const small = readdirSync(FOLDER)
    .filter((name) => name.startsWith("volca"))
    .map((name) => parse(readFileSync(path.join(FOLDER, name), "utf8")) as object);
  const trees = [WIDE, WIDE, ...small];
  let good = 0;
  for (let seed = 0; seed < TREES; seed += 1) {
    const dice = diceOf(seed);
    const tree = structuredClone(trees[seed % trees.length] ?? WIDE);
    for (let count = 1 + Math.floor(dice() * 3); count > 0; count -= 1) bendTree(tree, dice);
    const { profile, sentences } = profileFromText(JSON.stringify(tree), "bent");
    if (sentences.length === 0) good += 1;
    for (const sentence of sentences) expect(sentence).toMatch(/^bent\.yaml:\d+:\d+: /);
    expectPlayable(profile);
  }
  expect(good).toBeGreaterThan(TREES / 20);
});

test("a profile with slips of the finger is read, and what is left of it sends MIDI", () => {
  for (let seed = 0; seed < TEXTS; seed += 1) {
    expectPlayable(profileFromText(bendText(VOLCA, diceOf(seed)), "bent").profile);
  }
});

test("no bytes that arrive are trouble, whole or cut", async () => {
  const profiles = await builtIns();
  const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.constantFrom(...profiles), bytes, (profile, arrived) => {
      const decoder = new MessageDecoder(profile, 0);
      const changes = splitMessages(arrived).flatMap((message) => decoder.take(message));
      for (const { value } of [...changes, ...decoder.settle()]) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
      expect(() => decodeMessage(profile, arrived)).not.toThrow();
      expect(() => decoder.take(arrived)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});
