// SPDX-License-Identifier: GPL-3.0-or-later
// Live tracks on a cable: what they play, how knobs turn them, and that they go on without Node.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import { BareEngine, statusOf } from "../support/bare-engine.ts";
import { messagesOf, type WireMessage } from "../support/midi-wire.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { eventually, makeBoxFolder, RunningBox, removeBoxFolder } from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const DENSITY_KNOB = 21;
const ROOT_KNOB = 22;
const MINOR = [0, 2, 3, 5, 7, 8, 10];
const CHANNEL = 4;

let folder: string;
let keys: PtyRecorder;
let synth: PtyRecorder;
let engine: BareEngine;

beforeAll(async () => {
  keys = await PtyRecorder.start();
  synth = await PtyRecorder.start();
  const port = { kind: "serial", clock: false, startStop: false, songPosition: false };
  folder = makeBoxFolder({
    settings: {
      "midi.virtualPort": null,
      "midi.ports": [
        { id: "keys", name: keys.path, ...port },
        { id: "lead", name: synth.path, channel: CHANNEL + 1, ...port },
      ],
      mappings: [
        {
          id: "thin",
          port: "keys",
          number: DENSITY_KNOB,
          target: "track:tune",
          param: "density",
          takeover: "jump",
        },
        {
          id: "root",
          port: "keys",
          number: ROOT_KNOB,
          target: "track:tune",
          param: "root",
          takeover: "jump",
        },
        { id: "nothing", port: "keys", number: 99, target: "track:nobody", param: "density" },
      ],
      "sequencer.tracks": [
        {
          id: "tune",
          target: "lead",
          patterns: ["x...xxxx"],
          notes: "0 1 2 3 4",
          scale: "minor",
          root: "C4",
          steps: [{ step: 1, locks: { cc74: 99 } }],
        },
        { id: "hat", target: "drums:kick", patterns: ["x"], probability: 0.5 },
        { id: "stray", target: "nowhere" },
      ],
    },
  });
  await using box = await RunningBox.start({ folder });
  const plan = path.join(folder, "state", "last-plan.json");
  await eventually(
    "the tracks are stored",
    () => existsSync(plan) && readFileSync(plan, "utf8").includes('"tune"'),
  );
  expect(box.output).toMatch(/stray is silent.*nowhere/);
  expect(box.output).toMatch(/nothing does nothing.*nobody/);
  expect(await box.stop(), box.output).toBe(0);
  // From here on there is no Node.
  engine = BareEngine.start(path.join(folder, "state"));
  await engine.playing();
  await eventually("both cables are open", async () => {
    const status = await statusOf(engine.stateFolder);
    return status?.midi.ports.every(({ state }) => state === "open") === true;
  });
});
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await keys?.stop();
  await synth?.stop();
  removeBoxFolder(folder);
});

const turn = (number: number, value: number) => keys.send(0xb0, number, value);

/** Messages from now on, when there are so many note ons. */
async function heardNext(noteOns: number): Promise<readonly WireMessage[]> {
  const from = synth.bytes.length;
  return eventually(`${noteOns} notes`, () => {
    const messages = messagesOf(synth.bytes.slice(from));
    return messages.filter(({ status }) => status === (0x90 | CHANNEL)).length >= noteOns ? messages : null;
  });
}
const notesOf = (messages: readonly WireMessage[]) =>
  messages.filter(({ status }) => status === (0x90 | CHANNEL)).map(({ data }) => data[0] ?? 0);

test("without Node a track plays its line in its scale, and its lock with its step", async () => {
  const messages = await heardNext(20);
  const notes = notesOf(messages);
  const line = [60, 62, 63, 65, 67];
  const at = notes.indexOf(60);
  expect(at).toBeGreaterThanOrEqual(0);
  for (const [index, note] of notes.slice(at).entries()) expect(note).toBe(line[index % 5]);
  const locks = messages.filter(({ status }) => status === (0xb0 | CHANNEL));
  expect(locks.length).toBeGreaterThanOrEqual(2);
  expect(locks.every(({ data }) => data.join(" ") === "74 99")).toBe(true);
});

test("every note is let go", async () => {
  const messages = await heardNext(12);
  let sounding = 0;
  for (const { status } of messages) {
    if (status === (0x90 | CHANNEL)) sounding += 1;
    if (status === (0x80 | CHANNEL)) sounding -= 1;
    expect(sounding).toBeLessThanOrEqual(2);
  }
});

test("a knob thins it out: the hit on the beat stays", async () => {
  turn(DENSITY_KNOB, 26);
  await heardNext(2);
  expect(new Set(notesOf(await heardNext(4)))).toEqual(new Set([60]));
  turn(DENSITY_KNOB, 127);
});

test("a root that is turned changes every note with a bar, and stays in the scale", async () => {
  turn(ROOT_KNOB, 65);
  await heardNext(16);
  for (const note of notesOf(await heardNext(10))) expect(MINOR).toContain((note - 65 + 120) % 12);
});

test("what knobs turned is told by name, and kept over power", async () => {
  const client = await EngineClient.connect(engine.stateFolder, "observer", "sequencer test");
  try {
    const { values } = await client.request("params", { node: "track:tune" });
    expect(values).toMatchObject({ "2": 1, "12": 65 });
    await expect(client.request("params", { node: "track:nobody" })).rejects.toThrow("track:nobody");
  } finally {
    client.close();
  }
  await eventually("it is kept over power", () => {
    const file = path.join(engine.stateFolder, "live-state.json");
    return existsSync(file) && readFileSync(file, "utf8").includes("track:tune");
  });
});
