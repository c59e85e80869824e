// SPDX-License-Identifier: GPL-3.0-or-later
// A written file is whole, whatever happens to its writer.

import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { atomicCreate, atomicRewrite, atomicWrite } from "../../../engine/base/atomic-write.ts";

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

test("a file of the owner keeps its permissions, and the link to it", async () => {
  const real = join(folder, "elsewhere", "settings.yaml");
  await mkdir(join(folder, "elsewhere"));
  await writeFile(real, "old");
  await chmod(real, 0o664);
  const path = join(folder, "settings.yaml");
  await symlink(real, path);
  await atomicRewrite(path, "new");
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
  expect(await readFile(real, "utf8")).toBe("new");
  expect((await stat(real)).mode & 0o777).toBe(0o664);
  expect(await readdir(join(folder, "elsewhere"))).toEqual(["settings.yaml"]);
});

test("a file that must be new is written once, whoever is first", async () => {
  const path = join(folder, "once");
  const contents = Array.from({ length: 10 }, (_, index) => String(index).repeat(1000));
  const made = await Promise.all(contents.map((content) => atomicCreate(path, content)));
  const [winner] = contents.filter((_, index) => made[index]);
  expect(made.filter((isNew) => isNew)).toHaveLength(1);
  expect(await readFile(path, "utf8")).toBe(winner);
  expect(await readdir(folder)).toEqual(["once"]);
});

test.runIf(process.getuid?.() === 0)(
  "what root writes belongs to whom the folder or the old file belongs",
  async () => {
    const { chown } = await import("node:fs/promises");
    await chown(folder, 1234, 1235);
    const path = join(folder, "a.txt");
    await atomicWrite(path, "x");
    expect(await stat(path)).toMatchObject({ uid: 1234, gid: 1235 });
    await chown(path, 4321, 4322);
    await atomicWrite(path, "y");
    expect(await stat(path)).toMatchObject({ uid: 4321, gid: 4322 });
  },
);
