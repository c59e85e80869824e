// SPDX-License-Identifier: GPL-3.0-or-later
// A pad at a GPIO line of a real kernel is pressed a thousand times while Node stands still, and each press is heard at
// the other end of a sound card's cable.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHANNELS, heardWhile, RATE } from "../support/cable.ts";
import { clickOnsets } from "../support/click-onsets.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  settingsText,
} from "../support/running-box.ts";
import { SimGpio } from "../support/sim-gpio.ts";

const PATIENCE_MS = 120_000;
const PRESSES = 1000;
const DOWN_MS = 15;
const UP_MS = 25;
const SILENT_FRAMES = (10 * RATE) / 1000;

const BOARD = `version: 1
id: pads
name: Pads
chips: [downbeat-pads]
controls:
  pad1: { kind: button, line: 0, debounceMs: 0 }
`;

let folder: string;
let lines: SimGpio;
let box: RunningBox;

beforeAll(async () => {
  lines = new SimGpio("pads", [0]);
  folder = makeBoxFolder();
  writeFileSync(path.join(folder, "pads.yaml"), BOARD);
  const rack = { id: "pads", path: path.join(import.meta.dirname, "click-rack.json") };
  const session = { kind: "session", version: 1, name: "Pads", bpm: 120, racks: [rack] };
  writeFileSync(path.join(folder, "session.json"), JSON.stringify(session));
  const settings = {
    session: "session.json",
    "audio.api": "alsa",
    "audio.device": "hw:Loopback,0",
    "midi.virtualPort": null,
    "panel.board": "pads.yaml",
    mappings: [{ id: "click", source: "panel", control: "pad1", target: "pads:click" }],
  };
  writeFileSync(path.join(folder, "downbeat.yaml"), settingsText(settings));
  box = await RunningBox.start({ folder, hasDevices: true });
  await eventually("the card plays", async () => (await box.status()).audio.api === "alsa", PATIENCE_MS);
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  lines?.[Symbol.dispose]();
  if (folder !== undefined) removeBoxFolder(folder);
});

test("a thousand presses while Node stands still are a thousand clicks", async () => {
  box.signal("SIGSTOP");
  const samples = await heardWhile(path.join(folder, "heard.raw"), async () => {
    for (let press = 0; press < PRESSES; press += 1) {
      lines.contact(0, true);
      await sleep(DOWN_MS);
      lines.contact(0, false);
      await sleep(UP_MS);
    }
    await sleep(1000);
  });
  box.signal("SIGCONT");
  const clicks = clickOnsets(samples, CHANNELS, 0, SILENT_FRAMES);
  console.info(`${PRESSES} presses, ${clicks.length} clicks`);
  expect(clicks).toHaveLength(PRESSES);
}, 600_000);
