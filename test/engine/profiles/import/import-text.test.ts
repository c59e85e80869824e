// SPDX-License-Identifier: GPL-3.0-or-later
// Files of other programs: what becomes of each row, and the reason for each that is not used.

import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../../../engine/binding/places.ts";
import { encodeParameter } from "../../../../engine/profiles/encode.ts";
import { importText } from "../../../../engine/profiles/import/import-text.ts";
import type { Imported } from "../../../../engine/profiles/import/imported.ts";
import { profileYaml } from "../../../../engine/profiles/yaml-text.ts";
import { hexOf } from "../../../support/profile-golden.ts";
import { profileFromText } from "../../../support/profile-text.ts";

const VECTORS = path.join(projectFolder(), "test", "vectors", "profiles");

function imported(file: string): Imported {
  return importText({ file, text: readFileSync(path.join(VECTORS, file), "utf8") });
}

/** Each row that was not used, as `line what: reason`. */
function reasons({ rejected }: Imported): readonly string[] {
  return rejected.map(({ line, what, reason }) => `${line} ${what}: ${reason}`);
}

const FILES = ["synth.csv", "synth.triggers.csv", "synth.oxiindef", "synth.txt", "synth.midnam", "synth.cki"];

test.each(FILES)("what is made of %s is a profile without mistakes, marked as other people's", (file) => {
  const { profiles } = imported(file);
  expect(profiles).toHaveLength(1);
  for (const { id, profile } of profiles) {
    const read = profileFromText(profileYaml(profile, null), id);
    expect(read.sentences).toEqual([]);
    expect(read.profile.isCommunity).toBe(true);
    expect(read.profile.sources).toHaveLength(1);
    expect(read.profile.parameters.length).toBe(Object.keys(profile.parameters ?? {}).length);
  }
});

test("a table of MIDI Guide: pairs, NRPNs, zones, centres and defaults", () => {
  const result = imported("synth.csv");
  expect(result.profiles[0]?.id).toBe("nordwind_mowe_2_plus");
  expect(result.profiles[0]?.profile.parameters).toMatchObject({
    filter_cutoff: {
      name: "Cutoff",
      group: "Filter",
      cc: 74,
      default: 64,
      notes: "How bright, from dull to sharp",
    },
    filter_cutoff_2: { cc: 75, notes: 'A second one, said "fine"' },
    filter_drive: { addresses: [{ type: "cc14", cc: 12, lsb: 44 }], polarity: "bipolar" },
    filter_envelope: {
      addresses: [
        { type: "cc", cc: 13 },
        { type: "nrpn", msb: 1, lsb: 20, bits: 7 },
      ],
    },
    osc_wave: {
      values: [
        { label: "Saw", send: 0, from: 0, to: 42 },
        { label: "Pulse", send: 64, from: 43, to: 85 },
        { label: "Noise", send: 127, from: 86, to: 127 },
      ],
    },
    lfo_rate: { addresses: [{ type: "nrpn", msb: 2, lsb: 5 }], default: 100 },
    lfo_shape: { range: [0, 3], values: [{ send: 0 }, { send: 1 }, { send: 2 }, { send: 3 }] },
  });
  expect(reasons(result)).toEqual([
    "8 Osc, Detune: A part of its range is continuous. Its list of values is left out.",
    '9 Osc, Broken list: "0-63 Off and 64 On" is no value with a name. Its list of values is left out.',
    "10 Osc, Wide: It goes up to 1000, which one controller cannot carry: 0 to 127 is used.",
    "13 Global, Data entry: Controller 6 belongs to NRPN and RPN and is sent with them.",
    "14 Global, All notes off: Controller 123 is a channel mode message, no parameter.",
    "15 Global, Nowhere: It has neither controller nor NRPN.",
    '16 Global, Typo: cc_msb: expected 0 to 127, got "1x".',
  ]);
});

test("a controller with an NRPN beside it keeps its own range", () => {
  const [first] = imported("synth.csv").profiles;
  const { profile } = profileFromText(profileYaml(first?.profile ?? {}, null));
  expect(profile.parameters.find(({ id }) => id === "filter_envelope")).toMatchObject({ min: 0, max: 127 });
  expect(hexOf(encodeParameter(profile, "filter_envelope", 1))).toBe("B0 0D 7F");
});

test("a table of triggers: notes on their channel", () => {
  const result = imported("synth.triggers.csv");
  expect(result.profiles[0]?.profile.parameters).toMatchObject({
    note_drums_kick: { addresses: [{ type: "note", note: 36, channel: 10 }] },
  });
  expect(reasons(result)).toEqual(['4 Drums, Nothing: note_number_default: expected 0 to 127, got "".']);
});

test("an Oxi definition: abbreviations, labels, and NRPNs with the LSB first", () => {
  const result = imported("synth.oxiindef");
  expect(result.profiles[0]?.profile.parameters).toMatchObject({
    cutoff: { short: "Ctf", cc: 74, default: 64 },
    wave: { range: [0, 2], values: [{ label: "Saw" }, { label: "Pulse" }, { label: "Noise" }] },
    drive: { addresses: [{ type: "cc14", cc: 12, lsb: 44 }] },
    rate: { addresses: [{ type: "nrpn", msb: 2, lsb: 5, bits: 7 }] },
  });
  expect(reasons(result)).toEqual([
    "0 Rate: 2 labels do not fit 128 values: they are left out.",
    "0 Unassigned: It has no controller.",
    '0 Elsewhere: The type "osc" is not known.',
    "0 parameter 7: It is no group of keys.",
  ]);
});

test("a Hapax definition: channel, defaults, pairs, and NRPNs in one number", () => {
  const result = imported("synth.txt");
  expect(result.profiles[0]).toMatchObject({ id: "moewe", profile: { channel: 5 } });
  expect(result.profiles[0]?.profile.parameters).toMatchObject({
    kick: { addresses: [{ type: "note", note: 36, channel: 10 }] },
    cutoff: { cc: 74, default: 64 },
    wave: { cc: 20 },
    drive: { addresses: [{ type: "cc14", cc: 12, lsb: 44 }] },
    rate: { addresses: [{ type: "nrpn", msb: 2, lsb: 5, bits: 14 }], default: 100 },
    far: { addresses: [{ type: "nrpn", number: 1026, bits: 7 }] },
  });
  expect(reasons(result).map((reason) => Number.parseInt(reason, 10))).toEqual([12, 16, 22, 32, 36]);
});

test("a MIDNAM document: controls, lists of values, programs of a bank, notes in groups", () => {
  const result = imported("synth.midnam");
  expect(result.profiles[0]?.profile).toMatchObject({ notes: "Also for Möwe Rack." });
  expect(result.profiles[0]?.profile.parameters).toEqual({
    cutoff: { name: "Cutoff", cc: 74 },
    wave: {
      name: "Wave",
      cc: 20,
      values: [
        { label: "Saw", send: 0 },
        { label: "Pulse", send: 64 },
      ],
    },
    sync: {
      name: "Sync",
      cc: 21,
      values: [
        { label: "Off", send: 0 },
        { label: "On", send: 64 },
      ],
    },
    drive: { name: "Drive", addresses: [{ type: "cc14", cc: 12, lsb: 44 }] },
    rate: { name: "Rate", addresses: [{ type: "nrpn", number: 261 }], range: [0, 1000] },
    program_factory_more: {
      name: "Factory & more",
      group: "Programs",
      addresses: [{ type: "program", bankMsb: 1, bankLsb: 2 }],
      values: [
        { label: "Bass", send: 0 },
        { label: "Lead", send: 1 },
      ],
    },
    note_kick: { name: "Kick", group: "Notes", addresses: [{ type: "note", note: 36 }] },
    note_snare: { name: "Snare", group: "Notes", addresses: [{ type: "note", note: 38 }] },
  });
  expect(reasons(result)).toHaveLength(3);
});

test("a Cirklon instrument with comments and commas too many", () => {
  const result = imported("synth.cki");
  expect(result.profiles[0]?.profile).toMatchObject({
    channel: 5,
    unverified: [expect.stringContaining("octaves")],
  });
  expect(result.profiles[0]?.profile.parameters).toMatchObject({
    cutoff: { cc: 74, short: "Cutoff" },
    wave: { cc: 20, range: [0, 4], default: 2 },
    sync: { cc: 21 },
    note_kick: { addresses: [{ type: "note", note: 36 }] },
  });
  expect(reasons(result)).toEqual([
    "0 slot_3: It is a control of the Cirklon itself.",
    "0 slot_4: Expected a controller, 0 to 127.",
    "0 H 3: Expected the name of a note, such as C 3.",
  ]);
});

test("what stands in quotes is no comment and no comma too many, wherever it ends", () => {
  const text = `{"parameters":[{"name":"a // b \\" /* c */ ,]","type":"cc","nr1":7, /* d */ }, // "e",\n],}`;
  const { profiles, rejected } = importText({ file: "x.oxiindef", text });
  expect(rejected).toEqual([]);
  expect(Object.values(profiles[0]?.profile.parameters ?? {})).toMatchObject([
    { name: 'a // b " /* c */ ,]', cc: 7 },
  ]);
});

test.each([
  ["TRACKNAME  Big Bird   # ours", "Big Bird"],
  ["\uFEFF\tTRACKNAME\tBig Bird", "Big Bird"],
  ["TRACKNAME NULL", "x"],
  ["TRACKNAME", "x"],
  ["TRACKNAME # none", "x"],
])("a Hapax definition that begins with %j is of %s", (line, name) => {
  const { profiles } = importText({ file: "x.txt", text: `${line}\r\n[CC]\r\n7 Level\r\n[/CC]\r\n` });
  expect(profiles[0]?.profile.name).toBe(name);
});

test.each([
  [
    "x.csv",
    "manufacturer,device,section,parameter_name,cc_msb,usage\nA,B,C,D,\u001b[2J,\nA,B,C,E,7,\u009b1: x\n",
  ],
  ["x.csv", "manufacturer,device,section,parameter_name,cc_msb,cc_min_value\nA,B,C,D,7,\u001b[2J\n"],
  ["x.txt", "TRACKNAME a\n\u001b[2J\n[CC]\n\u001b[2J A\n1:DEFAULT=999 \u001b[2J\n[NRPN]\n1:2:\u001b[2J B\n"],
  ["x.oxiindef", '{"parameters":[{"name":"\\u001b[2J","type":"\\u001b[2J"},{"type":"\\u009b"}]}'],
  ["x.cki", '{"instrument_data":{"\\u001b":{"track_values":{"\\u001b[2J":{"MIDI_CC":"\\u009b"}}}}}'],
  [
    "x.midnam",
    '<MIDINameDocument><MasterDeviceNames><Control Type="\u0085" Number="1"/></MasterDeviceNames></MIDINameDocument>',
  ],
])("the report on %s holds no character that a terminal obeys", (file, text) => {
  const { rejected } = importText({ file, text });
  expect(rejected.length).toBeGreaterThan(0);
  for (const { what, reason } of rejected) expect(`${what}: ${reason}`).not.toMatch(/\p{Cc}/u);
});

test("a cell of a megabyte is quoted in a few words", () => {
  const head = "manufacturer,device,section,parameter_name,cc_msb\n";
  const { rejected } = importText({ file: "x.csv", text: `${head}A,B,C,D,${"9".repeat(1_000_000)}\n` });
  expect(rejected[0]?.reason.length).toBeLessThan(200);
});

test.each([
  ["table.csv", "a,b\n1,2\n", /no table of MIDI Guide/],
  ["empty.csv", "", /no table of MIDI Guide/],
  ["rows.csv", "manufacturer,device,section\n", /no rows/],
  ["notes.txt", "Dear diary,\n", /no definition of the Hapax/],
  ["x.oxiindef", "[]", /no JSON object/],
  ["x.oxiindef", "{}", /no list of "parameters"/],
  ["x.oxiindef", "{", /no JSON: line 1/],
  ["x.cki", "{}", /no "instrument_data"/],
  ["x.midnam", "<html>", /no MIDNAM document/],
  ["x.midnam", "<MIDINameDocument>", /no XML/],
  ["x.midnam", "<MIDINameDocument/>", /names no device/],
  ["x.wav", "RIFF", /Its ending is none of/],
])("%s that holds %j is refused with a reason", (file, text, reason) => {
  const result = importText({ file, text });
  expect(result.profiles).toEqual([]);
  expect(result.rejected[0]?.reason).toMatch(reason);
});
