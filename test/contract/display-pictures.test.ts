// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of docs/display.md are what the display shows.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";

const FOLDER = path.join(projectFolder(), "docs", "display");

test("the pictures of the display are fresh", () => {
  execFileSync(process.execPath, [path.join(FOLDER, "draw.ts"), "--check"], { stdio: "pipe" });
});

test("no picture is there that the page does not show", () => {
  const page = readFileSync(`${FOLDER}.md`, "utf8");
  const pictures = readdirSync(FOLDER).filter((name) => name.endsWith(".png"));
  expect(pictures.length).toBeGreaterThan(5);
  expect(pictures.filter((name) => !page.includes(`(display/${name})`))).toEqual([]);
});
