// SPDX-License-Identifier: GPL-3.0-or-later
// What a profile may say, and what is answered to one that says something else: place, expectation, hint.

import { expect, test } from "vitest";
import { profileFromText } from "../../support/profile-text.ts";

test.each([
  ["a key that is not one", "nmae: X", /synth\.yaml:1:1: nmae: .*Did you mean "name"\?/],
  [
    "a version to come",
    "version: 2",
    /1:10: version: expected 1, got 2\. This profile is for a newer Downbeat/,
  ],
  [
    "a name that a terminal obeys",
    'name: "a\\e[2J"',
    /name: expected text, not empty, at most 64 characters, on one line, got "a\\u001b\[2J"/,
  ],
  ["a name of two lines", 'device: { model: "a\\nb" }', /device\.model: expected text.*on one line/],
  ["a label with a C1 character", 'parameters: { it: { cc: 1, short: "a\\u009b" } }', /short: expected text/],
  ["notes with a bell", 'notes: "a\\u0007"', /notes: expected text.*without control characters/],
  ["an id with capitals", "id: My-Synth", /id: expected a name of small letters/],
  ["a channel of programmers", "channel: 0", /channel: expected a whole number from 1 to 16, got 0/],
  ["a list of parameters", "parameters: [1]", /parameters: expected a group of keys, got a list of 1/],
  [
    "a parameter without a place",
    "parameters: { it: { name: It } }",
    /parameters\.it: expected cc or addresses/,
  ],
  [
    "a parameter with two places",
    "parameters: { it: { cc: 1, addresses: [{ type: cc, cc: 2 }] } }",
    /it\.cc: cc is short for/,
  ],
  ["a name that is no id", "parameters: { Filter Cutoff: { cc: 1 } }", /expected a name of small letters/],
  [
    "a controller too far",
    "parameters: { it: { cc: 128 } }",
    /it\.cc: expected a whole number from 0 to 127, got 128/,
  ],
  [
    "a type that is not one",
    "parameters: { it: { addresses: [{ type: nprn, cc: 2 }] } }",
    /addresses\[0\]\.type: expected a type of address .*Did you mean "nrpn"\?/,
  ],
  [
    "an address with strange keys",
    "parameters: { it: { addresses: [{ type: cc, cc: 1, lbs: 2 }] } }",
    /addresses\[0\]\.lbs: expected a key of the format/,
  ],
  [
    "an NRPN without a number",
    "parameters: { it: { addresses: [{ type: nrpn, msb: 1 }] } }",
    /expected which nrpn it is, once.*Write msb and lsb, or number/,
  ],
  [
    "an NRPN with two numbers",
    "parameters: { it: { addresses: [{ type: nrpn, msb: 1, lsb: 1, number: 1 }] } }",
    /expected which nrpn it is, once/,
  ],
  [
    "sysex without an end",
    "parameters: { it: { addresses: [{ type: sysex, template: F0 01 value }] } }",
    /expected bytes in hex from F0 to F7/,
  ],
  [
    "a range upside down",
    "parameters: { it: { cc: 1, range: [9, 3] } }",
    /it\.range: expected the smaller first, at most 127 at this address, got 9 to 3/,
  ],
  [
    "a range too wide for it",
    "parameters: { it: { cc: 1, range: [0, 200] } }",
    /at most 127 at this address/,
  ],
  [
    "a curve that is not one",
    "parameters: { it: { cc: 1, curve: exponental } }",
    /it\.curve: expected "linear", "exponential"/,
  ],
  [
    "a table with a step back",
    "parameters: { it: { cc: 1, curve: { type: table, points: [[0, 0], [0.5, 0.8], [0.7, 0.2], [1, 1]] } } }",
    /points: expected points from \[0, 0\] to \[1, 1\]/,
  ],
  [
    "a table that ends early",
    "parameters: { it: { cc: 1, curve: { type: table, points: [[0, 0], [0.5, 1]] } } }",
    /points: expected points/,
  ],
  [
    "steps that nobody counted",
    "parameters: { it: { cc: 1, curve: stepped } }",
    /it\.curve: expected values, or at least how many steps/,
  ],
  [
    "values on a straight line",
    "parameters: { it: { cc: 1, curve: linear, values: [{label: A, send: 1}] } }",
    /it\.curve: expected "stepped", or no values/,
  ],
  [
    "a value outside the range",
    "parameters: { it: { cc: 1, range: [0, 9], values: [{label: A, send: 10}] } }",
    /values\[0\]\.send: expected 0 to 9, got 10/,
  ],
  [
    "zones over each other",
    "parameters: { it: { cc: 1, values: [{label: A, send: 0, to: 9}, {label: B, send: 9}] } }",
    /values\[1\]\.from: expected a zone beside that of A/,
  ],
  [
    "a zone without its value",
    "parameters: { it: { cc: 1, values: [{label: A, send: 0, from: 3, to: 9}] } }",
    /expected a zone with send in it/,
  ],
  [
    "a label twice",
    "parameters: { it: { cc: 1, values: [{label: A, send: 0}, {label: A, send: 1}] } }",
    /values\[1\]\.label: expected a label that no other value has/,
  ],
  [
    "a default outside",
    "parameters: { it: { cc: 1, range: [0, 9], default: 10 } }",
    /it\.default: expected 0 to 9, got 10/,
  ],
  [
    "a default that is no label",
    "parameters: { it: { cc: 1, default: Sww, values: [{label: Saw, send: 0}] } }",
    /it\.default: expected a label of this parameter \(Saw\), got "Sww"\. Did you mean "Saw"\?/,
  ],
  [
    "a centre of nothing",
    "parameters: { it: { cc: 1, centre: 64 } }",
    /it\.centre: Only a bipolar parameter has a centre/,
  ],
  [
    "a condition on what is not there",
    "parameters: { it: { cc: 1, when: { parameter: kind, values: [A] } } }",
    /when\.parameter: expected a parameter of this profile/,
  ],
  [
    "too long a short name",
    "parameters: { it: { cc: 1, short: Resonance } }",
    /it\.short: expected text, not empty, at most 8 characters/,
  ],
])("%s is named with its place", (_what, text, sentence) => {
  const { sentences } = profileFromText(text);
  expect(sentences.join("\n")).toMatch(sentence);
});

test("one bad parameter costs that one alone, and every mistake is told at once", () => {
  const { profile, sentences } = profileFromText(`parameters:
  good: { cc: 1 }
  bad: { cc: 999 }
  fine: { cc: 2 }
  worse: { cc: 3, range: [5, 1] }
`);
  expect(profile.parameters.map(({ id }) => id)).toEqual(["good", "fine"]);
  expect(sentences).toHaveLength(2);
  expect(sentences[0]).toMatch(/^synth\.yaml:3:14: parameters\.bad\.cc/);
});

test("the short form of older files is read as it is", () => {
  const { profile, sentences } = profileFromText(`
name: My JX
description: On the left.
parameters:
  filter_cutoff: { cc: 74, range: [0, 127], curve: exponential, name: Cutoff }
  attack: { cc: 73, range: [0, 127], curve: logarithmic, name: Attack }
  wave: { cc: 20, range: [0, 127], curve: stepped, steps: 4, name: Wave }
`);
  expect(sentences).toEqual([]);
  expect(profile).toMatchObject({ name: "My JX", notes: "On the left." });
  expect(profile.parameters).toMatchObject([
    { id: "filter_cutoff", curve: { type: "exponential", amount: 4 }, min: 0, max: 127 },
    { id: "attack", curve: { type: "logarithmic" } },
    { id: "wave", curve: { type: "stepped" }, values: [{ send: 0 }, {}, {}, { send: 127 }] },
  ]);
});

test("what is not written has a default that everybody can work with", () => {
  const { profile } = profileFromText(
    "parameters: { filter_cutoff: { addresses: [{ type: cc14, cc: 43, lsb: 107 }] } }",
  );
  expect(profile).toEqual({
    id: "synth",
    name: "synth",
    isCommunity: false,
    device: { maker: "", model: "", identity: null, ports: [], settings: [] },
    channel: null,
    limits: { bytesPerSecond: null, minGapMs: 0, sysexGapMs: 0, runningStatus: false },
    receives: [],
    sends: [],
    panic: [{ cc: 123, value: 0 }],
    parameters: [
      {
        id: "filter_cutoff",
        name: "Filter cutoff",
        short: "FltrCtff",
        group: "",
        role: null,
        addresses: [{ type: "cc14", cc: 43, lsb: 107, order: "msbFirst", channel: null }],
        min: 0,
        max: 16_383,
        default: null,
        polarity: "unipolar",
        centre: null,
        curve: { type: "linear" },
        values: [],
        flow: { priority: 5, minIntervalMs: 0, smoothingMs: 0, deadband: 0 },
        when: null,
        isUnverified: false,
        notes: "",
      },
    ],
    sources: [],
    unverified: [],
    notes: "",
  });
});

test("a musician's channel 1 is 0 inside, and the middle of a bipolar range is its centre", () => {
  const { profile } = profileFromText(
    "{ channel: 1, parameters: { a: { cc: 1, polarity: bipolar }, b: { addresses: [{ type: pitchBend }], polarity: bipolar } } }",
  );
  expect(profile.channel).toBe(0);
  expect(profile.parameters.map(({ centre }) => centre)).toEqual([64, 8192]);
});

test("numbers in hex are numbers", () => {
  const { profile, sentences } = profileFromText(
    "device: { identity: { manufacturer: [0x42], family: [0x73, 0x01] } }",
  );
  expect(sentences).toEqual([]);
  expect(profile.device.identity).toEqual({ manufacturer: [0x42], family: [0x73, 1], member: [] });
});

test("notes may have several lines", () => {
  const { profile, sentences } = profileFromText(
    'notes: |\n  one\n  \ttwo\nparameters: { it: { cc: 1, notes: "a\\nb" } }',
  );
  expect(sentences).toEqual([]);
  expect(profile.notes).toContain("one\n");
});
