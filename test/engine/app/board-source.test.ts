// SPDX-License-Identifier: GPL-3.0-or-later
// From the settings and the machine to the board on the front.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { type HardwareEyes, type LoadedBoard, loadPanelBoard } from "../../../engine/app/board-source.ts";
import { formatProblem } from "../../../engine/config/problem.ts";
import { settingsSchema } from "../../../engine/config/schema.ts";
import { deviceTreeFacts } from "../../../engine/platform/hardware-facts.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "downbeat-board-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const NOTHING: HardwareEyes = { facts: async () => ({ hat: null, model: "" }), answers: () => false };

async function load(panel: object, eyes: HardwareEyes = NOTHING): Promise<LoadedBoard> {
  const file = path.join(folder, "downbeat.yaml");
  await writeFile(file, stringify({ panel }));
  return loadPanelBoard(settingsSchema.parse({ panel }), file, eyes);
}

test("a machine that says nothing of itself has no panel, and nobody complains", async () => {
  const { board, problems, sentence } = await load({});
  expect(board).toBeNull();
  expect(problems).toEqual([]);
  expect(sentence).toBe("panel.board: auto found no board: no device tree, no HAT with an EEPROM.");
});

test("the built-in panel is found by its touch chip and its display, in the device tree of a Raspberry Pi", async () => {
  const tree = path.join(folder, "tree");
  await mkdir(tree);
  await writeFile(path.join(tree, "model"), "Raspberry Pi 5 Model B Rev 1.0\0");
  const { board, sentence } = await load({}, { facts: () => deviceTreeFacts(tree), answers: () => true });
  expect(board?.id).toBe("downbeat-panel");
  expect(sentence).toMatch(
    /auto found downbeat-panel: Raspberry Pi 5 .* something answers at 0x3c of I2C bus 1, 0x5a of I2C bus 1\.$/,
  );
});

test("an EEPROM is read from the device tree", async () => {
  const tree = path.join(folder, "tree");
  await mkdir(path.join(tree, "hat"), { recursive: true });
  await writeFile(path.join(tree, "model"), "Raspberry Pi 4 Model B Rev 1.4\0");
  await writeFile(path.join(tree, "hat", "vendor"), "Blokas Labs\0");
  await writeFile(path.join(tree, "hat", "product"), "Pisound\0");
  const { board } = await load({}, { facts: () => deviceTreeFacts(tree), answers: () => false });
  expect(board?.id).toBe("pisound-button");
});

test("a board of one's own comes before one of the same name that is built in", async () => {
  await mkdir(path.join(folder, "boards"));
  await writeFile(path.join(folder, "boards", "starter.yaml"), "version: 1\nname: Mine\n");
  const { board, files } = await load({ board: "starter" });
  expect(board?.name).toBe("Mine");
  expect(files).toEqual([path.join(folder, "boards", "starter.yaml")]);
});

test("a path is a board as well", async () => {
  await writeFile(path.join(folder, "kitchen.yaml"), "version: 1\nname: Kitchen\n");
  expect((await load({ board: "kitchen.yaml" })).board?.name).toBe("Kitchen");
  const missing = await load({ board: "./cellar.yaml" });
  expect(missing.board).toBeNull();
  expect(missing.problems.map(formatProblem).join()).toMatch(/cellar\.yaml.*no such file/);
});

test("a board that there is not is named with its line, and with those that come near", async () => {
  const { board, problems } = await load({ board: "stater" });
  expect(board).toBeNull();
  expect(problems.map(formatProblem)).toEqual([
    expect.stringMatching(
      /downbeat\.yaml:2:\d+.*panel\.board: expected auto, none.*got "stater".*Did you mean starter\?/,
    ),
  ]);
});

test("what the settings name and the board does not have is left out and said", async () => {
  const { board, problems } = await load({
    board: "downbeat-panel",
    accent: "enc1",
    leds: { led1: "pad3", led2: "off", led3: "pad1" },
  });
  expect(board?.id).toBe("downbeat-panel");
  const sentences = problems.map(formatProblem);
  expect(sentences.length).toBe(2);
  expect(sentences[0]).toMatch(/panel\.accent: expected one of enc1-push.*got "enc1"/);
  expect(sentences[1]).toMatch(/panel\.leds\.led3: expected one of led1, led2, got "led3"/);
});
