// SPDX-License-Identifier: GPL-3.0-or-later
// The Link of scripts in company: with another script, and with Ableton's own LinkHut. Needs root.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LinkPlayer, phaseErrorMicros } from "../support/link-player.ts";
import { isNear, LinkStage, VANISHED_MS } from "../support/link-stage.ts";

let stage: LinkStage;
beforeAll(async () => {
  stage = await LinkStage.make();
});
afterAll(() => stage[Symbol.asyncDispose]());

/** Of one kernel both read one clock; Link itself rounds to microseconds. The rest is a busy machine. */
const PHASE_TOLERANCE_MICROS = 1000;

test("two scripts meet: tempo, phase, start and stop go both ways, and every callback comes", async ({
  annotate,
}) => {
  await using founder = await LinkPlayer.found(126, stage.net.inside("right"));
  await using guest = await LinkPlayer.start(90, stage.net.inside("left"));
  await guest.hears({ event: "peers", peers: 1 });
  await founder.hears({ event: "peers", peers: 1 });
  await guest.hears({ event: "tempo", bpm: 126 });
  expect(founder.run.lines.filter(({ event }) => event === "tempo")).toEqual([]);

  const errors: number[] = [];
  const comparePhase = async (): Promise<void> => {
    const { micros } = await guest.ask();
    const [one, other] = await Promise.all([guest.at(micros), founder.at(micros)]);
    errors.push(phaseErrorMicros(one.phase, other.phase, 4, one.tempo));
  };
  for (let round = 0; round < 20; round += 1) await comparePhase();

  for (const [player, other, bpm] of [
    [guest, founder, 140],
    [founder, guest, 77.5],
  ] as const) {
    const from = other.heardSoFar;
    await player.ask({ tempo: bpm });
    await other.hears({ event: "tempo", bpm }, from);
    expect(isNear((await other.ask()).tempo, bpm)).toBe(true);
    await comparePhase();
  }
  for (const [player, other] of [
    [guest, founder],
    [founder, guest],
  ] as const)
    for (const playing of [true, false]) {
      const from = other.heardSoFar;
      const { timeForIsPlaying } = await player.ask({ playing });
      await other.hears({ event: "playing", isPlaying: playing }, from);
      const heard = await other.ask();
      expect(heard.isPlaying).toBe(playing);
      expect(Math.abs(heard.timeForIsPlaying - timeForIsPlaying)).toBeLessThan(PHASE_TOLERANCE_MICROS);
    }
  await annotate(`phase error of ${errors.length} comparisons: at most ${Math.max(...errors).toFixed(1)} us`);
  expect(Math.max(...errors)).toBeLessThan(PHASE_TOLERANCE_MICROS);
});

test.each(["exit", "close", "throw"] as const)(
  "a script that ends by %s is gone at once for its peers",
  async (end) => {
    await using founder = await LinkPlayer.found(126, stage.net.inside("right"));
    await using guest = await LinkPlayer.start(90, stage.net.inside("left"));
    await founder.hears({ event: "peers", peers: 1 });
    await guest.hears({ event: "tempo", bpm: 126 });
    const from = founder.heardSoFar;
    await guest.ask({ end });
    // Without a goodbye it would take six seconds.
    await founder.hears({ event: "peers", peers: 0 }, from, 3000);
    expect(await guest.run.ended).toBe(end === "throw" ? 1 : 0);
    expect((await founder.ask()).tempo).toBe(126);
  },
);

test("a script that is killed is missed, and its peer's tempo and phase go on", {
  timeout: 90_000,
}, async () => {
  await using founder = await LinkPlayer.found(126, stage.net.inside("right"));
  await using guest = await LinkPlayer.start(90, stage.net.inside("left"));
  await founder.hears({ event: "peers", peers: 1 });
  await guest.hears({ event: "tempo", bpm: 126 });
  const from = founder.heardSoFar;
  const before = await founder.ask();
  guest.run.kill("SIGKILL");
  await founder.hears({ event: "peers", peers: 0 }, from, VANISHED_MS);
  const after = await founder.ask();
  expect(after.tempo).toBe(126);
  const beats = (after.micros - before.micros) / Math.round(60e6 / 126);
  expect(Math.abs(after.beat - before.beat - beats)).toBeLessThan(0.001);
});

test("while a script's event loop stands still its Link plays on, and it then hears the newest", async () => {
  await using founder = await LinkPlayer.found(126, stage.net.inside("right"));
  await using guest = await LinkPlayer.start(90, stage.net.inside("left"));
  await founder.hears({ event: "peers", peers: 1 });
  await guest.hears({ event: "tempo", bpm: 126 });
  // Longer than it takes to miss a peer that does not answer.
  await guest.ask({ stall: 8000 });
  const from = guest.heardSoFar;
  for (let bpm = 100; bpm <= 120; bpm += 1) {
    await founder.ask({ tempo: bpm });
    await sleep(100);
  }
  await sleep(5000);
  expect((await founder.ask()).peers).toBe(1);
  expect(founder.run.lines.filter(({ event }) => event === "peers")).toEqual([{ event: "peers", peers: 1 }]);
  await guest.hears({ event: "tempo", bpm: 120 }, from);
  const heard = guest.run.lines.slice(from).filter(({ event }) => event === "tempo");
  expect(heard.length).toBeLessThan(10);
  const { micros } = await guest.ask();
  const [one, other] = await Promise.all([guest.at(micros), founder.at(micros)]);
  expect(phaseErrorMicros(one.phase, other.phase, 4, one.tempo)).toBeLessThan(PHASE_TOLERANCE_MICROS);
});

test("with LinkHut: joining takes its tempo, then tempo, start and stop go both ways", async () => {
  await using hut = await stage.foundingHut({ tempo: 126, startStopSync: true });
  await using player = await LinkPlayer.start(90, stage.net.inside("left"));
  await hut.shows("1 peer", (state) => state.peers === 1);
  await player.hears({ event: "peers", peers: 1 });
  await player.hears({ event: "tempo", bpm: 126 });
  expect(hut.state.tempoBpm).toBe(126);

  await player.ask({ tempo: 111 });
  await hut.shows("111 bpm", (state) => isNear(state.tempoBpm, 111));
  await hut.nudgeTempo(true);
  await player.hears({ event: "tempo", bpm: 112 });

  await hut.play();
  await player.hears({ event: "playing", isPlaying: true });
  let from = player.heardSoFar;
  await player.ask({ playing: false });
  await hut.shows("stop", (state) => !state.isPlaying);
  await player.ask({ playing: true });
  await hut.shows("play", (state) => state.isPlaying);
  from = player.heardSoFar;
  await hut.stop();
  await player.hears({ event: "playing", isPlaying: false }, from);

  from = player.heardSoFar;
  await hut.quit();
  await player.hears({ event: "peers", peers: 0 }, from);
  // The tempo is kept when everybody has gone.
  expect(isNear((await player.ask()).tempo, 112)).toBe(true);
});

test("with start-stop sync off, play stays with whoever pressed it", async () => {
  await using founder = await LinkPlayer.found(126, stage.net.inside("right"));
  await using guest = await LinkPlayer.start(90, stage.net.inside("left"));
  await guest.hears({ event: "tempo", bpm: 126 });
  await guest.ask({ sync: false });
  await founder.ask({ playing: true });
  await founder.ask({ tempo: 99 });
  await guest.hears({ event: "tempo", bpm: 99 });
  expect((await guest.ask()).isPlaying).toBe(false);
  expect(guest.run.lines.filter(({ event }) => event === "playing")).toEqual([]);
});
