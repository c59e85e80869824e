// SPDX-License-Identifier: GPL-3.0-or-later
// docs/errors.md lists every code that can be shown, and nothing else; C++ invents none.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ERROR_CODES } from "../../engine/base/errors.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const sources = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => ending.test(path))
    .map((path) => join(ROOT, folder, path));

test("the page and the list have the same codes and no more", () => {
  const page = readFileSync(join(ROOT, "docs/errors.md"), "utf8");
  const listed = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(new Set(listed).size).toBe(listed.length);
  expect([...listed].sort()).toEqual([...ERROR_CODES].sort());
});

test("every code on the page says what happened and what to do", () => {
  const page = readFileSync(join(ROOT, "docs/errors.md"), "utf8");
  for (const [row] of page.matchAll(/^\| `[A-Z_]+`.*$/gm)) {
    expect(row).toMatch(/^\| `[A-Z_]+` \| .+\. \| .+\. \|$/);
  }
});

test("every code of the engine is on the page", () => {
  const unknown: string[] = [];
  for (const file of sources("native", /\.[ch]pp$/)) {
    const text = readFileSync(file, "utf8");
    // An Error begins with its code: `Error{"CODE", …}`, or `{"CODE", …}` where one is expected.
    for (const match of text.matchAll(/\{\s*"([A-Z]+(?:_[A-Z]+)+)",/g)) {
      if (!(ERROR_CODES as readonly string[]).includes(match[1] ?? "")) unknown.push(`${file}: ${match[1]}`);
    }
  }
  expect(unknown).toEqual([]);
});
