// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../../engine/binding/places.ts";
import { withSetting, writeSetting } from "../../../engine/config/write-setting.ts";

const DEFAULTS = readFileSync(path.join(projectFolder(), "config", "downbeat.yaml"), "utf8");

test("one value changes, and every comment and every other line stays", () => {
  const changed = withSetting("downbeat.yaml", DEFAULTS, "audio.latencyOffsetMs", -1.25);
  const before = DEFAULTS.split("\n");
  const after = changed.split("\n");
  expect(after).toHaveLength(before.length);
  expect(after.filter((line, i) => line !== before[i])).toEqual(["  latencyOffsetMs: -1.25"]);
});

test("a setting that is not in the file is added to its section", () => {
  expect(withSetting("x", "audio:\n  device: null # quiet\n", "audio.latencyOffsetMs", 2)).toBe(
    "audio:\n  device: null # quiet\n  latencyOffsetMs: 2\n",
  );
  expect(withSetting("x", "version: 1\n", "audio.latencyOffsetMs", 2)).toBe(
    "version: 1\naudio:\n  latencyOffsetMs: 2\n",
  );
});

test("a file that is no YAML, or is not there, is left alone and named", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "downbeat-setting-"));
  try {
    const file = path.join(folder, "downbeat.yaml");
    await expect(writeSetting(file, "audio.latencyOffsetMs", 1)).rejects.toMatchObject({
      code: "CONFIG_UNREADABLE",
    });
    writeFileSync(file, "audio: [1, 2\n");
    await expect(writeSetting(file, "audio.latencyOffsetMs", 1)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
    expect(readFileSync(file, "utf8")).toBe("audio: [1, 2\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
