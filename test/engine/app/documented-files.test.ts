// SPDX-License-Identifier: GPL-3.0-or-later
// Every example in docs/racks.md is a file that loads without a remark.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readSession } from "../../../engine/app/session-file.ts";
import { formatProblem } from "../../../engine/config/problem.ts";
import { diskOf, probeOf } from "../../support/rack-files.ts";
import { wideCatalog } from "../../support/wide-catalog.ts";

const PAGE = readFileSync("docs/racks.md", "utf8");

/** "`drums.yaml`:" above an example gives it a name by which others can find it. */
const EXAMPLE = /(?:`([\w.-]+)`:\n\n)?```(yaml|json)\n(.*?)```/gs;

const examples = [...PAGE.matchAll(EXAMPLE)].map(([, name, format, text = ""], index) => {
  return { file: `/songs/${name ?? `example-${index + 1}.${format}`}`, text };
});
const disk = diskOf(Object.fromEntries(examples.map(({ file, text }) => [file, text])));

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(8);
  expect(examples.map((example) => example.file)).toContain("/songs/drums.yaml");
});

test.each(examples)("the example $file loads clean", async ({ file }) => {
  const { plan, problems } = await readSession(file, wideCatalog, disk, probeOf([]));
  expect(problems.map(formatProblem)).toEqual([]);
  expect(plan).not.toBeNull();
});
