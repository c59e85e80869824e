// SPDX-License-Identifier: GPL-3.0-or-later
// Every source file says on its first line (the second, below what has to be the first) under which licence it is.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";

const LINE = /^(?:\/\/|#|<!--|;) SPDX-License-Identifier: GPL-3\.0-or-later(?: -->)?$/;
/** Prose, pictures, tables and data; files of tools that hold settings; what other people wrote. */
const NO_SOURCE = [
  /\.(?:md|json|csv|png|svg|jpg|wav|flac|mid|syx)$/,
  /^(?:config|profiles|hardware)\/.*\.ya?ml$/,
  /^test\/vectors\//,
  /^deploy\/image-boot\//,
  /(?:^|\/)\.[^/]+$/,
  /^LICENSE$/,
];

const tracked = execFileSync("git", ["-c", "safe.directory=*", "ls-files", "-z"], {
  cwd: projectFolder(),
  encoding: "utf8",
})
  .split("\0")
  // What is deleted and not committed yet is still listed.
  .filter((file) => file !== "" && existsSync(path.join(projectFolder(), file)));
const sources = tracked.filter((file) => !NO_SOURCE.some((pattern) => pattern.test(file)));

test("every source file names its licence", () => {
  expect(sources.length).toBeGreaterThan(300);
  const without = sources.filter((file) => {
    const lines = readFileSync(path.join(projectFolder(), file), "utf8").split("\n");
    const first = /^(?:#!|<!doctype|<\?xml)/.test(lines[0] ?? "") ? lines[1] : lines[0];
    return !LINE.test(first ?? "");
  });
  expect(without).toEqual([]);
});

test("the package and the licence's text are of the same licence", () => {
  const manifest = JSON.parse(readFileSync(path.join(projectFolder(), "package.json"), "utf8")) as {
    license: string;
  };
  expect(manifest.license).toBe("GPL-3.0-or-later");
  expect(readFileSync(path.join(projectFolder(), "LICENSE"), "utf8")).toMatch(
    /GNU GENERAL PUBLIC LICENSE\s+Version 3/,
  );
});
