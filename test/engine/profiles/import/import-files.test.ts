// SPDX-License-Identifier: GPL-3.0-or-later
// A whole folder at once: one profile for each device, and a report of everything else.

import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { projectFolder } from "../../../../engine/binding/places.ts";
import { importFiles } from "../../../../engine/profiles/import/import-files.ts";

const VECTORS = path.join(projectFolder(), "test", "vectors", "profiles");

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "downbeat-import-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("tables of parameters and of triggers of one device are one profile", async () => {
  const report = await importFiles(VECTORS);
  const one = report.profiles.find(({ id }) => id === "nordwind_mowe_2_plus");
  expect(one?.from.map((file) => path.basename(file))).toEqual(["synth.csv", "synth.triggers.csv"]);
  expect(one?.parameters).toBe(13);
});

test("two files for one device: the first is taken, the second has its reason", async () => {
  const { rejected } = await importFiles(VECTORS);
  const reason = rejected.find(({ what }) => what === "nordwind_mowe")?.reason;
  expect(reason).toMatch(/Another file has this device already: .*synth\.midnam/);
});

test("hundreds of files in folders below, some of them broken, make a report and no crash", async () => {
  const head = "manufacturer,device,section,parameter_name,cc_msb\n";
  for (let number = 0; number < 150; number += 1) {
    const maker = path.join(folder, `Maker ${number % 10}`);
    await mkdir(maker, { recursive: true });
    const good = `${head}Maker ${number % 10},Synth ${number},Filter,Cutoff,74\n`;
    await writeFile(path.join(maker, `Synth ${number}.csv`), number % 7 === 0 ? "nonsense" : good);
  }
  await writeFile(path.join(folder, "README.md"), "not looked at");
  await mkdir(path.join(folder, ".git"));
  await writeFile(path.join(folder, ".git", "x.csv"), "not looked at");
  await symlink(folder, path.join(folder, "circle"));
  const { files, profiles, rejected } = await importFiles(folder);
  expect(files).toBe(150);
  expect(profiles).toHaveLength(128);
  expect(rejected).toHaveLength(22);
});

test("a file that is nested thousands deep is refused, and its neighbours are read", async () => {
  const deep = `<Model>${"<a>".repeat(3000)}x${"</a>".repeat(3000)}</Model>`;
  const text = `<MIDINameDocument><MasterDeviceNames>${deep}</MasterDeviceNames></MIDINameDocument>`;
  await writeFile(path.join(folder, "a.midnam"), text);
  const good = "manufacturer,device,section,parameter_name,cc_msb\nA,B,Filter,Cutoff,74\n";
  await writeFile(path.join(folder, "b.csv"), good);
  const { files, profiles, rejected } = await importFiles(folder);
  expect(files).toBe(2);
  expect(profiles.map(({ id }) => id)).toEqual(["a_b"]);
  expect(rejected).toMatchObject([{ file: path.join(folder, "a.midnam") }]);
});

test("bytes of another time are letters still", async () => {
  const file = path.join(folder, "old.csv");
  const text = "manufacturer,device,section,parameter_name,cc_msb\nK\xf6nig,X,Filter,Cutoff,74\n";
  await writeFile(file, Buffer.from(text, "latin1"));
  expect((await importFiles(file)).profiles[0]?.yaml).toContain("König X");
});

test("a path that is not there is said at once", async () => {
  await expect(importFiles(path.join(folder, "nowhere"))).rejects.toMatchObject({ code: "FILE_MISSING" });
});
