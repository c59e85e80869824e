// SPDX-License-Identifier: GPL-3.0-or-later
// Snapshots of settings: the last 20 good ones, each once, under a number that stays theirs.

import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  KEPT_MISTAKES,
  KEPT_SNAPSHOTS,
  listSnapshots,
  readSnapshot,
  snapshotFolder,
  takeSnapshot,
} from "../../../engine/config/snapshots.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "downbeat-snapshots-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function contents(stateFolder = folder): Promise<readonly string[]> {
  return Promise.all((await listSnapshots(stateFolder)).map(readSnapshot));
}

test("there are none at first, and the folder need not be there", async () => {
  expect(await listSnapshots(join(folder, "missing"))).toEqual([]);
});

test("what was taken last comes first, numbers count from 1", async () => {
  for (const text of ["a", "b", "c"]) await takeSnapshot(folder, text, "good");
  expect(await contents()).toEqual(["c", "b", "a"]);
  expect((await listSnapshots(folder)).map(({ number }) => number)).toEqual([3, 2, 1]);
});

test("the same settings are there once: they move to the front and keep their number", async () => {
  for (const text of ["a", "b", "c", "a"]) await takeSnapshot(folder, text, "good");
  expect(await contents()).toEqual(["a", "c", "b"]);
  expect((await listSnapshots(folder)).map(({ number }) => number)).toEqual([1, 3, 2]);
});

test("whatever is taken in whatever order: the newest 20 of each text, no number twice or given again", async () => {
  const texts = fc.array(
    fc.nat({ max: 30 }).map((n) => `text ${n}`),
    { maxLength: 90 },
  );
  await fc.assert(
    fc.asyncProperty(texts, async (taken) => {
      const state = await mkdtemp(join(folder, "run-"));
      let model: readonly string[] = [];
      const numbers = new Map<number, string>();
      for (const text of taken) {
        const { number } = await takeSnapshot(state, text, "good");
        expect(numbers.get(number) ?? text).toBe(text);
        numbers.set(number, text);
        model = [text, ...model.filter((other) => other !== text)].slice(0, KEPT_SNAPSHOTS);
      }
      expect(await contents(state)).toEqual(model);
      const listed = (await listSnapshots(state)).map(({ number }) => number);
      expect(new Set(listed).size).toBe(listed.length);
    }),
    { numRuns: 10 },
  );
}, 120_000);

test("settings with mistakes that were replaced are kept too, and push no good ones out", async () => {
  for (let i = 0; i < KEPT_SNAPSHOTS; i += 1) await takeSnapshot(folder, `good ${i}`, "good");
  for (let i = 0; i < KEPT_MISTAKES + 3; i += 1) await takeSnapshot(folder, `bad ${i}`, "mistakes");
  const all = await listSnapshots(folder);
  expect(all.filter(({ kind }) => kind === "good")).toHaveLength(KEPT_SNAPSHOTS);
  expect(all.filter(({ kind }) => kind === "mistakes")).toHaveLength(KEPT_MISTAKES);
});

test("mistakes that a newer Downbeat understands become good, and good ones never mistakes", async () => {
  await takeSnapshot(folder, "a", "mistakes");
  await takeSnapshot(folder, "a", "good");
  await takeSnapshot(folder, "a", "mistakes");
  expect(await listSnapshots(folder)).toMatchObject([{ number: 1, kind: "good" }]);
});

test("ten processes that take snapshots at once lose none", async () => {
  const texts = Array.from({ length: 10 }, (_, index) => `text ${index}`);
  await Promise.all(texts.map((text) => takeSnapshot(folder, text, "good")));
  expect([...(await contents())].sort()).toEqual(texts);
});

test("other files of the folder, and what a power cut left, are no snapshots and stay", async () => {
  await takeSnapshot(folder, "a", "good");
  const strange = ["2.2.yaml.123-1.tmp", "notes.txt", "0x1.2.yaml"];
  for (const name of strange) await writeFile(join(snapshotFolder(folder), name), "?");
  await symlink("/etc/hostname", join(snapshotFolder(folder), "7.7.yaml"));
  await takeSnapshot(folder, "b", "good");
  expect(await contents()).toEqual(["b", "a"]);
  expect(await readdir(snapshotFolder(folder))).toEqual(expect.arrayContaining(strange));
});

test("a snapshot is what was taken, byte for byte", async () => {
  const text = "# comment\r\n\tkey: ü\n\n";
  const { file } = await takeSnapshot(folder, text, "good");
  expect(await readFile(file, "utf8")).toBe(text);
});
