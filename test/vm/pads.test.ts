// SPDX-License-Identifier: GPL-3.0-or-later
// Two pads at GPIO lines of a real kernel are pressed a thousand times while Node stands still, and each press is heard at
// the other end of a sound card's cable, the one on the left, the other on the right.
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
const PADS = ["left", "right"] as const;
/** Of each pad. */
const PRESSES = 500;
/** Of the engine, after each move of the pad: a machine that was held up is waited for. */
const BLOCKS = 3;
/** Presses: the card holds three blocks. */
const LOST_BY_AN_XRUN = 2;
const SILENT_FRAMES = (10 * RATE) / 1000;

const BOARD = `version: 1
id: pads
name: Pads
chips: [downbeat-pads]
controls:
  left: { kind: button, line: 0, debounceMs: 0 }
  right: { kind: button, line: 1, debounceMs: 0 }
`;

let folder: string;
let lines: SimGpio;
let box: RunningBox;

beforeAll(async () => {
  lines = new SimGpio("pads", [0, 1]);
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
    mappings: PADS.map((pad) => ({ id: pad, source: "panel", control: pad, target: `pads:${pad}` })),
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

interface Report {
  /** Of the pad that has seen fewer. */
  readonly edges: number;
  readonly blocks: number;
  readonly xruns: number;
}

/** What the engine itself says, while Node stands still. */
async function report(engine: EngineClient): Promise<Report> {
  const { controls } = (await engine.request("panel", { since: Number.MAX_SAFE_INTEGER })) as {
    readonly controls: readonly { readonly edges: number }[];
  };
  const { status } = (await engine.request("status")) as { readonly status: EngineStatus };
  const { blocks, xruns } = transportOf(status);
  return { edges: Math.min(...controls.map((one) => one.edges)), blocks, xruns };
}

/**
 * A cable that runs dry, since the machine was held up, plays once more what it holds: three blocks. A pad is pressed again
 * after five at the soonest.
 */
function withoutEchoes(onsets: readonly number[]): { readonly once: number; readonly again: number } {
  let last = Number.NEGATIVE_INFINITY;
  let once = 0;
  for (const onset of onsets) {
    if (onset - last < 4 * CABLE_BLOCK_FRAMES) continue;
    last = onset;
    once += 1;
  }
  return { once, again: onsets.length - once };
}

test("a thousand presses while Node stands still are a thousand clicks", async () => {
  box.signal("SIGSTOP");
  const engine = await EngineClient.connect(box.stateFolder, "observer", "test");
  const { edges, xruns } = await report(engine);
  const move = async (count: number): Promise<void> => {
    let seenAt: number | null = null;
    for (const line of PADS.keys()) lines.contact(line, count % 2 === 1);
    await eventually(
      `edge ${count} of both pads`,
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
  const lateBlocks = (await report(engine)).xruns - xruns;
  engine.close();
  box.signal("SIGCONT");
  const clicks = PADS.map((_, channel) =>
    withoutEchoes(clickOnsets(samples, CHANNELS, channel, SILENT_FRAMES)),
  );
  const seconds = (samples.length / CHANNELS / RATE).toFixed(1);
  console.info(`${PRESSES} presses of each pad in ${seconds} s, ${lateBlocks} xruns`);
  for (const { once, again } of clicks) {
    console.info(`${once} clicks, ${again} heard again`);
    // What an xrun takes from the cable nobody hears. A machine that is not held up has none: then it is each press.
    expect(Math.abs(once - PRESSES)).toBeLessThanOrEqual(LOST_BY_AN_XRUN * lateBlocks);
    expect(once).toBeGreaterThan(0.98 * PRESSES);
  }
}, 900_000);
