// SPDX-License-Identifier: GPL-3.0-or-later
// Others come and go, with and without a word: what the box plays does not notice.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BackgroundSamples, straightnessOf } from "../support/beat-samples.ts";
import type { LinkHut } from "../support/link-hut.ts";
import {
  FOUNDER_AGE_MS,
  isNear,
  LinkStage,
  TOGETHER_MS,
  together,
  VANISHED_MS,
} from "../support/link-stage.ts";
import { eventually, RunningBox } from "../support/running-box.ts";

/** What the slewing may take from the pace, and what rounding adds. */
const UNHEARD_PACE = 0.0035;

let stage: LinkStage;

beforeAll(async () => {
  stage = await LinkStage.make();
});

afterAll(() => stage?.[Symbol.asyncDispose]());

test("BEATTIME-2: a peer that joins, leaves, dies or loses its cable moves nothing that is heard", {
  timeout: 120_000,
}, async ({ annotate }) => {
  const folder = mkdtempSync(path.join(tmpdir(), "downbeat-take-"));
  try {
    await using box = await RunningBox.start({
      inside: stage.net.inside("left"),
      settings: { "link.enabled": true, "midi.virtualPort": null, "transport.tempo": 127 },
      arguments: ["--record", path.join(folder, "take.wav")],
    });
    await eventually("it plays", async () => (await box.transport()).status === "playing");
    // Link comes after 1 s, and the session must be older than the guest.
    await sleep(1000 + FOUNDER_AGE_MS);

    await using watching = new BackgroundSamples(() => box.transport());
    const visit = async (leave: (hut: LinkHut) => Promise<void>): Promise<void> => {
      await using hut = await stage.hut();
      await hut.enableLink();
      await eventually("a peer", async () => (await box.transport()).peers === 1);
      await hut.shows("the box's tempo", (state) => isNear(state.tempoBpm, 127));
      await sleep(1500);
      await leave(hut);
      await eventually("no peer", async () => (await box.transport()).peers === 0, VANISHED_MS);
      await sleep(500);
    };
    try {
      await visit((hut) => hut.quit());
      await visit((hut) => hut.kill());
      await visit(async () => stage.net.unplug("right"));
    } finally {
      stage.net.plug("right");
    }
    const states = await watching.stop();

    expect(new Set(states.map((state) => state.tempoBpm))).toEqual(new Set([127]));
    expect(new Set(states.map((state) => state.status))).toEqual(new Set(["playing"]));
    const line = straightnessOf(states, (state) => state.lineBeat);
    const song = straightnessOf(states, (state) => state.songBeat);
    await annotate(
      `in ${states.length} samples: ${line.worstMs.toFixed(3)} ms off a straight line at most, ${line.worstStepMs.toFixed(3)} ms from one to the next`,
    );
    for (const { worstMs, worstPace } of [line, song]) {
      expect(worstPace).toBeLessThan(UNHEARD_PACE);
      expect(worstMs).toBeLessThan(TOGETHER_MS);
    }
    expect((await box.status()).audio.recording).toMatchObject({ droppedFrames: 0, sentence: "" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("X-CRASH: when every peer is gone without a word, the box goes on with their tempo and beat", {
  timeout: 60_000,
}, async ({ annotate }) => {
  await using hut = await stage.foundingHut({ tempo: 133 });
  await using box = await stage.boxOnTheLeft({ storedTempo: 100 });
  await using other = await stage.boxOnTheRight({ storedTempo: 90 });
  await together(box, hut, 2);
  box.send({ kind: "play" });
  await box.is("it plays", (state) => state.status === "playing");
  await sleep(1000);

  await using watching = new BackgroundSamples(() => box.state);
  await sleep(500);
  const goneAtMs = performance.now();
  await Promise.all([hut.kill(), other.kill()]);
  await box.is("no peer", (state) => state.peers === 0, VANISHED_MS);
  const missedMs = performance.now() - goneAtMs;
  await sleep(1500);
  const states = await watching.stop();

  expect(states.at(-1)?.peers).toBe(0);
  expect(states.every((state) => isNear(state.tempoBpm, 133) && state.status === "playing")).toBe(true);
  const line = straightnessOf(states, (state) => state.lineBeat);
  const song = straightnessOf(states, (state) => state.songBeat);
  // A peer lives for five seconds after its last word, and one more.
  expect(missedMs).toBeGreaterThan(4500);
  await annotate(
    `missed after ${missedMs.toFixed(0)} ms; ${line.worstMs.toFixed(3)} ms off a straight line at most, ${line.worstStepMs.toFixed(3)} ms from one sample to the next`,
  );
  for (const { worstMs, worstPace } of [line, song]) {
    expect(worstPace).toBeLessThan(UNHEARD_PACE);
    expect(worstMs).toBeLessThan(TOGETHER_MS);
  }
});
