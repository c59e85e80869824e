// SPDX-License-Identifier: GPL-3.0-or-later
// What is generated from the settings schema is fresh, and says what the schema says.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { generatedFiles, staleFiles } from "../../engine/config/generate.ts";
import { checkSettingsFile, loadSettingsBytes } from "../../engine/config/load-settings.ts";
import { DEFAULT_SETTINGS } from "../../engine/config/schema.ts";
import { SETTING_FACTS, type SettingFacts } from "../../engine/config/setting-facts.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DEFAULT_FILE = `${ROOT}/config/downbeat.yaml`;

test("the default file, the editor's schema and the reference page are fresh", () => {
  expect(staleFiles(ROOT)).toEqual([]);
  execFileSync(process.execPath, [`${ROOT}/engine/config/generate.ts`, "--check"], { stdio: "pipe" });
});

test("a file that is not there is stale", () => {
  expect(staleFiles("/nonexistent")).toEqual(generatedFiles().map(({ path }) => path));
});

test("the default file has no problem and equals the defaults", async () => {
  const { state, settings, problems } = await checkSettingsFile(DEFAULT_FILE);
  expect(problems).toEqual([]);
  expect(state).toBe("good");
  expect(settings).toEqual(DEFAULT_SETTINGS);
});

test("the default file is for editors, and fits a terminal", () => {
  const lines = readFileSync(DEFAULT_FILE, "utf8").split("\n");
  expect(lines[0]).toBe("# yaml-language-server: $schema=./downbeat.schema.json");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(105);
  expect(lines.filter((line) => line.includes("\t"))).toEqual([]);
});

test.each([
  ["a port", "  ports:\n"],
  ["a mapping", "\nmappings:\n"],
])("the example of %s is one, once its # are taken away", (_what, key) => {
  const text = readFileSync(DEFAULT_FILE, "utf8");
  const from = text.indexOf(key) + key.length;
  const to = text.indexOf("\n\n", from);
  const example = text.slice(from, to).replace(/^( *)# /gm, "$1");
  const loaded = loadSettingsBytes(
    "box.yaml",
    Buffer.from(`${text.slice(0, from)}${example}${text.slice(to)}`),
    "check",
  );
  expect(loaded.problems).toEqual([]);
  expect([...loaded.settings.midi.ports, ...loaded.settings.mappings]).toHaveLength(1);
});

test("every setting has help, and every number a range", () => {
  const visit = (facts: SettingFacts, path: string): void => {
    if (path !== "" && facts.key !== "") expect(facts.help, path).toMatch(/\.$/);
    expect(facts.expected, path).not.toMatch(/undefined|9007199254740991/);
    for (const child of facts.children) visit(child, `${path}.${child.key}`);
    if (facts.item !== null) visit(facts.item, `${path}[]`);
  };
  visit(SETTING_FACTS, "");
});

test("the editor's schema knows every default and no word of ours", () => {
  const text = readFileSync(`${ROOT}/config/downbeat.schema.json`, "utf8");
  const schema = JSON.parse(text) as {
    properties: Record<string, { properties?: Record<string, { default?: unknown }> }>;
  };
  expect(schema.properties.audio?.properties?.blockFrames?.default).toBe(DEFAULT_SETTINGS.audio.blockFrames);
  expect(Object.keys(schema.properties)).toEqual(Object.keys(DEFAULT_SETTINGS));
  expect(text).not.toMatch(/"(?:unit|expected|example)":/);
});
