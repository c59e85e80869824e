// SPDX-License-Identifier: GPL-3.0-or-later
// Every page of a node shows what it does.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";

const FOLDER = path.join(projectFolder(), "docs", "nodes");
const index = readFileSync(path.join(FOLDER, "README.md"), "utf8");
const types = [...index.matchAll(/^\* \[\w+\]\((\w+)\.md\)/gm)].map(([, type = ""]) => type);

test("the index lists nodes", () => {
  expect(types).toContain("kick");
});

test.each(types)("the page of %s has its picture", (type) => {
  const page = readFileSync(path.join(FOLDER, `${type}.md`), "utf8");
  expect(page).toContain(`\n![What it does](pictures/${type}.svg)\n`);
  const picture = path.join(FOLDER, "pictures", `${type}.svg`);
  expect(existsSync(picture), `${picture}: draw it with npm run pictures`).toBe(true);
  expect(readFileSync(picture, "utf8")).toMatch(/^<svg /);
});

test("no picture is of a node that is gone", () => {
  const drawn = readdirSync(path.join(FOLDER, "pictures")).map((file) => path.basename(file, ".svg"));
  expect(drawn.toSorted()).toEqual(types.toSorted());
});
