// SPDX-License-Identifier: GPL-3.0-or-later
// JavaScript decides, C++ plays: Node stands still for two seconds, is killed and comes back, and nothing
// of what is heard or sent to a synth is different from a run that nobody disturbed.

import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BareEngine, statusOf } from "../support/bare-engine.ts";
import {
  countNotes,
  gridShifts,
  longestWait,
  messagesOf,
  STOP,
  TICKS_PER_BEAT,
  ticksOf,
  type WireMessage,
} from "../support/midi-wire.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  transportOf,
} from "../support/running-box.ts";
import { readWav, type WavFile } from "../support/sound-file.ts";

const SECONDS = 18;
const TEMPO_BPM = 120;
const TICKS_PER_SECOND = (TEMPO_BPM / 60) * TICKS_PER_BEAT;
const TICK_MICROS = 1e6 / TICKS_PER_SECOND;
const NODE_STOPS_MS = 2000;

let folder: string;
let disturbed: { readonly wav: WavFile; readonly wire: readonly WireMessage[] };
let undisturbed: { readonly wav: WavFile; readonly wire: readonly WireMessage[] };

/** Plays the stored plan to its end on a fresh state folder, while `meanwhile` does what it likes. */
async function record(synth: PtyRecorder, name: string, meanwhile: (stateFolder: string) => Promise<void>) {
  const stateFolder = path.join(folder, name, "state");
  mkdirSync(stateFolder, { recursive: true });
  copyFileSync(path.join(folder, "downbeat.yaml"), path.join(folder, name, "downbeat.yaml"));
  copyFileSync(path.join(folder, "state", "last-plan.json"), path.join(stateFolder, "last-plan.json"));
  const file = path.join(folder, `${name}.wav`);
  const before = synth.bytes.length;
  await using engine = BareEngine.start(stateFolder, ["--for", String(SECONDS), "--record", file]);
  const started = await engine.playing();
  expect(started.engine.startedFrom).toBe("lastPlan");
  await meanwhile(stateFolder);
  expect(await engine.ended, engine.output).toBe(0);
  // The last bytes are on their way.
  await sleep(100);
  return { wav: readWav(file), wire: messagesOf(synth.bytes.slice(before)) };
}

/** Node is there, stands still, goes on, is killed, and comes back. */
async function disturb(stateFolder: string): Promise<void> {
  const options = { folder: path.dirname(stateFolder), arguments: ["--attach"], waits: false };
  const controller = async () => (await statusOf(stateFolder))?.engine.controllerPid;
  await using first = await RunningBox.start(options);
  await eventually("Node controls the engine", async () => (await controller()) === first.node.pid);
  await sleep(500);
  first.signal("SIGSTOP");
  const before = await statusOf(stateFolder);
  await sleep(NODE_STOPS_MS);
  const after = await statusOf(stateFolder);
  if (before === null || after === null) throw new Error("the engine went away with its Node");
  const frames = transportOf(after).frame - transportOf(before).frame;
  expect(frames).toBeGreaterThan(0.5 * NODE_STOPS_MS * 48);
  first.signal("SIGCONT");
  await sleep(500);
  first.signal("SIGKILL");
  expect(await first.stop()).toBe("SIGKILL");
  await eventually("the engine forgets it", async () => (await controller()) === 0);
  await using second = await RunningBox.start(options);
  await eventually("another Node controls the engine", async () => (await controller()) === second.node.pid);
  expect((await statusOf(stateFolder))?.audio.recording?.frames).toBeLessThan(SECONDS * 48_000);
  await sleep(500);
  // Not of its own making: it leaves the engine alone when it is asked to end.
  expect(await second.stop()).toBe(0);
}

beforeAll(async () => {
  const synth = await PtyRecorder.start();
  folder = makeBoxFolder({
    settings: {
      "transport.tempo": TEMPO_BPM,
      "midi.virtualPort": null,
      // The first session plays its bass line to the port of this name.
      "midi.ports": [{ id: "virtual", kind: "serial", name: synth.path }],
    },
  });
  await using box = await RunningBox.start({ folder });
  await eventually("the plan is stored", () => existsSync(path.join(folder, "state", "last-plan.json")));
  expect(await box.stop(), box.output).toBe(0);
  undisturbed = await record(synth, "undisturbed", async () => undefined);
  disturbed = await record(synth, "disturbed", disturb);
  await synth.stop();
}, 120_000);

afterAll(() => removeBoxFolder(folder));

/** The messages of each key and each controller: what is due at the same moment may leave in any order. */
function streamsOf(wire: readonly WireMessage[]): Map<string, readonly string[]> {
  const streams = new Map<string, string[]>();
  for (const { status, data } of wire.filter((message) => message.status < 0xf0)) {
    const name = `${status < 0xa0 ? "key" : status} ${data[0]}`;
    streams.set(name, [...(streams.get(name) ?? []), [status, ...data].join(" ")]);
  }
  return streams;
}

/** The first and the last messages depend on when the port opened and closed. */
const EDGE_MESSAGES = 16;
/** A chord's notes may change places among themselves when the machine stands still. */
const PLACES = 2;

/** Whether the notes began in the same order, but for those that were due together. */
function isSameOrder(one: readonly string[], other: readonly string[]): boolean {
  const middle = one.slice(EDGE_MESSAGES, -EDGE_MESSAGES);
  for (let shift = -EDGE_MESSAGES; shift <= EDGE_MESSAGES; shift += 1) {
    const near = (place: number) => other.slice(Math.max(0, place - PLACES), place + PLACES + 1);
    if (middle.every((note, i) => near(i + EDGE_MESSAGES + shift).includes(note))) return true;
  }
  return false;
}

const noteOns = (wire: readonly WireMessage[]): readonly string[] =>
  wire.filter(({ status, data }) => status >> 4 === 9 && data[1] !== 0).map(({ data }) => data.join(" "));

test("a recording has every frame", () => {
  for (const { wav } of [undisturbed, disturbed]) {
    expect(wav.sampleRate).toBe(48_000);
    expect(wav.channels).toBe(2);
    expect(wav.frames).toBe(SECONDS * 48_000);
  }
});

test("what is recorded is music", () => {
  const quiet = Buffer.alloc(undisturbed.wav.data.length);
  expect(undisturbed.wav.data.equals(quiet)).toBe(false);
});

test("a Node that stops, dies and comes back changes no sample", () => {
  expect(disturbed.wav.data.equals(undisturbed.wav.data)).toBe(true);
});

test("a Node that stops, dies and comes back costs no tick", () => {
  const ticks = ticksOf(disturbed.wire);
  // The synth's port opens after the first note, when the machine is busy.
  expect(ticks.length).toBeGreaterThan((SECONDS - 2) * TICKS_PER_SECOND);
  expect(gridShifts(ticks, TICK_MICROS).filter((shift) => shift !== 0)).toStrictEqual([]);
  // Far below the two seconds that Node stood still, far above what a busy machine does.
  expect(longestWait(ticks)).toBeLessThan(NODE_STOPS_MS * 250);
  expect(disturbed.wire.filter(({ status }) => status === STOP)).toHaveLength(1);
});

test("a synth gets the same notes, and all of them end", () => {
  const [one, other] = [streamsOf(disturbed.wire), streamsOf(undisturbed.wire)];
  let compared = 0;
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    const [fewer = [], more = []] = [one.get(name) ?? [], other.get(name) ?? []].sort(
      (a, b) => a.length - b.length,
    );
    expect(more.length - fewer.length, name).toBeLessThan(EDGE_MESSAGES);
    const middle = fewer.slice(2, -2);
    compared += middle.length;
    expect(more.join(", "), name).toContain(middle.join(", "));
  }
  expect(compared).toBeGreaterThan(SECONDS * 4);
  expect(isSameOrder(noteOns(disturbed.wire), noteOns(undisturbed.wire))).toBe(true);
  expect(countNotes(disturbed.wire).sounding).toStrictEqual([]);
  expect(countNotes(undisturbed.wire).sounding).toStrictEqual([]);
});
