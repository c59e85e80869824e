// SPDX-License-Identifier: GPL-3.0-or-later
// Who starts whom: LinkHut and a box, with and without start-stop sync.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { percentilesOf } from "../bench/support/figures.ts";
import { phaseBetween, sample } from "../support/beat-samples.ts";
import { LinkStage, spreadText, together } from "../support/link-stage.ts";

let stage: LinkStage;

beforeAll(async () => {
  stage = await LinkStage.make();
});

afterAll(() => stage?.[Symbol.asyncDispose]());

test("STARTSTOPSTATE-1: with start-stop sync LinkHut's play starts the box on a quantum, and its stop stops it", {
  timeout: 60_000,
}, async ({ annotate }) => {
  await using hut = await stage.foundingHut({ startStopSync: true });
  await using box = await stage.boxOnTheLeft({ startStopSync: true });
  await together(box, hut);
  const startMs: number[] = [];
  const stopMs: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const pressedAtMs = performance.now();
    await hut.play();
    await box.is("it plays", (state) => state.status === "playing");
    startMs.push(performance.now() - pressedAtMs);
    const { songBeat, lineBeat } = box.state;
    // From its beginning, where the session's cycle begins, at the first chance.
    expect(songBeat).toBeLessThan(2);
    expect(phaseBetween(songBeat, lineBeat, 4)).toBeCloseTo(0, 6);
    await sleep(100 * turn);

    const stoppedAtMs = performance.now();
    await hut.stop();
    await box.is("it stands", (state) => state.status === "stopped");
    stopMs.push(performance.now() - stoppedAtMs);
    expect(box.state.songBeat).toBe(0);
  }
  await annotate(`LinkHut's play to the box's first beat: ${spreadText(startMs)}; a quantum has 2000 ms`);
  await annotate(`LinkHut's stop to the box's: ${spreadText(stopMs)}`);
  expect(percentilesOf(startMs).max).toBeLessThan(2000 + 1000);
  expect(percentilesOf(stopMs).max).toBeLessThan(1000);
});

test("with start-stop sync the box's play and stop are LinkHut's too", { timeout: 60_000 }, async () => {
  await using hut = await stage.foundingHut({ startStopSync: true });
  await using box = await stage.boxOnTheLeft({ startStopSync: true });
  await together(box, hut);
  for (let turn = 0; turn < 3; turn += 1) {
    box.send({ kind: "play" });
    await hut.shows("playing", (state) => state.isPlaying, 2000);
    await box.is("it plays", (state) => state.status === "playing");
    box.send({ kind: "stop" });
    await hut.shows("stopped", (state) => !state.isPlaying, 2000);
  }
});

test("without start-stop sync nobody starts or stops anybody", { timeout: 60_000 }, async () => {
  await using hut = await stage.foundingHut({ startStopSync: true });
  await using box = await stage.boxOnTheLeft();
  await together(box, hut);
  const fromLine = hut.states.length;
  box.send({ kind: "play" });
  await box.is("it plays", (state) => state.status === "playing");
  await sleep(300);
  expect(hut.states.slice(fromLine).some((state) => state.isPlaying)).toBe(false);
  await hut.play();
  await hut.stop();
  await sleep(300);
  expect(box.state.status).toBe("playing");
});

test("STARTSTOPSTATE-2: joining a playing session starts no box, and the session plays on", {
  timeout: 60_000,
}, async () => {
  await using hut = await stage.foundingHut({ tempo: 133, startStopSync: true, isPlaying: true });
  const fromLine = hut.states.length;
  await using box = await stage.boxOnTheLeft({ startStopSync: true });
  await together(box, hut);
  // Two bars and a bit.
  const states = await sample(4000, () => box.state);
  expect(new Set(states.map(({ value }) => value.status))).toEqual(new Set(["stopped"]));
  expect(states.some(({ value }) => value.waitingForQuantum)).toBe(false);
  expect(hut.states.slice(fromLine).every((state) => state.isPlaying)).toBe(true);

  box.send({ kind: "play" });
  await box.is("it plays", (state) => state.status === "playing");
  expect(phaseBetween(box.state.songBeat, box.state.lineBeat, 4)).toBeCloseTo(0, 6);
  expect(hut.states.slice(fromLine).every((state) => state.isPlaying)).toBe(true);
  await hut.stop();
  await box.is("it stands", (state) => state.status === "stopped");
});

test("a box that plays when it joins starts nobody, and plays on", { timeout: 60_000 }, async () => {
  await using hut = await stage.foundingHut({ startStopSync: true });
  const fromLine = hut.states.length;
  await using box = await stage.boxOnTheLeft({ startStopSync: true, autoplay: true });
  await together(box, hut);
  const states = await sample(2500, () => box.state);
  expect(new Set(states.map(({ value }) => value.status))).toEqual(new Set(["playing"]));
  expect(hut.states.slice(fromLine).some((state) => state.isPlaying)).toBe(false);
});
