// SPDX-License-Identifier: GPL-3.0-or-later
// The pages about profiles say what there is, their example works, and the schema for editors is fresh.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { projectFolder } from "../../engine/binding/places.ts";
import { staleFiles } from "../../engine/config/generate.ts";
import { encodeParameter } from "../../engine/profiles/encode.ts";
import { generatedProfileFiles } from "../../engine/profiles/generate.ts";
import { IMPORT_ENDINGS } from "../../engine/profiles/import/import-text.ts";
import { lintProfile } from "../../engine/profiles/lint.ts";
import { ADDRESS_TYPES, profileSchema } from "../../engine/profiles/schema.ts";
import { hexOf } from "../support/profile-golden.ts";
import { profileFromText } from "../support/profile-text.ts";

const ROOT = projectFolder();
const page = (name: string): string => readFileSync(path.join(ROOT, "docs", name), "utf8");
const files = readdirSync(path.join(ROOT, "profiles")).filter((name) => name.endsWith(".yaml"));

test("the schema for editors is fresh", () => {
  expect(staleFiles(ROOT, generatedProfileFiles())).toEqual([]);
});

test("docs/profiles.md lists exactly the profiles that come with Downbeat", () => {
  const listed = [...page("profiles.md").matchAll(/^\| `([a-z0-9_]+)` \|/gm)].map(([, id]) => `${id}.yaml`);
  expect(listed.sort()).toEqual(files.sort());
});

test.each(files)("%s fits the schema for editors, and names it", (name) => {
  const text = readFileSync(path.join(ROOT, "profiles", name), "utf8");
  expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=./profile.schema.json");
  const result = profileSchema.safeParse(parse(text));
  expect(result.error?.issues ?? []).toEqual([]);
});

test("the example of docs/adding-a-profile.md is a profile without a mistake, and sends what the page says", () => {
  const text = page("adding-a-profile.md");
  const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
  const id = /^id: (\w+)$/m.exec(yaml)?.[1] ?? "";
  const { profile, sentences } = profileFromText(yaml, id);
  expect(sentences).toEqual([]);
  expect(lintProfile(profile)).toEqual([]);
  const shown = [...text.matchAll(/^\$ \.\/downbeat profile bytes (\w+) (\S+) (\S+)\n((?:[0-9A-F ]+\n)+)/gm)];
  expect(shown.length).toBeGreaterThan(2);
  for (const [, which, parameter = "", value = "", bytes = ""] of shown) {
    expect(which).toBe(id);
    const input = Number.isNaN(Number(value)) ? value : Number(value);
    expect(hexOf(encodeParameter(profile, parameter, input))).toBe(bytes.trim().replaceAll("\n", ", "));
  }
});

test("docs/adding-a-profile.md names every type of address and every key of a parameter", () => {
  const text = page("adding-a-profile.md");
  for (const type of ADDRESS_TYPES) expect(text).toContain(`\`${type}\``);
  const schema = JSON.parse(readFileSync(path.join(ROOT, "profiles", "profile.schema.json"), "utf8")) as {
    properties: {
      parameters: { additionalProperties: { anyOf: { properties?: Record<string, unknown> }[] } };
    };
  };
  const [parameter] = schema.properties.parameters.additionalProperties.anyOf;
  for (const key of Object.keys(parameter?.properties ?? {})) expect(text).toContain(`\`${key}\``);
});

test("docs/profiles.md names every kind of file that can be imported", () => {
  for (const ending of IMPORT_ENDINGS) expect(page("profiles.md")).toContain(`\`${ending}\``);
});
