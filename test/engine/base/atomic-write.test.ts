// SPDX-License-Identifier: GPL-3.0-or-later
// A written file is whole, whatever happens to its writer.

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { atomicWrite } from "../../../engine/base/atomic-write.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "downbeat-atomic-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("the new content replaces the old, and nothing else is left", async () => {
  const path = join(folder, "state", "a.txt");
  await atomicWrite(path, "old");
  await atomicWrite(path, "new");
  expect(await readFile(path, "utf8")).toBe("new");
  expect(await readdir(join(folder, "state"))).toEqual(["a.txt"]);
});

test("permissions of a new file are as asked", async () => {
  const path = join(folder, "secret");
  await atomicWrite(path, "x", { mode: 0o600 });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("twenty writers at once leave one whole file", async () => {
  const path = join(folder, "a.txt");
  const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
  await Promise.all(contents.map((content) => atomicWrite(path, content)));
  expect(contents).toContain(await readFile(path, "utf8"));
  expect(await readdir(folder)).toEqual(["a.txt"]);
});

test("a folder that cannot be made is FILE_WRITE_FAILED with the path", async () => {
  await writeFile(join(folder, "file"), "x");
  const path = join(folder, "file", "below");
  await expect(atomicWrite(path, "x")).rejects.toMatchObject({ code: "FILE_WRITE_FAILED" });
  await expect(atomicWrite(path, "x")).rejects.toThrow(path);
});
