// SPDX-License-Identifier: GPL-3.0-or-later
// The box on ALSA's cards of a real kernel: it plays on the one that the settings name, what comes out can be
// recorded at the other end of the cable, and a card that is pulled out and put back costs no beat.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CABLE_BLOCK_FRAMES, heardWhile, RATE } from "../support/cable.ts";
import { eventually, RunningBox, transportOf } from "../support/running-box.ts";

const PATIENCE_MS = 120_000;
/** What a machine like this takes to open a card, an eighth faster. */
const CATCH_UP_SECONDS = 8;
/** A box that plays alone moves its song on over an xrun's hole that is longer; its frames lead. */
const HOLE_SECONDS = 0.1;
const DRIVER = "/sys/bus/platform/drivers/snd_aloop";
const CARD = "snd_aloop.0";

let box: RunningBox;

beforeAll(async () => {
  box = await RunningBox.start({
    hasDevices: true,
    settings: {
      "audio.api": "alsa",
      "audio.device": "hw:Loopback,0",
      "audio.blockFrames": CABLE_BLOCK_FRAMES,
      "midi.virtualPort": null,
      session: path.join(import.meta.dirname, "light-rack.json"),
    },
  });
  await eventually("the card plays", async () => (await box.status()).audio.api === "alsa", PATIENCE_MS);
});

afterAll(() => box?.[Symbol.asyncDispose]());

/** What comes out of the other end. */
const heard = (seconds: number): Promise<Float32Array> =>
  heardWhile(path.join(box.folder, "heard.raw"), () => sleep(seconds * 1000));

test("the card's own stamps tell when a block is heard", async () => {
  const { audio } = await box.status();
  expect(audio.device).toMatch(/^hw:Loopback,0/);
  expect(audio.timeSource).toBe("ALSA timestamps, filtered");
  expect(audio.sampleRate).toBe(RATE);
});

test("music comes out of the other end of the cable", async () => {
  const samples = await heard(4);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  expect(peak).toBeGreaterThan(0.05);
  expect(peak).toBeLessThanOrEqual(1);
});

test("a card that is pulled out while it plays costs no beat, and plays again when it is back", async () => {
  const before = transportOf(await box.status());
  writeFileSync(`${DRIVER}/unbind`, CARD);
  await eventually(
    "it plays into nothing",
    async () => (await box.status()).audio.api === "null",
    PATIENCE_MS,
  );
  const pulled = transportOf(await box.status());
  expect(pulled.status).toBe("playing");
  await eventually(
    "its beats go on",
    async () => transportOf(await box.status()).lineBeat > Math.max(pulled.lineBeat, before.lineBeat + 1),
    PATIENCE_MS,
  );
  writeFileSync(`${DRIVER}/bind`, CARD);
  await eventually("the card plays", async () => (await box.status()).audio.api === "alsa", PATIENCE_MS);
  // The beats went on with the clock: as many as the tempo makes of the time that passed. What opening the card took
  // is caught up with.
  const back = transportOf(await box.status());
  expect(back.status).toBe("playing");
  const beatsOf = (seconds: number): number => (seconds * before.tempoBpm) / 60;
  let told = "";
  const caughtUp = await eventually(
    "no beat is missing",
    async () => {
      const now = transportOf(await box.status());
      const missing = beatsOf((now.hostMicros - before.hostMicros) / 1e6) - (now.lineBeat - before.lineBeat);
      const xruns = now.xruns - before.xruns;
      told = `${missing.toFixed(3)} beats missing, ${xruns} xruns`;
      return missing > -0.1 && missing < 0.1 + beatsOf(xruns * HOLE_SECONDS) ? now : null;
    },
    PATIENCE_MS,
  ).finally(() => console.info(told));
  expect((caughtUp.hostMicros - back.hostMicros) / 1e6).toBeLessThan(CATCH_UP_SECONDS);
  const samples = await heard(2);
  expect(samples.some((sample) => Math.abs(sample) > 0.01)).toBe(true);
});
