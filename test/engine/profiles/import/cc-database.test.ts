// SPDX-License-Identifier: GPL-3.0-or-later
// A whole public database of controllers at once: nothing crashes, and every row is in a profile or has a reason.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ImportReport, importFiles } from "../../../../engine/profiles/import/import-files.ts";
import { type WrittenTable, writeCcDatabase } from "../../../support/cc-database.ts";

const DEVICES = 400;

let folder: string;
let tables: readonly WrittenTable[];
let report: ImportReport;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-database-"));
  tables = writeCcDatabase(folder, DEVICES, 11);
  report = await importFiles(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every file is looked at, and every table makes a profile", () => {
  expect(report.files).toBe(tables.length);
  const made = new Set(report.profiles.flatMap(({ from }) => from));
  const missing = tables.filter(({ file, isTable }) => isTable && !made.has(file));
  // One that has nothing but bad rows says that.
  for (const { file } of missing)
    expect(report.rejected.filter((one) => one.file === file && one.line === 0)).not.toEqual([]);
  expect(missing.length).toBeLessThan(DEVICES / 20);
});

test("every row is in its profile, or was left out for a reason that names its line", () => {
  const yamlOf = new Map(report.profiles.flatMap(({ from, yaml }) => from.map((file) => [file, yaml])));
  const reasons = new Set(report.rejected.map(({ file, line }) => `${file}:${line}`));
  const lost = tables.flatMap(({ file, rows }) => {
    const yaml = yamlOf.get(file) ?? "";
    return rows
      .filter(({ line, name }) => !yaml.includes(`name: ${name}\n`) && !reasons.has(`${file}:${line}`))
      .map(({ line }) => `${file}:${line}`);
  });
  expect(lost).toEqual([]);
  expect(tables.reduce((sum, { rows }) => sum + rows.length, 0)).toBeGreaterThan(8000);
});

test("no line is named at which nothing stands", () => {
  const lines = new Set(tables.flatMap(({ file, rows }) => rows.map(({ line }) => `${file}:${line}`)));
  const stray = report.rejected.filter(({ file, line }) => line > 0 && !lines.has(`${file}:${line}`));
  expect(stray).toEqual([]);
});

test("a reason is one sentence that a terminal shows as it is", () => {
  for (const { what, reason } of report.rejected) {
    expect(reason).toMatch(/^\S.*[.)]$/u);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(what + reason).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(reason.length).toBeLessThan(300);
  }
});

test("a file that is no table is refused as a whole", () => {
  for (const { file } of tables.filter(({ isTable }) => !isTable))
    expect(report.rejected.filter((one) => one.file === file)).toHaveLength(1);
});
