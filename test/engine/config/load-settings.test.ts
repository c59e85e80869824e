// SPDX-License-Identifier: GPL-3.0-or-later
// What plays after the power comes, whatever happened to the files.

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lastGoodFile, readLastGood, storeLastGood } from "../../../engine/config/last-good.ts";
import {
  checkSettingsFile,
  keepGood,
  loadAtStart,
  loadSettingsBytes,
  loadTolerant,
  type MigrationTable,
} from "../../../engine/config/load-settings.ts";
import { migrateText } from "../../../engine/config/migrations.ts";
import { formatProblem } from "../../../engine/config/problem.ts";
import { DEFAULT_SETTINGS } from "../../../engine/config/schema.ts";

let folder = "";
let file = "";
let state = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "downbeat-settings-"));
  file = join(folder, "downbeat.yaml");
  state = join(folder, "state");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("good settings are played, and kept as the last good ones", async () => {
  await writeFile(file, "link: {quantum: 8} # eight\n");
  const start = await loadAtStart(file, state);
  expect(start).toMatchObject({ source: "file", problems: [] });
  expect(start.settings.link.quantum).toBe(8);
  expect(await readFile(lastGoodFile(state), "utf8")).toBe("link: {quantum: 8} # eight\n");
});

test.each([
  ["is cut off", "link: {quantum: 1"],
  ["is empty", ""],
  ["is binary", "\0\0\0\0"],
  ["has a bad value", "link: {quantum: 99}\n"],
  ["is for a newer Downbeat", "version: 9\n"],
])("a file that %s leaves the last good settings playing over a restart", async (_what, content) => {
  await writeFile(file, "link: {quantum: 8}\n");
  await loadAtStart(file, state);
  await writeFile(file, content);
  for (let restart = 0; restart < 3; restart += 1) {
    const start = await loadAtStart(file, state);
    expect(start.source).toBe("lastGood");
    expect(start.settings.link.quantum).toBe(8);
    expect(start.sentence).toContain(lastGoodFile(state));
    expect(start.problems.length).toBeGreaterThan(0);
    expect(start.problems.map(formatProblem).join()).not.toContain("Playing with the default");
  }
  expect(await readFile(lastGoodFile(state), "utf8")).toBe("link: {quantum: 8}\n");
});

test("a file that is gone leaves the last good settings playing", async () => {
  await storeLastGood(state, "link: {quantum: 8}\n");
  const start = await loadAtStart(file, state);
  expect(start).toMatchObject({ source: "lastGood" });
  expect(start.problems.map(formatProblem)).toEqual([
    `${file}:1:1: expected a settings file that can be read, got there is no such file.`,
  ]);
});

test("without last good settings a bad value takes its default, the others stay", async () => {
  await writeFile(file, "link: {quantum: 99, enabled: false}\n");
  const start = await loadAtStart(file, state);
  expect(start.source).toBe("fileWithDefaults");
  expect(start.settings.link).toEqual({ enabled: false, startStopSync: false, quantum: 4 });
  expect(await readLastGood(state)).toBeNull();
});

test("without anything, the defaults play", async () => {
  const start = await loadAtStart(file, state);
  expect(start).toMatchObject({ source: "defaults", settings: DEFAULT_SETTINGS });
});

test("damaged last good settings are not played", async () => {
  await mkdir(state);
  await writeFile(lastGoodFile(state), "link: {quantum: 99}\n");
  expect(await loadAtStart(file, state)).toMatchObject({ source: "defaults" });
  await writeFile(lastGoodFile(state), Buffer.alloc(1000));
  expect(await loadAtStart(file, state)).toMatchObject({ source: "defaults" });
});

test("a state folder that cannot be written does not keep the music from starting", async () => {
  await writeFile(state, "a file where the folder should be");
  await writeFile(file, "link: {quantum: 8}\n");
  const start = await loadAtStart(file, state);
  expect(start).toMatchObject({ source: "file" });
  expect(start.sentence).toContain("cannot be kept as the last good ones");
});

test("last good settings are written only when they differ", async () => {
  await storeLastGood(state, "version: 1\n");
  await rm(state, { recursive: true });
  await mkdir(state);
  await writeFile(lastGoodFile(state), "version: 1\n");
  const before = await readdir(state);
  await storeLastGood(state, "version: 1\n");
  expect(await readdir(state)).toEqual(before);
});

test("a pipe, a folder and a device are refused at once", async () => {
  execFileSync("mkfifo", [file]);
  expect((await checkSettingsFile(file)).problems[0]).toMatchObject({ got: "is not a file" });
  expect((await checkSettingsFile(folder)).state).toBe("unusable");
  expect((await checkSettingsFile("/dev/zero")).state).toBe("unusable");
});

test("a file of 10 MB is refused before it is parsed", async () => {
  await writeFile(file, `session: ${"x".repeat(10_000_000)}\n`);
  const { problems, state: answer } = await loadTolerant(file);
  expect(answer).toBe("unusable");
  expect(problems.map(formatProblem)).toEqual([
    `${file}:1:1: expected at most 256 KiB of settings, got more. This is probably another file.`,
  ]);
});

/** As if the format had changed twice: `tempo` moved into a group, then got another name. */
const TABLE: MigrationTable = {
  version: 1,
  migrations: [
    {
      from: -1,
      change: (document) => {
        document.setIn(["transport", "bpm"], document.get("tempo"));
        document.delete("tempo");
      },
    },
    {
      from: 0,
      change: (document) => {
        document.setIn(["transport", "tempo"], document.getIn(["transport", "bpm"]));
        document.deleteIn(["transport", "bpm"]);
      },
    },
  ],
};

test("old settings become new ones, one version at a time, comments kept", () => {
  const old = "version: -1\n# as fast as we can play it\ntempo: 174\nlink:\n  quantum: 8 # two bars\n";
  const migrated = migrateText(old, TABLE.migrations, TABLE.version);
  expect(migrated?.from).toBe(-1);
  expect(migrated?.text).toContain("# two bars");
  const loaded = loadSettingsBytes(file, Buffer.from(old), "play", TABLE);
  expect(loaded).toMatchObject({ state: "good", migratedFrom: -1 });
  expect(loaded.settings).toMatchObject({ transport: { tempo: 174 }, link: { quantum: 8 } });
});

test("settings that are current, newer, of no version or without a way are not migrated", () => {
  for (const text of [
    "version: 1\n",
    "version: 2\n",
    "link: {}\n",
    "version: -7\n",
    "version: x\n",
    "a: b: c\n",
  ]) {
    expect(migrateText(text, TABLE.migrations, TABLE.version), text).toBeNull();
  }
});

test("a migrated file replaces the old one, which stands beside it", async () => {
  const old = "version: 0\ntransport: {bpm: 174}\n";
  await writeFile(file, old);
  const sentence = await keepGood(loadSettingsBytes(file, Buffer.from(old), "play", TABLE), state);
  expect(sentence).toContain(`converted from version 0; the old file is ${file}.version-0.`);
  expect(await readFile(`${file}.version-0`, "utf8")).toBe(old);
  expect((await checkSettingsFile(file)).settings.transport.tempo).toBe(174);
  expect(await readLastGood(state)).toBe(await readFile(file, "utf8"));
});

test("a backup is never written over", async () => {
  await writeFile(`${file}.version-0`, "an older backup");
  const old = "version: 0\ntransport: {bpm: 174}\n";
  await writeFile(file, old);
  await keepGood(loadSettingsBytes(file, Buffer.from(old), "play", TABLE), state);
  expect(await readFile(`${file}.version-0`, "utf8")).toBe("an older backup");
  expect(await readFile(`${file}.version-0-2`, "utf8")).toBe(old);
});
