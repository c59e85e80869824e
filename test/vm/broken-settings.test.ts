// SPDX-License-Identifier: GPL-3.0-or-later
// Settings are broken in fifty ways while a tone plays on a card of a real kernel: what comes out at the other end of
// the cable has no gap, the glass shows the sentence, and what is mended counts.
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { framePng } from "../../engine/panel/png.ts";
import { mutatedSettings, NASTY_SETTINGS } from "../support/broken-settings.ts";
import { CABLE_BLOCK_FRAMES, CHANNELS, heardWhile, RATE } from "../support/cable.ts";
import { OledRam } from "../support/oled-ram.ts";
import { eventually, RunningBox, settingsText } from "../support/running-box.ts";
import { StallWatch } from "../support/stall-watch.ts";
import { StubBus } from "../support/stub-bus.ts";

const PATIENCE_MS = 120_000;
const WAYS = 50;
/** Of a tone of 1 kHz nothing is so small for so long. */
const SILENCE = 1e-3;
const GAP_FRAMES = RATE / 1000;
/** The card holds three blocks, 128 ms: a machine that stands still for as long as this may let it run dry. */
const STALL_MS = 60;
const LOOKS_AT_GLASS_EVERY = 10;

let bus: StubBus;
let box: RunningBox;
let settings: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  bus = await StubBus.start(0x3c);
  await bus.answers(0x46);
  settings = {
    "audio.api": "alsa",
    "audio.device": "hw:Loopback,0",
    "audio.blockFrames": CABLE_BLOCK_FRAMES,
    "midi.virtualPort": null,
    "panel.display.type": "ssd1306",
    "panel.display.bus": bus.number,
    session: path.join(import.meta.dirname, "steady-rack.json"),
  };
  box = await RunningBox.start({ hasDevices: true, settings });
  await eventually("the card plays", async () => (await box.status()).audio.api === "alsa", PATIENCE_MS);
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await bus?.[Symbol.asyncDispose]();
});

/** Where the tone is silent for a millisecond or more after its first sound: seconds from the beginning. */
function gapsOf(samples: Float32Array): { readonly gaps: readonly number[]; readonly seconds: number } {
  const gaps: number[] = [];
  let silent = 0;
  let hasSounded = false;
  for (let i = 0; i < samples.length; i += CHANNELS) {
    const isSilent = Math.abs(samples[i] ?? 0) < SILENCE;
    hasSounded ||= !isSilent;
    silent = isSilent ? silent + 1 : 0;
    if (hasSounded && silent === GAP_FRAMES) gaps.push(i / CHANNELS / RATE);
  }
  return { gaps, seconds: hasSounded ? samples.length / CHANNELS / RATE : 0 };
}

const refusals = (): number =>
  box.sentences.filter((sentence) => /what was good before plays on/.test(sentence)).length;

const page = async (): Promise<string> => {
  const report = (await box.get("/panel/display").catch(() => null)) as { readonly page?: string } | null;
  return report?.page ?? "";
};

/** What the box says that it shows is on its glass. */
const isOnGlass = async (): Promise<boolean> => {
  const answer = await fetch(`${box.url}/panel/screenshot.png?scale=1`).catch(() => null);
  const picture = Buffer.from((await answer?.arrayBuffer()) ?? new ArrayBuffer(0));
  const ram = new OledRam("ssd1306");
  for (const write of bus.writes()) ram.take(write);
  return ram.isOn && picture.equals(framePng(ram.frame(), 1));
};

test("fifty broken files, and not a millisecond of the tone is missing", async () => {
  const ways = [
    ...NASTY_SETTINGS.filter(([, content]) => content.length < 10_000).slice(0, WAYS / 2),
    ...Array.from({ length: WAYS / 2 }, (_, n) => [`mutation ${n}`, mutatedSettings(n)] as const),
  ];
  const before = await box.status();
  let seen = 0;
  await using watch = await StallWatch.start(STALL_MS);
  const samples = await heardWhile(path.join(box.folder, "heard.raw"), async () => {
    for (const [i, [name, content]] of ways.entries()) {
      const count = refusals();
      box.save(content);
      await eventually(`a refusal of ${name}`, () => refusals() > count, PATIENCE_MS);
      if (i % LOOKS_AT_GLASS_EVERY > 0) continue;
      await eventually(
        `${name} is on the glass`,
        async () => (await page()) === "trouble" && isOnGlass(),
        PATIENCE_MS,
      );
      seen += 1;
    }
  });
  const after = await box.status();
  const { gaps, seconds } = gapsOf(samples);
  console.info(
    `${seconds.toFixed(1)} s of tone, gaps: ${gaps.join(", ") || "none"}; the machine stood still, ms: ${watch.stallsMs.join(", ") || "never"}`,
  );
  expect(ways).toHaveLength(WAYS);
  expect(seen).toBe(WAYS / LOOKS_AT_GLASS_EVERY);
  expect(seconds).toBeGreaterThan(10);
  // A gap is the emulated machine's when it stood still as long itself; none is ours.
  expect(gaps.length).toBeLessThanOrEqual(watch.stallsMs.length);
  expect(after.engine.pid).toBe(before.engine.pid);
  expect(after.plan.hash).toBe(before.plan.hash);
}, 900_000);

test("what is mended counts, and the glass shows what plays", async () => {
  box.save(settingsText({ ...settings, "link.quantum": 6 }));
  await eventually("6 beats", async () => (await box.transport()).quantum === 6, PATIENCE_MS);
  await eventually("the stage page is on the glass", async () => (await page()) === "play", PATIENCE_MS);
});
