// SPDX-License-Identifier: GPL-3.0-or-later
// A mapping or a scene comes into the settings file, and nothing else of the file changes.

import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { projectFolder } from "../../../engine/binding/places.ts";
import { loadSettingsBytes } from "../../../engine/config/load-settings.ts";
import type { WrittenMapping, WrittenScene } from "../../../engine/config/schema.ts";
import { withEntry } from "../../../engine/config/write-entry.ts";

const DEFAULTS = readFileSync(path.join(projectFolder(), "config", "downbeat.yaml"), "utf8");
const ENTRY: WrittenMapping = {
  id: "cut",
  port: "virtual",
  number: 74,
  target: "synth",
  param: "filter.cutoff",
};
const LINES = [
  "  - id: cut",
  "    port: virtual",
  "    number: 74",
  "    target: synth",
  "    param: filter.cutoff",
];

test("the shipped file gets five lines under mappings, and keeps every other", () => {
  const before = DEFAULTS.split("\n");
  const after = withMapping("x", DEFAULTS, ENTRY, []).split("\n");
  const at = before.indexOf("mappings:") + 1;
  expect(after).toEqual([...before.slice(0, at), ...LINES, ...before.slice(at)]);
  const { state, settings } = loadSettingsBytes("x", Buffer.from(after.join("\n")), "check");
  expect([state, settings.mappings.length]).toEqual(["good", 1]);
});

const withMapping = (
  file: string,
  text: string,
  entry: WrittenMapping,
  replaced: readonly string[],
): string => withEntry(file, text, { list: "mappings", entry }, replaced);

const OWN = `# mine
mappings: # all of them
  # the left knob
  - id: left # here
    port: virtual # and here
    number: 1
    target: transport
    param: play

  - id: right
    port: virtual
    number: 2
    target: transport
    param: stop
    # not used: reading

# loud
master:
  gainDb: 1
`;

test("a second one comes behind the last, before what follows", () => {
  expect(withMapping("x", OWN, ENTRY, [])).toBe(
    OWN.replace("    param: stop\n", `    param: stop\n${LINES.join("\n")}\n`),
  );
});

test("one takes the place of another, whose neighbours and comments stay", () => {
  const changed = withMapping("x", OWN, ENTRY, ["left"]);
  expect(changed).toContain(`  # the left knob\n${LINES.join("\n")}\n\n  - id: right\n`);
  expect(changed).toContain("    # not used: reading\n\n# loud\nmaster:");
  const both = withMapping("x", OWN, ENTRY, ["left", "right"]);
  expect(parse(both)).toEqual({ mappings: [ENTRY], master: { gainDb: 1 } });
  expect(both).toContain("# loud");
});

test.each([
  ["no mappings yet", "version: 1\n"],
  ["no mappings and no line end", "version: 1"],
  ["no value", "mappings:\nversion: 1\n"],
  ["no value at the end", "version: 1\nmappings:"],
  ["null", "mappings: null\nversion: 1\n"],
  ["an empty list", "mappings: []\nversion: 1\n"],
  [
    "entries in one line",
    "mappings:\n- { id: a, port: virtual, number: 1, target: transport, param: play }\n",
  ],
  ["all in one line", "mappings: [{ id: a, port: virtual, number: 1, target: transport, param: play }]\n"],
  ["another program's ends of lines", "version: 1\r\nmappings:\r\n  - id: a\r\n    port: virtual\r\n"],
  ["nothing", ""],
])("a file with %s gets it", (_what, text) => {
  const before = (parse(text) as { mappings?: unknown[] | null } | null) ?? {};
  const changed = withMapping("x", text, ENTRY, []);
  expect(parse(changed)).toEqual({ ...before, mappings: [...(before.mappings ?? []), ENTRY] });
  const again = withMapping("x", changed, { ...ENTRY, id: "other" }, ["cut"]);
  expect(parse(again)).toEqual({
    ...before,
    mappings: [...(before.mappings ?? []), { ...ENTRY, id: "other" }],
  });
});

test("whatever is in the list and goes, the others stay as they were", () => {
  const one = fc.record({ target: fc.string(), param: fc.string(), number: fc.nat() });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), fc.nat({ max: 63 }), (list, which) => {
      const entries = list.map((item, index) => ({ id: `m${index}`, port: "virtual", ...item }));
      const gone = entries.filter((_, index) => (which >> index) & 1).map(({ id }) => id);
      const changed = parse(withMapping("x", stringify({ mappings: entries, version: 1 }), ENTRY, gone)) as {
        mappings: { id: string }[];
      };
      expect(changed.mappings.filter(({ id }) => id !== "cut")).toEqual(
        entries.filter(({ id }) => !gone.includes(id)),
      );
      expect(changed.mappings.filter(({ id }) => id === "cut")).toEqual([ENTRY]);
    }),
    { numRuns: 200 },
  );
});

test("a file that is no YAML is named", () => {
  expect(() => withMapping("box.yaml", "a: [1", ENTRY, [])).toThrow(/^box\.yaml: .*Nothing was written$/s);
});

const SCENE: WrittenScene = {
  id: "verse",
  start: "bar",
  values: [
    { target: "rack:bass", param: "gain", value: 0.5 },
    { target: "synth:lead", param: "filter type", value: "LP: 24" },
  ],
};

test("a scene comes into a file without scenes, each of its values on a line", () => {
  const text = withEntry("x", OWN, { list: "scenes", entry: SCENE }, []);
  expect(text).toBe(`${OWN}scenes:
  - id: verse
    start: bar
    values:
      - { target: rack:bass, param: gain, value: 0.5 }
      - { target: synth:lead, param: filter type, value: "LP: 24" }
`);
  expect(parse(text)).toEqual({ ...(parse(OWN) as object), scenes: [SCENE] });
});

test("a scene is replaced where it stands, and taken out, and its neighbours keep their comments", () => {
  const two = `scenes:
  # quiet
  - id: intro # here
    values: []
  # loud
  - id: verse
    values:
      - { target: rack:a, param: gain, value: 1 }
  - id: end
    values: [] # nothing
`;
  const replaced = withEntry("x", two, { list: "scenes", entry: SCENE }, ["verse"]);
  expect(replaced).toContain("  # quiet\n  - id: intro # here\n");
  expect(replaced).toContain("  # loud\n  - id: verse\n    start: bar\n");
  expect(replaced).toContain("  - id: end\n    values: [] # nothing\n");
  const gone = withEntry("x", two, { list: "scenes", entry: null }, ["verse"]);
  expect((parse(gone) as { scenes: { id: string }[] }).scenes.map(({ id }) => id)).toEqual(["intro", "end"]);
  expect(gone).toContain("  # quiet\n  - id: intro # here\n");
});

test("the last scene that goes leaves an empty list", () => {
  const text = withEntry(
    "x",
    "version: 1\nscenes:\n  - id: a\n    values: []\n",
    { list: "scenes", entry: null },
    ["a"],
  );
  expect(parse(text)).toEqual({ version: 1, scenes: [] });
});
