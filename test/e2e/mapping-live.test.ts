// SPDX-License-Identifier: GPL-3.0-or-later
// Banks, LFOs, controls over HTTP and OSC, moves to the outside, and what is told of all of it: the whole box,
// with knobs and a synth on cables.
import { execFileSync } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromBuffer, toBuffer } from "osc-min";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { parseDocument } from "yaml";
import type { MoveJson } from "../../engine/control/mapping-face.ts";
import { messagesOf } from "../support/midi-wire.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { eventually, makeBoxFolder, RunningBox, removeBoxFolder } from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const KNOB = 21;
const BANK_PAD = 40;
const STEP_PAD = 41;
const HELD_KEY = 60;
const LFO_CONTROLLER = 70;
const RAW_CONTROLLER = 71;
const OSC_PORT = 19_471;

let folder: string;
let keys: PtyRecorder;
let synth: PtyRecorder;
let box: RunningBox;
let watcher: WebSocket;
let tablet: Socket;
let pipes: string;
let keyboard: number;
const moves: MoveJson[] = [];
const heardByTablet: { address: string; value: unknown }[] = [];

beforeAll(async () => {
  keys = await PtyRecorder.start();
  synth = await PtyRecorder.start();
  tablet = createSocket("udp4");
  await new Promise<void>((resolve) => tablet.bind(0, "127.0.0.1", resolve));
  tablet.on("message", (bytes) => {
    const packet = fromBuffer(bytes);
    if (packet.oscType !== "message") return;
    heardByTablet.push({ address: packet.address, value: (packet.args[0] as { value: unknown }).value });
  });
  pipes = mkdtempSync(path.join(tmpdir(), "downbeat-keys-"));
  const typing = path.join(pipes, "event0");
  execFileSync("mkfifo", [typing]);
  // Both directions: a pipe that nobody writes to is a keyboard that was unplugged.
  keyboard = openSync(typing, constants.O_RDWR);
  const tabletPort = tablet.address().port;
  const pad = { port: "keys", source: "note" };
  folder = makeBoxFolder({
    settings: {
      "midi.virtualPort": null,
      "midi.ports": [
        { id: "keys", kind: "serial", name: keys.path, clock: false, startStop: false, songPosition: false },
        { id: "typing", kind: "keyboard", name: typing },
        { id: "lead", kind: "serial", name: synth.path, clock: false, startStop: false, songPosition: false },
      ],
      "osc.enabled": true,
      "osc.port": OSC_PORT,
      mappings: [
        { id: "page", ...pad, number: BANK_PAD, target: "bank", param: "next", feedback: false },
        {
          id: "level",
          port: "keys",
          number: KNOB,
          bank: "mix",
          target: "rack:drums",
          param: "gain",
          takeover: "jump",
          feedback: true,
        },
        {
          id: "bytes",
          port: "keys",
          number: KNOB,
          bank: "synth",
          target: "midi:lead",
          send: [0xb0, RAW_CONTROLLER, "value"],
          takeover: "jump",
        },
        { id: "chord", ...pad, number: HELD_KEY, target: "bass:acid" },
        {
          id: "steps",
          ...pad,
          number: STEP_PAD,
          reading: "toggle",
          target: "rack:bass",
          param: "gain",
          values: [0.25, 0.5, 1],
        },
        {
          id: "wobble",
          source: "lfo",
          beats: 1,
          bank: "synth",
          target: "midi:lead",
          send: [0xb1, LFO_CONTROLLER, "value"],
        },
        {
          id: "space",
          port: "typing",
          source: "key",
          key: "space",
          reading: "toggle",
          target: "rack:lead",
          param: "mute",
        },
        {
          id: "web",
          source: "control",
          control: "fader",
          target: "rack:chords",
          param: "gain",
          takeover: "jump",
        },
        {
          id: "touch",
          source: "control",
          control: "/1/fader3",
          target: "transport",
          param: "tempo",
          min: 100,
          max: 200,
          takeover: "jump",
        },
        {
          id: "tablet",
          port: "keys",
          number: KNOB + 1,
          target: `osc:127.0.0.1:${tabletPort}`,
          param: "/1/light",
          takeover: "jump",
        },
      ],
    },
  });
  box = await RunningBox.start({ folder });
  await eventually("both cables are open", async () => {
    const status = await box.statusOrNull();
    return status?.midi.ports.every(({ state }) => state === "open") === true;
  });
  watcher = new WebSocket(`${box.url.replace("http:", "ws:")}/ws/mapping`);
  watcher.on("message", (data) => {
    const message = JSON.parse(String(data)) as MoveJson & { type: string };
    if (message.type === "move") moves.push(message);
  });
  await new Promise((resolve, reject) => watcher.once("open", resolve).once("error", reject));
});
afterAll(async () => {
  watcher?.close();
  await box?.[Symbol.asyncDispose]();
  tablet?.close();
  if (keyboard !== undefined) closeSync(keyboard);
  if (pipes !== undefined) rmSync(pipes, { recursive: true });
  await keys?.stop();
  await synth?.stop();
  removeBoxFolder(folder);
});

const turn = (number: number, value: number) => keys.send(0xb0, number, value);
const strike = (note: number) => {
  keys.send(0x90, note, 100);
  keys.send(0x80, note, 0);
};
const sentTo = (port: PtyRecorder, status: number, number: number) =>
  messagesOf(port.bytes)
    .filter((message) => message.status === status && message.data[0] === number)
    .map(({ data }) => data[1] ?? -1);
const movesOf = (id: string) => moves.filter(({ mapping }) => mapping === id);
const picture = () =>
  box.get("/mapping/status") as Promise<{ bank: string; mappings: { id: string; active: boolean }[] }>;

test("a knob moves what its bank says, and the move is told with its value in words", async () => {
  turn(KNOB, 127);
  turn(KNOB, 64);
  const move = await eventually("it is told", () =>
    movesOf("level").find(({ value }) => Math.abs(value - 64 / 127) < 1e-6),
  );
  expect(move).toMatchObject({
    source: "hand",
    control: `keys cc ${KNOB}, any channel`,
    target: "rack:drums",
    name: "gain",
    text: "-6.0 dB",
    kind: "param",
  });
  expect(move?.frame).toBeGreaterThan(0);
  const status = (await box.get("/mapping/status")) as { touched: MoveJson };
  expect(status.touched.mapping).toBe("level");
});

test("a change of the bank gives the knob to the other synth, darkens its light and begins the LFO", async () => {
  await eventually("the first bank is there", async () => (await picture()).bank === "mix");
  expect(sentTo(synth, 0xb1, LFO_CONTROLLER)).toEqual([]);
  strike(BANK_PAD);
  await eventually("the bank is the other", async () => (await picture()).bank === "synth");
  await eventually("its light is dark", () => sentTo(keys, 0xb0, KNOB).at(-1) === 0);
  turn(KNOB, 99);
  await eventually("the synth is told", () => sentTo(synth, 0xb0, RAW_CONTROLLER).at(-1) === 99);
  const before = sentTo(synth, 0xb1, LFO_CONTROLLER).length;
  const fromMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const lfo = sentTo(synth, 0xb1, LFO_CONTROLLER).slice(before);
  const seconds = (performance.now() - fromMs) / 1000;
  expect(lfo.length).toBeGreaterThan(20);
  expect(lfo.length).toBeLessThan(50 * seconds + 15); // 50 a second
  expect(Math.max(...lfo)).toBeGreaterThan(110);
  expect(Math.min(...lfo)).toBeLessThan(17);
  expect(movesOf("wobble").every(({ source }) => source === "maker")).toBe(true);
  strike(BANK_PAD);
  await eventually("the knob's light is back", () => sentTo(keys, 0xb0, KNOB).at(-1) === 64);
  // What is on its way still comes.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const quiet = sentTo(synth, 0xb1, LFO_CONTROLLER).length;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(sentTo(synth, 0xb1, LFO_CONTROLLER).length).toBe(quiet);
});

test("each press of a pad is told, and is the next value", async () => {
  for (let press = 1; press <= 4; press += 1) {
    strike(STEP_PAD);
    await eventually(`press ${press} is told`, () => movesOf("steps").length === press);
  }
  const values = movesOf("steps").map(({ value }) => value);
  // The rack begins at its own level, whichever value is nearest to that.
  const order = [0.25, 0.5, 1];
  for (const [index, value] of values.entries()) {
    const next = values[index + 1];
    if (next !== undefined) expect(next).toBe(order[(order.indexOf(value) + 1) % 3]);
  }
});

test("a program moves controls over HTTP and OSC, as a hand would", async () => {
  await box.post("/mapping/control?name=fader&value=0.25");
  const move = await eventually("the fader is told", () => movesOf("web").at(-1));
  expect(move?.value).toBeCloseTo(0.25, 4);
  const app = createSocket("udp4");
  const bytes = toBuffer({ address: "/1/fader3", args: [{ type: "float", value: 0.5 }] });
  app.send(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), OSC_PORT, "127.0.0.1");
  await eventually(
    "the tempo is the fader's",
    async () => Math.abs((await box.transport()).tempoBpm - 150) < 0.01,
  );
  app.close();
  await eventually("it is told", () => movesOf("touch").at(-1)?.text === "150.0 bpm");
});

test("a key that is held sounds on while a scene is saved and a mapping is written, and ends when it is let go", async () => {
  keys.send(0x90, HELD_KEY, 100);
  await eventually("it begins", () => movesOf("chord").length === 1);
  await box.post("/scenes/save?scene=verse");
  const added = { id: "more", port: "keys", number: KNOB + 2, target: "rack:chords", param: "gain" };
  const settings = parseDocument(readFileSync(box.settingsFile, "utf8"));
  settings.addIn(["mappings"], added);
  box.save(String(settings));
  await eventually("the mapping is there", async () =>
    (await picture()).mappings.some(({ id }) => id === "more"),
  );
  await eventually("so is the scene", async () => {
    const { scenes } = (await box.get("/scenes")) as { scenes: { id: string }[] };
    return scenes.some(({ id }) => id === "verse");
  });
  expect(movesOf("chord").map(({ kind }) => kind)).toEqual(["noteOn"]);
  keys.send(0x80, HELD_KEY, 0);
  await eventually("it ends", () => movesOf("chord").length === 2);
  expect(movesOf("chord").at(-1)).toMatchObject({ kind: "noteOff", note: HELD_KEY });
});

/** A record of the kernel's event device: a key that goes down (1), repeats (2) or comes up (0). */
function key(code: number, value: number): void {
  const record = Buffer.alloc(24);
  record.writeUInt16LE(1, 16);
  record.writeUInt16LE(code, 18);
  record.writeInt32LE(value, 20);
  writeSync(keyboard, record);
}

test("a key of a keyboard is a button, and its repeats are none", async () => {
  for (const value of [1, 2, 2, 2, 0]) key(57, value);
  await eventually("it is told", () => movesOf("space").length === 1);
  expect(movesOf("space")[0]).toMatchObject({ control: "typing key space", text: "muted" });
  key(57, 1);
  await eventually("it is told again", () => movesOf("space").length === 2);
  expect(movesOf("space")[1]?.text).toBe("heard");
  key(57, 0);
});

test("a knob is heard by a tablet, the last place for certain", async () => {
  for (let value = 0; value <= 127; value += 1) turn(KNOB + 1, value);
  await eventually("the end arrives", () => heardByTablet.at(-1)?.value === 1);
  expect(new Set(heardByTablet.map(({ address }) => address))).toEqual(new Set(["/1/light"]));
});
