// SPDX-License-Identifier: GPL-3.0-or-later
// Cases of Ableton's Link test plan (TEST-PLAN.md of Link) that have no other home here. TEMPO-1 and TEMPO-2 are in
// link.test.ts, BEATTIME-2 in link-peers-leave.test.ts, STARTSTOPSTATE-1 and -2 in link-start-stop.test.ts,
// AUDIOENGINE-1 in link-audio.test.ts.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { medianOf } from "../bench/support/figures.ts";
import { BackgroundSamples, straightnessOf } from "../support/beat-samples.ts";
import { isNear, LinkStage, together } from "../support/link-stage.ts";
import { withSynth } from "../support/link-synth.ts";
import { gridShifts, messagesOf, START, STOP, TICK, ticksOf } from "../support/midi-wire.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";

/** A millionth of a beat and a microsecond, as Link rounds them, in milliseconds at 127 bpm. */
const ROUNDING_MS = 0.002;

let stage: LinkStage;

beforeAll(async () => {
  stage = await LinkStage.make();
});

afterAll(() => stage?.[Symbol.asyncDispose]());

test("TEMPO-3: a song of another tempo that is loaded into a session takes the session's", {
  timeout: 60_000,
}, async () => {
  await using hut = await stage.foundingHut({ tempo: 130 });
  await using box = await stage.boxOnTheLeft({ storedTempo: 100 });
  await together(box, hut);
  await box.is("130 bpm", (state) => isNear(state.tempoBpm, 130));
  const from = hut.states.length - 1;
  box.send({ kind: "play" });
  for (const bpm of [95, 174]) {
    await box.replan((plan) => ({
      ...plan,
      session: { ...plan.session, name: `a song at ${bpm}`, tempoMap: [{ beat: 0, bpm }] },
    }));
    await sleep(1500);
    expect(isNear(box.state.tempoBpm, 130)).toBe(true);
  }
  expect(new Set(hut.states.slice(from).map((state) => state.tempoBpm))).toEqual(new Set([130]));
});

test("TEMPO-4: at the ends of Link's range, 20 and 999 bpm, the box and its synth follow", {
  timeout: 90_000,
}, async ({ annotate }) => {
  const synth = await PtyRecorder.start();
  try {
    await using hut = await stage.foundingHut({ tempo: 120 });
    await using box = await stage.boxOnTheLeft({ change: (plan) => withSynth(plan, synth) });
    await together(box, hut);
    // LinkHut has a key for one bpm: the box brings both near, and LinkHut goes to the end.
    for (const [near, end] of [
      [25, 20],
      [990, 999],
    ] as const) {
      box.send({ kind: "tempo", value: near });
      await hut.shows(`${near} bpm`, (state) => Math.abs(state.tempoBpm - near) < 0.02);
      // Link shows the box its own tempo for a second.
      await sleep(1100);
      await hut.setTempo(end);
      const bpm = hut.state.tempoBpm;
      expect(Math.abs(bpm - end)).toBeLessThan(0.5);
      await box.is(`${bpm} bpm`, (state) => Math.abs(state.tempoBpm - bpm) < 0.02);
      await sleep(500);
      const before = synth.bytes.length;
      await sleep(2500);
      const ticks = synth.bytes.slice(before).filter(({ byte }) => byte === TICK);
      const intervals = ticks.slice(1).map(({ micros }, i) => micros - (ticks[i]?.micros ?? 0));
      const expected = 60e6 / bpm / 24;
      await annotate(
        `${bpm} bpm: a tick every ${medianOf(intervals).toFixed(0)} us, of ${expected.toFixed(0)}`,
      );
      const counted = ((ticks.at(-1)?.micros ?? 0) - (ticks[0]?.micros ?? 0)) / (ticks.length - 1);
      expect(Math.abs(counted / expected - 1)).toBeLessThan(0.02);
    }
  } finally {
    await synth.stop();
  }
});

test("TEMPO-5 and BEATTIME-1: alone, switching Link on, a change and switching it off move neither tempo nor beat", {
  timeout: 60_000,
}, async ({ annotate }) => {
  const synth = await PtyRecorder.start();
  let wire: ReturnType<typeof messagesOf> = [];
  const off = { enabled: false, startStopSync: false, quantum: 4 };
  try {
    await using box = await stage.boxOnTheLeft({
      storedTempo: 127,
      change: (plan) => withSynth({ ...plan, link: off }, synth),
    });
    box.send({ kind: "play" });
    await box.is("it plays", (state) => state.status === "playing");
    await sleep(1200);
    expect(box.state.linkEnabled).toBe(false);

    const watch = async (change: () => Promise<void>): Promise<void> => {
      await using watching = new BackgroundSamples(() => box.state);
      await sleep(300);
      await change();
      await sleep(2500);
      const states = await watching.stop();
      expect(new Set(states.map((state) => state.tempoBpm)).size).toBe(1);
      const line = straightnessOf(states, (state) => state.lineBeat);
      const song = straightnessOf(states, (state) => state.songBeat);
      await annotate(`${line.worstMs.toFixed(4)} ms off a straight line at most (${states.length})`);
      expect(line.worstMs).toBeLessThan(ROUNDING_MS);
      expect(song.worstMs).toBeLessThan(ROUNDING_MS);
    };
    await watch(async () => {
      await box.replan((plan) => ({ ...plan, link: { ...off, enabled: true } }));
      await box.is("Link is on", (state) => state.linkEnabled);
    });
    expect(box.state.tempoBpm).toBe(127);
    box.send({ kind: "tempo", value: 131.5 });
    await box.is("131.5 bpm", (state) => state.tempoBpm === 131.5);
    await watch(async () => {
      await box.replan((plan) => ({ ...plan, link: off }));
      await box.is("Link is off", (state) => !state.linkEnabled);
    });
    expect(box.state.tempoBpm).toBe(131.5);
    box.send({ kind: "stop" });
    await box.is("it stands", (state) => state.status === "stopped");
    await sleep(200);
  } finally {
    wire = messagesOf(await synth.stop());
  }
  const start = wire.findIndex(({ status }) => status === START);
  const stop = wire.findIndex(({ status }) => status === STOP);
  const ticks = ticksOf(wire.slice(start, stop));
  // Before the change of tempo: every tick in its place, none twice.
  const tickMicros = 60e6 / 127 / 24;
  const even = ticks.slice(0, Math.floor(3.5e6 / tickMicros));
  expect(even.length).toBeGreaterThan(100);
  expect(gridShifts(even, tickMicros).filter((shift) => shift !== 0)).toStrictEqual([]);
});
