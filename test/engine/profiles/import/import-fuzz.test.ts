// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever is done to a file, importing it never throws, takes a moment, and what comes out is a profile.

import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { projectFolder } from "../../../../engine/binding/places.ts";
import { importText } from "../../../../engine/profiles/import/import-text.ts";
import { profileYaml } from "../../../../engine/profiles/yaml-text.ts";
import { profileFromText } from "../../../support/profile-text.ts";

const VECTORS = path.join(projectFolder(), "test", "vectors", "profiles");
const FILES = ["synth.csv", "synth.triggers.csv", "synth.oxiindef", "synth.txt", "synth.midnam", "synth.cki"];
const RUNS = 400;

/** Pieces that mean something in one of the formats, or to JavaScript. */
const PIECES = [
  '"',
  ",",
  "\n",
  "\r\n",
  "<",
  ">",
  "&",
  "&lol;",
  "]]>",
  "<!--",
  "{",
  "}",
  "[",
  "]",
  "/*",
  "//",
  "#",
  ":",
  ";",
  "~",
  "-1",
  "0",
  "128",
  "16384",
  "999999999999",
  "1e9",
  "NaN",
  "null",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "[CC]",
  "[/CC]",
  "[NRPN]",
  "DEFAULT=",
  "0-127: X",
  "0-127: X; 5: Y",
  "\u0000",
  "\ud800",
  "\uFEFF",
  "é",
  "x".repeat(300),
];

type Edit = (text: string) => string;

const at = fc.double({ min: 0, max: 1, noNaN: true });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(at, fc.constantFrom(...PIECES)).map(
    ([place, piece]): Edit =>
      (text) =>
        text.slice(0, place * text.length) + piece + text.slice(place * text.length),
  ),
  fc.tuple(at, at).map(
    ([a, b]): Edit =>
      (text) =>
        text.slice(0, Math.min(a, b) * text.length) + text.slice(Math.max(a, b) * text.length),
  ),
  fc.tuple(at, at).map(
    ([a, b]): Edit =>
      (text) =>
        text + text.slice(Math.min(a, b) * text.length, Math.max(a, b) * text.length),
  ),
  fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(...PIECES)).map(
    ([index, piece]): Edit =>
      (text) => {
        let seen = -1;
        return text.replaceAll(/[A-Za-z]+|\d+/g, (word) => {
          seen += 1;
          return seen % 41 === index ? piece : word;
        });
      },
  ),
);

test.each(FILES)("%s, however bent, is imported without a crash into profiles without mistakes", (file) => {
  const original = readFileSync(path.join(VECTORS, file), "utf8");
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      const text = edits.reduce((bent, each) => each(bent), original);
      const { profiles, rejected } = importText({ file, text });
      for (const { id, profile } of profiles) {
        const read = profileFromText(profileYaml(profile, null), id);
        expect(read.sentences).toEqual([]);
        expect(read.profile.parameters.length).toBeGreaterThan(0);
      }
      for (const { reason } of rejected) expect(reason).toMatch(/\S.*\.$/s);
      expect(profiles.length + rejected.length).toBeGreaterThan(0);
    }),
    { numRuns: RUNS },
  );
});

test.each([".csv", ".oxiindef", ".txt", ".midnam", ".cki"])(
  "any text that ends in %s is no trouble",
  (ending) => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500, unit: "binary" }), (text) => {
        expect(() => importText({ file: `x${ending}`, text })).not.toThrow();
      }),
      { numRuns: RUNS },
    );
  },
);

const MIDI_GUIDE = "manufacturer,device,section,parameter_name,cc_msb,usage\n";
const BANKS = Array.from(
  { length: 20_000 },
  (_, index) => `<PatchBank Name="${index}"><UsesPatchNameList Name="a"/></PatchBank>`,
).join("");
const PATCHES = `<PatchNameList Name="a">${'<Patch Name="" ProgramChange="1"/>'.repeat(20_000)}</PatchNameList>`;
const NEST = '<MasterDeviceNames><Control Type="7bit" Number="1">'.repeat(1500);
const NEST_ENDS = "</Control></MasterDeviceNames>".repeat(1500);

function midnam(inside: string): string {
  return `<MIDINameDocument>${inside}</MIDINameDocument>`;
}

/** Each takes minutes when some pattern begins again at every letter. */
test.each([
  ["line ends", "x.txt", "\n".repeat(1_000_000)],
  ["blank lines in a definition", "x.txt", `${" ".repeat(500_000)}\n${"\n".repeat(500_000)}[CC]\n1 A`],
  ["spaces in a name", "x.txt", `TRACKNAME a${" ".repeat(500_000)}b\u2028c`],
  ["spaces and no name", "x.txt", `TRACKNAME${" ".repeat(50_000)}\u2028x`],
  ["signs of comments", "x.txt", `TRACKNAME a\n${"#".repeat(1_000_000)}\u2028`],
  ["letters of a number", "x.txt", `[CC]\n${"1".repeat(1_000_000)} a\u2028b`],
  ["quotes that do not end", "x.cki", `{x${'"\\'.repeat(1_000_000)}`],
  ["quotes that do not end", "x.oxiindef", `{x${'"\\'.repeat(1_000_000)}`],
  ["comments that do not end", "x.cki", `{${"/* ".repeat(1_000_000)}`],
  ["commas and spaces", "x.cki", `{${`,${" ".repeat(1000)}`.repeat(1000)}`],
  ["spaces in a list of values", "x.csv", `${MIDI_GUIDE}A,B,C,D,7,1${" ".repeat(1_000_000)}x\n`],
  ["spaces in a range", "x.csv", `${MIDI_GUIDE}A,B,C,D,7,1 -${" ".repeat(1_000_000)}x: y\n`],
  ["columns and rows", "x.csv", `manufacturer,device,${",".repeat(500_000)}\n${"a,\n".repeat(300_000)}`],
  ["banks of one long list", "x.midnam", midnam(`<MasterDeviceNames>${PATCHES}${BANKS}</MasterDeviceNames>`)],
  ["devices in devices", "x.midnam", midnam(`${NEST}${"<Values/>".repeat(200_000)}${NEST_ENDS}`)],
])("a file full of %s (%s) takes a moment", (_what, file, text) => {
  const startMs = performance.now();
  const { profiles, rejected } = importText({ file, text });
  expect(performance.now() - startMs).toBeLessThan(10_000);
  expect(profiles.length + rejected.length).toBeGreaterThan(0);
});

test("nesting without an end is refused, in a moment", () => {
  const deep = 50_000;
  const files = [
    ["x.oxiindef", "[".repeat(deep)],
    ["x.cki", '{"instrument_data":'.repeat(deep)],
    ["x.midnam", `<MIDINameDocument>${"<a>".repeat(deep)}`],
    ["x.midnam", `<MIDINameDocument>${"<a>".repeat(deep)}${"</a>".repeat(deep)}</MIDINameDocument>`],
    ["x.csv", `manufacturer,device,\n${'"'.repeat(deep)}`],
  ] as const;
  for (const [file, text] of files) expect(importText({ file, text }).profiles).toEqual([]);
});
