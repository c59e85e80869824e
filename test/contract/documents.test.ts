// SPDX-License-Identifier: GPL-3.0-or-later
// What the documents point at is there: files, commands and suites.
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...globSync("docs/**/*.md", { cwd: ROOT })];
/** The guides name the files that they make. */
const MADE = /ring[-_]mod|cli\/tempo\.ts/;

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

test.each(PAGES)("every link of %s leads somewhere", (page) => {
  const targets = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
  const relative = targets.filter((target) => !/^[a-z]+:/.test(target) && !MADE.test(target));
  const missing = relative.filter((target) => !existsSync(path.join(ROOT, path.dirname(page), target)));
  expect(missing).toEqual([]);
});

test.each(PAGES)("every source file that %s names is there", (page) => {
  const names = [...read(page).matchAll(/`((?:engine|native|test|config|deploy|systemd)\/[\w./-]+\.\w+)`/g)];
  const missing = names
    .map(([, name = ""]) => name)
    .filter((name) => !MADE.test(name) && !existsSync(path.join(ROOT, name)));
  expect(missing).toEqual([]);
});

test.each(PAGES)("every npm script and test suite that %s names is there", (page) => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const text = read(page);
  const unknownScripts = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].filter(
    ([, name = ""]) => !(name in scripts),
  );
  expect(unknownScripts.map(([, name]) => name)).toEqual([]);
  const runner = read("deploy/test");
  const suites = [...text.matchAll(/\.\/deploy\/test ((?:[a-z][a-z0-9-]* ?)+)/g)].flatMap(([, names = ""]) =>
    names.trim().split(" "),
  );
  expect(suites.filter((suite) => !runner.includes(`suite_${suite.replaceAll("-", "_")}()`))).toEqual([]);
});
