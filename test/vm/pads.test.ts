// SPDX-License-Identifier: GPL-3.0-or-later
// A pad at a GPIO line of a real kernel is pressed a thousand times while Node stands still, and each press is heard at
// the other end of a sound card's cable.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import type { EngineStatus } from "../../engine/binding/engine-status.ts";
import { CABLE_BLOCK_FRAMES, CHANNELS, heardWhile, RATE } from "../support/cable.ts";
import { clickOnsets } from "../support/click-onsets.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  settingsText,
  transportOf,
} from "../support/running-box.ts";
import { SimGpio } from "../support/sim-gpio.ts";

const PATIENCE_MS = 120_000;
const PRESSES = 1000;
/** Of the engine, after each move of the pad: a machine that was held up is waited for. */
const BLOCKS = 2;
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
    "audio.blockFrames": CABLE_BLOCK_FRAMES,
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

/** What the engine itself says, while Node stands still. */
async function report(engine: EngineClient): Promise<{ readonly edges: number; readonly blocks: number }> {
  const { controls } = (await engine.request("panel", { since: Number.MAX_SAFE_INTEGER })) as {
    readonly controls: readonly { readonly edges: number }[];
  };
  const { status } = (await engine.request("status")) as { readonly status: EngineStatus };
  return { edges: controls[0]?.edges ?? 0, blocks: transportOf(status).blocks };
}

test("a thousand presses while Node stands still are a thousand clicks", async () => {
  box.signal("SIGSTOP");
  const engine = await EngineClient.connect(box.stateFolder, "observer", "test");
  const { edges } = await report(engine);
  const move = async (count: number): Promise<void> => {
    let seenAt: number | null = null;
    lines.contact(0, count % 2 === 1);
    await eventually(
      `the pad's edge ${count}`,
      async () => {
        const now = await report(engine);
        if (now.edges < edges + count) return false;
        seenAt ??= now.blocks;
        return now.blocks >= seenAt + BLOCKS;
      },
      PATIENCE_MS,
    );
  };
  const samples = await heardWhile(path.join(folder, "heard.raw"), async () => {
    for (let count = 1; count <= 2 * PRESSES; count += 1) await move(count);
    await sleep(1000);
  });
  engine.close();
  box.signal("SIGCONT");
  const clicks = clickOnsets(samples, CHANNELS, 0, SILENT_FRAMES);
  console.info(`${PRESSES} presses, ${clicks.length} clicks in ${samples.length / CHANNELS / RATE} s`);
  expect(clicks).toHaveLength(PRESSES);
}, 900_000);
