// SPDX-License-Identifier: GPL-3.0-or-later
// The boards that come with Downbeat are without a mistake, and the pages about them say what there is.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";
import { staleFiles } from "../../engine/config/generate.ts";
import { CONTROL_KINDS, CONTROL_SCHEMAS, DEVICE_CHIPS } from "../../engine/panel/board-schema.ts";
import { generatedBoardFiles } from "../../engine/panel/generate.ts";
import { boardFromText } from "../support/board-text.ts";

const ROOT = projectFolder();
const FOLDER = path.join(ROOT, "hardware", "boards");
const read = (...parts: string[]): string => readFileSync(path.join(ROOT, ...parts), "utf8");
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));

test("the schema for editors is fresh", () => {
  expect(staleFiles(ROOT, generatedBoardFiles())).toEqual([]);
});

test.each(files)("%s has no mistake, names its schema, and says where its wiring is from", (name) => {
  const text = read("hardware", "boards", name);
  expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=./board.schema.json");
  const { board, sentences } = boardFromText(text, name.replace(".yaml", ""));
  expect(sentences).toEqual([]);
  expect(board?.sources.length).toBeGreaterThan(0);
});

test("docs/panel.md lists exactly the boards that come with Downbeat", () => {
  const listed = [...read("docs", "panel.md").matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(
    ([, id]) => `${id}.yaml`,
  );
  expect(listed.sort()).toEqual(files.sort());
});

test("every example of docs/adding-a-board.md is a board without a mistake", () => {
  const examples = [...read("docs", "adding-a-board.md").matchAll(/```yaml\n(version: 1\n[\s\S]*?)```/g)];
  expect(examples.length).toBeGreaterThan(1);
  for (const [, yaml = ""] of examples) {
    const id = /^id: ([\w-]+)$/m.exec(yaml)?.[1] ?? "";
    expect(boardFromText(yaml, id).sentences).toEqual([]);
  }
});

test("docs/adding-a-board.md names every kind of control with its keys, and every chip", () => {
  const text = read("docs", "adding-a-board.md");
  for (const chip of DEVICE_CHIPS) expect(text).toContain(`\`${chip}\``);
  for (const kind of CONTROL_KINDS) {
    expect(text).toContain(`\`${kind}\``);
    for (const key of Object.keys(CONTROL_SCHEMAS[kind].shape)) expect(text).toContain(`\`${key}\``);
  }
});

test("the wiring table of hardware/downbeat-panel.md is that of its board", () => {
  const { board } = boardFromText(read("hardware", "boards", "downbeat-panel.yaml"), "downbeat-panel");
  const rows = [
    ...read("hardware", "downbeat-panel.md").matchAll(/^\| `([a-z0-9-]+)` \| ([^|]*) \| GPIO(\d+) \|/gm),
  ];
  const wired = new Map<string, number[]>();
  for (const [, id = "", , line] of rows) wired.set(id, [...(wired.get(id) ?? []), Number(line)]);
  const onLines = (board?.controls ?? []).filter(({ device }) => device === "gpio");
  expect(Object.fromEntries(wired)).toEqual(Object.fromEntries(onLines.map(({ id, lines }) => [id, lines])));
});
