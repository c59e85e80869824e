// SPDX-License-Identifier: GPL-3.0-or-later
// Where a profile is looked for, what it takes over from others, and what is said when it is not there.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseDocument } from "../../../engine/config/document.ts";
import { formatProblem } from "../../../engine/config/problem.ts";
import { Shelf, unknownProfileHint } from "../../../engine/profiles/shelf.ts";

let root = "";
let own = "";
let builtIn = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "downbeat-shelf-"));
  own = join(root, "own");
  builtIn = join(root, "built-in");
  await mkdir(own);
  await mkdir(builtIn);
});
afterEach(() => rm(root, { recursive: true, force: true }));

function shelf(settings?: string): Promise<Shelf> {
  const document = settings === undefined ? null : parseDocument("box.yaml", settings);
  const value = (document?.value as { cc_profiles?: unknown } | undefined)?.cc_profiles;
  return Shelf.open({
    builtInFolder: builtIn,
    folder: own,
    settings: document === null ? null : { document, path: ["cc_profiles"], value },
  });
}

async function sentencesOf(opened: Shelf, id: string): Promise<readonly string[]> {
  return ((await opened.find(id))?.problems ?? []).map(formatProblem);
}

test("the settings come before the player's folder, and that before what is built in", async () => {
  await writeFile(join(builtIn, "a.yaml"), "name: built in\n");
  await writeFile(join(own, "a.yaml"), "name: own\n");
  await writeFile(join(builtIn, "b.yaml"), "name: built in\n");
  const opened = await shelf("cc_profiles: { b: { name: settings } }");
  expect((await opened.find("a"))?.profile.name).toBe("own");
  expect((await opened.find("b"))?.profile.name).toBe("settings");
  expect(opened.entries.map(({ id, origin }) => `${id} ${origin}`)).toEqual(["a folder", "b settings"]);
});

test("a profile takes over what it extends, changes it, and takes parts away", async () => {
  await writeFile(
    join(builtIn, "base.yaml"),
    "device: { maker: M, model: one }\nparameters: { keep: { cc: 1 }, change: { cc: 2, name: Old, role: a.b }, drop: { cc: 3 } }\n",
  );
  await writeFile(
    join(own, "child.yaml"),
    "extends: base\ndevice: { model: two }\nparameters: { change: { cc: 9 }, drop: null, new: { cc: 4 } }\n",
  );
  const found = await (await shelf()).find("child");
  expect(found?.problems).toEqual([]);
  expect(found?.profile.device).toMatchObject({ maker: "M", model: "two" });
  expect(found?.profile.parameters).toMatchObject([
    { id: "keep" },
    { id: "change", name: "Old", role: "a.b", addresses: [{ cc: 9 }] },
    { id: "new" },
  ]);
  expect(found?.files).toEqual([join(own, "child.yaml"), join(builtIn, "base.yaml")]);
});

test("a profile that extends its own name means the one below it", async () => {
  await writeFile(join(builtIn, "a.yaml"), "parameters: { one: { cc: 1 } }\n");
  await writeFile(join(own, "a.yaml"), "extends: a\nparameters: { two: { cc: 2 } }\n");
  const opened = await shelf("cc_profiles: { a: { extends: a, parameters: { three: { cc: 3 } } } }");
  const found = await opened.find("a");
  expect(found?.problems).toEqual([]);
  expect(found?.profile.parameters.map(({ id }) => id)).toEqual(["one", "two", "three"]);
});

test.each([
  [
    { a: "b", b: "c", c: "a" },
    /extends: expected a profile that does not lead back here.*The circle: a, b, c, a/,
  ],
  [{ a: "a" }, /extends: expected a profile/],
])("a circle of %o is noticed, named, and costs only what is extended", async (chain, sentence) => {
  for (const [id, parent] of Object.entries(chain)) {
    await writeFile(join(own, `${id}.yaml`), `extends: ${parent}\nparameters: { of_${id}: { cc: 1 } }\n`);
  }
  const opened = await shelf();
  expect((await sentencesOf(opened, "a")).join("\n")).toMatch(sentence);
  expect((await opened.find("a"))?.profile.parameters.map(({ id }) => id)).toContain("of_a");
});

test("an extended profile that is not there is named with near ones", async () => {
  await writeFile(join(builtIn, "korg_nts1.yaml"), "name: X\n");
  await writeFile(join(own, "mine.yaml"), "extends: korg_nts_1\n");
  expect((await sentencesOf(await shelf(), "mine")).join()).toMatch(/mine\.yaml:1:10: extends: .*korg_nts1/);
});

test("mistakes of what is extended are told with their own place", async () => {
  await writeFile(join(builtIn, "base.yaml"), "parameters: { bad: { cc: 999 } }\n");
  await writeFile(join(own, "child.yaml"), "extends: base\nparameters: { good: { cc: 1 } }\n");
  const opened = await shelf();
  expect(await sentencesOf(opened, "child")).toEqual([
    expect.stringContaining("base.yaml:1:26: parameters.bad.cc"),
  ]);
  expect((await opened.find("child"))?.hasErrors).toBe(true);
});

test("the name of the file is the id, and says so when the file says something else", async () => {
  await writeFile(join(own, "a.yaml"), "id: b\n");
  await writeFile(join(own, "My Synth.yaml"), "name: X\n");
  const opened = await shelf();
  expect((await sentencesOf(opened, "a")).join()).toMatch(
    /id: expected the name of the file, a, got b\. a is used/,
  );
  expect(opened.problems.map(formatProblem).join()).toMatch(/My Synth\.yaml.*rename it/);
  expect(opened.entries.map(({ id }) => id)).toEqual(["a"]);
});

test("a profile in the settings is named by its line there", async () => {
  const opened = await shelf("cc_profiles:\n  mine:\n    parameters:\n      it: { cc: 200 }\n");
  expect(await sentencesOf(opened, "mine")).toEqual([
    expect.stringMatching(
      /^box\.yaml:4:17: cc_profiles\.mine\.parameters\.it\.cc: expected .* 0 to 127, got 200/,
    ),
  ]);
});

test("a file that is no profile is nothing, with its reason", async () => {
  await writeFile(join(own, "broken.yaml"), "name: [\n");
  await writeFile(join(own, "list.yaml"), "- 1\n");
  await writeFile(join(own, "empty.yaml"), "");
  const opened = await shelf();
  for (const id of ["broken", "list", "empty"]) {
    expect(await opened.find(id), id).toBeNull();
    expect((await opened.problemsOf(id)).length, id).toBeGreaterThan(0);
  }
});

test("a folder that is not there is no trouble; near names are", async () => {
  await writeFile(join(builtIn, "korg_nts1_mk2.yaml"), "name: X\n");
  await writeFile(join(builtIn, "volca_keys.yaml"), "name: X\n");
  await rm(own, { recursive: true });
  const opened = await shelf();
  expect(opened.problems).toEqual([]);
  expect(unknownProfileHint(opened, "korg_nts1mk2")).toBe("Did you mean korg_nts1_mk2?");
  expect(unknownProfileHint(opened, "nts1")).toBe("Did you mean korg_nts1_mk2?");
  expect(unknownProfileHint(opened, "zzz")).toBe("There are: korg_nts1_mk2, volca_keys.");
});
