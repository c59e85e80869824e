// SPDX-License-Identifier: GPL-3.0-or-later
// The synth of a box in company: every beat has its 24 ticks through tempo changes of others, stops and
// continues; it starts with the session's cycle.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { LinkBox } from "../support/link-box.ts";
import { LinkPeers } from "../support/link-peers.ts";
import { FOUNDER_AGE_MS, isNear } from "../support/link-stage.ts";
import { ticksBetween, withSynth } from "../support/link-synth.ts";
import {
  CONTINUE,
  messagesOf,
  SONG_POSITION,
  START,
  STOP,
  TICK,
  TICKS_PER_BEAT,
  ticksOf,
  type WireMessage,
} from "../support/midi-wire.ts";
import { NetworkNamespaces } from "../support/network-namespaces.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { eventually } from "../support/running-box.ts";

const CHANGES = 10;
const BETWEEN_MS = 2500;

interface Take {
  readonly wire: readonly WireMessage[];
  /** Song beats where it was paused, and where it stood at the end. */
  readonly pausedAt: readonly number[];
}

/** Plays in company while the others change the tempo, with a pause and a continue in the middle. */
async function play(synth: PtyRecorder): Promise<readonly number[]> {
  using net = NetworkNamespaces.make();
  await using peers = await LinkPeers.start({ tempo: 120, inside: net.inside("right") });
  await peers.enable();
  await sleep(FOUNDER_AGE_MS);
  await using box = await LinkBox.start({
    inside: net.inside("left"),
    startStopSync: true,
    change: (plan) => withSynth(plan, synth),
  });
  await box.is("the peer", (state) => state.peers === 1);
  await eventually("the clock runs", () => synth.bytes.length > TICKS_PER_BEAT);
  // The peer presses play, some time after the box came: what was wished before does not start it.
  await sleep(300);
  await peers.setPlaying(true);
  await box.is("it plays", (state) => state.status === "playing");
  const pausedAt: number[] = [];
  const pause = async (): Promise<void> => {
    box.send({ kind: "pause" });
    await box.is("it stands", (state) => state.status === "paused");
    pausedAt.push(box.state.songBeat);
    await sleep(300);
  };
  for (let change = 0; change < CHANGES; change += 1) {
    await sleep(BETWEEN_MS);
    const bpm = 90 + 13 * change;
    await peers.setTempo(bpm);
    await box.is(`${bpm} bpm`, (state) => isNear(state.tempoBpm, bpm));
    if (change !== CHANGES / 2) continue;
    await pause();
    box.send({ kind: "resume" });
    await box.is("it plays on", (state) => state.status === "playing");
  }
  await sleep(1000);
  await pause();
  return pausedAt;
}

async function take(): Promise<Take> {
  const synth = await PtyRecorder.start();
  let pausedAt: readonly number[] = [];
  let wire: readonly WireMessage[] = [];
  try {
    pausedAt = await play(synth);
    await sleep(200);
  } finally {
    wire = messagesOf(await synth.stop());
  }
  return { wire, pausedAt };
}

test("X-MIDI and STARTSTOPSTATE-1: the peer's play is Start before the first tick; every beat has 24 ticks through ten tempo changes, a stop and a continue", {
  timeout: 120_000,
}, async ({ annotate }) => {
  const { wire, pausedAt } = await take();
  const order = wire.filter(({ status }) => status > 0xf0 && status !== TICK).map(({ status }) => status);
  // Its end sends a Stop to a synth that stands already, or none.
  expect(order.slice(0, 5)).toStrictEqual([START, STOP, SONG_POSITION, CONTINUE, STOP]);
  const at = (status: number, from = 0): number =>
    wire.findIndex((message, i) => i >= from && message.status === status);
  const started = at(START);
  const stopped = at(STOP);
  const continued = at(CONTINUE);
  const ended = at(STOP, continued);

  // F8 are counted from the downbeat, which has one too.
  const [firstPause = 0, secondPause = 0] = pausedAt;
  expect(ticksBetween(wire, started, stopped)).toBe(Math.floor(TICKS_PER_BEAT * firstPause) + 1);
  const position = wire[at(SONG_POSITION)]?.data ?? [];
  const sixteenth = (position[0] ?? 0) + 128 * (position[1] ?? 0);
  const index = sixteenth * 6;
  expect(sixteenth).toBeGreaterThanOrEqual(Math.floor(firstPause * 4));
  expect(sixteenth).toBeLessThanOrEqual(Math.ceil(firstPause * 4) + 1);
  expect(index + ticksBetween(wire, continued, ended)).toBe(Math.floor(TICKS_PER_BEAT * secondPause) + 1);

  await annotate(
    `${ticksOf(wire).length} ticks, ${firstPause.toFixed(2)} and ${secondPause.toFixed(2)} beats`,
  );
});
