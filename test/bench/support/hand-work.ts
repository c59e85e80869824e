// SPDX-License-Identifier: GPL-3.0-or-later
// A key that is struck on a cable, and when it is heard: the first byte at a synth's cable, the first frame of sound.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LinkClock } from "../../../engine/link/link-clock.ts";
import { clickOnsets } from "../../support/click-onsets.ts";
import { PtyRecorder, testTool } from "../../support/pty-recorder.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  transportOf,
} from "../../support/running-box.ts";
import { readWav } from "../../support/sound-file.ts";
import { type Percentiles, percentilesOf } from "./figures.ts";

const RATE = 48_000;
export const BLOCK_FRAMES = 128;
const NOTE = 60;
const KNOB = 21;
/** Far enough apart that each click has died away. */
const EVERY_MS = 190;
/** Frames of silence before a click. */
const SILENT_FRAMES = 2400;
const CLIENT_HZ = 30;

/** What Node does meanwhile. */
export type NodeState = "idle" | "stopped" | "crowded";

export interface HandRun {
  readonly node: NodeState;
  /** Microseconds from the byte that leaves the keyboard to the byte that arrives at the synth. */
  readonly wire: Percentiles;
  /** The same to the moment at which the first frame of sound is at the loudspeaker. */
  readonly sound: Percentiles;
  /** Of `strikes`, how many were heard at all. */
  readonly heard: number;
}

/** A click for each key, and nothing else. */
const RACK = {
  kind: "rack",
  version: 1,
  sampleRate: RATE,
  channels: 2,
  randomSeed: 1,
  nodes: [
    {
      id: "osc",
      type: "osc",
      params: { wave: "square", freqHz: 1000, attackMs: 0, releaseMs: 0, gateMs: 20 },
    },
  ],
  transport: { bpm: 120, lengthBars: 1, resolution: 16, patterns: [] },
};

export async function measureHands(node: NodeState, strikes: number, clients: number): Promise<HandRun> {
  const keys = await PtyRecorder.start();
  const synth = await PtyRecorder.start();
  const folder = makeBoxFolder({
    settings: {
      session: "clicks.json",
      "audio.blockFrames": BLOCK_FRAMES,
      "http.clockHz": CLIENT_HZ,
      "http.maxClients": 4096,
      "midi.virtualPort": null,
      "midi.ports": [
        { id: "keys", kind: "serial", name: keys.path, clock: false, startStop: false },
        {
          id: "synth",
          kind: "serial",
          name: synth.path,
          clock: false,
          startStop: false,
          profile: "generic_analog",
        },
      ],
      mappings: [
        { id: "play", port: "keys", source: "note", target: "clicks:osc" },
        { id: "turn", port: "keys", number: KNOB, target: "synth:synth", param: "filter.cutoff" },
      ],
    },
  });
  writeFileSync(path.join(folder, "clicks.json"), JSON.stringify(RACK));
  const wav = path.join(folder, "hands.wav");
  const seconds = Math.ceil((strikes * EVERY_MS) / 1000) + 30;
  let audience: ChildProcess | null = null;
  try {
    await using box = await RunningBox.start({
      folder,
      arguments: ["--null", "--record", wav, "--for", String(seconds)],
    });
    await eventually("both cables are open", async () =>
      (await box.status()).midi.ports.every(({ state }) => state === "open"),
    );
    await eventually("the keyboard plays", async () => {
      const before = synth.bytes.length;
      keys.send(0xb0, KNOB, 1 + (before % 100));
      await sleep(50);
      return synth.bytes.length > before;
    });
    if (node === "crowded") audience = await gather(new URL(box.url).port, clients, seconds);
    if (node === "stopped") box.signal("SIGSTOP");
    const first = { sent: keys.sentAt.length, arrived: synth.bytes.length };
    for (let i = 0; i < strikes; i += 1) {
      keys.send(0x90, NOTE, 127, 0xb0, KNOB, i % 2 === 0 ? 0 : 127, 0x80, NOTE, 0);
      await sleep(EVERY_MS + 7 * Math.random());
    }
    if (node === "stopped") box.signal("SIGCONT");
    audience?.kill();
    const state = transportOf(await box.status());
    const offset = clockOffsetMicros();
    await box.ended;
    const sent = keys.sentAt.slice(first.sent);
    const wire = firstBytes(synth, first.arrived, sent);
    const heard = onsetsOf(wav).map(
      (frame) => state.hostMicros - offset + ((frame - state.frame) * 1e6) / RATE,
    );
    const sound = sent.flatMap(
      (at, i) => heard.find((one) => one >= at && one < (sent[i + 1] ?? at + 1e6)) ?? [],
    );
    const late = sound.map((at) => at - (sent.findLast((one) => one <= at) ?? at));
    return { node, wire: percentilesOf(wire), sound: percentilesOf(late), heard: late.length };
  } finally {
    audience?.kill();
    await keys.stop();
    await synth.stop();
    removeBoxFolder(folder);
    rmSync(wav, { force: true });
  }
}

/** What the machine itself takes from one pseudo terminal to another: `cat` between them. */
export async function measureCable(strikes: number): Promise<Percentiles> {
  const keys = await PtyRecorder.start();
  const synth = await PtyRecorder.start();
  const cat = spawn("sh", ["-c", `exec cat <${keys.path} >${synth.path}`], { stdio: "ignore" });
  try {
    await sleep(500);
    const first = synth.bytes.length;
    for (let i = 0; i < strikes; i += 1) {
      keys.send(0xb0, KNOB, i % 2 === 0 ? 0 : 127);
      await sleep(EVERY_MS / 10);
    }
    await sleep(200);
    return percentilesOf(firstBytes(synth, first, keys.sentAt));
  } finally {
    cat.kill();
    await keys.stop();
    await synth.stop();
  }
}

/** Of each line that was sent, how long after it the next status byte arrived. */
function firstBytes(synth: PtyRecorder, from: number, sent: readonly number[]): readonly number[] {
  const arrived = synth.bytes.slice(from).filter(({ byte }) => byte >= 0xb0 && byte < 0xc0);
  return sent.flatMap((at, i) => {
    const one = arrived.find(({ micros }) => micros >= at && micros < (sent[i + 1] ?? at + 1e6));
    return one === undefined ? [] : [one.micros - at];
  });
}

function onsetsOf(file: string): readonly number[] {
  const { data, bytesPerFrame, channels } = readWav(file);
  const bytes = bytesPerFrame / channels;
  const frames = data.length / bytesPerFrame;
  const samples = new Float32Array(frames * channels);
  for (let i = 0; i < samples.length; i += 1)
    samples[i] = data.readIntLE(i * bytes, bytes) / 2 ** (8 * bytes - 1);
  return clickOnsets(samples, channels, 0, SILENT_FRAMES);
}

/** Link's clock less CLOCK_MONOTONIC, of the quickest of some readings. */
function clockOffsetMicros(): number {
  const clock = new LinkClock();
  let best = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let i = 0; i < 100; i += 1) {
    const before = process.hrtime.bigint();
    const theirs = clock.micros();
    const took = Number(process.hrtime.bigint() - before);
    if (took >= best) continue;
    best = took;
    offset = Number(theirs) - (Number(before) + took / 2) / 1000;
  }
  return offset;
}

async function gather(port: string, clients: number, seconds: number): Promise<ChildProcess> {
  const readers = spawn(testTool("clock-readers"), [port, String(clients), String(seconds)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(readers.stdout, "data");
  return readers;
}
