// SPDX-License-Identifier: GPL-3.0-or-later
// A synth on a USB cable of a real kernel, pulled out and put back while the box plays: the clock of another port goes
// on, the synth is found again each time, no note hangs, and nothing is kept of it.
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countNotes, messagesOf, ticksOf } from "../support/midi-wire.ts";
import { PtyRecorder, type StampedByte } from "../support/pty-recorder.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  settingsText,
} from "../support/running-box.ts";

const PATIENCE_MS = 120_000;
const TIMES = 200;
const TEMPO_BPM = 120;
const MEGABYTE = 1e6;
/** An emulated processor is so many times as slow. */
const SLOWNESS = Number(process.env.DOWNBEAT_TEST_SLOWNESS ?? 1);
const GADGET = "/sys/kernel/config/usb_gadget/synth";
const NAME = "Downbeat Bench Synth";
const CARD = "benchsynth";

let folder: string;
let box: RunningBox;
let other: PtyRecorder;
/** What the synth heard, cable by cable. */
const lives: StampedByte[][] = [];
/** Milliseconds from the plug to the port. */
const waits: number[] = [];
let begin: Facts;
let end: Facts;
let lastTicks: readonly [number, number];

interface Facts {
  readonly residentBytes: number;
  readonly files: number;
  readonly threads: number;
  readonly clientsOfAlsa: number;
}

async function facts(): Promise<Facts> {
  const { pid, residentBytes } = (await box.status()).engine;
  const count = (what: string): number => readdirSync(`/proc/${pid}/${what}`).length;
  const clients = readFileSync("/proc/asound/seq/clients", "utf8").match(/^Client +\d+/gm)?.length ?? 0;
  return { residentBytes, files: count("fd"), threads: count("task"), clientsOfAlsa: clients };
}

/** A USB device of one MIDI plug each way, by the kernel's own gadget function. */
function makeSynth(): void {
  for (const place of ["strings/0x409", "configs/c.1", "functions/midi.usb0"])
    mkdirSync(`${GADGET}/${place}`, { recursive: true });
  const values = {
    idVendor: "0x1d6b",
    idProduct: "0x0104",
    "strings/0x409/manufacturer": "Downbeat",
    "strings/0x409/product": NAME,
    "strings/0x409/serialnumber": "1",
    "functions/midi.usb0/id": CARD,
  };
  for (const [file, value] of Object.entries(values)) writeFileSync(`${GADGET}/${file}`, value);
  symlinkSync(`${GADGET}/functions/midi.usb0`, `${GADGET}/configs/c.1/midi.usb0`);
}

function removeSynth(): void {
  try {
    unplug();
    unlinkSync(`${GADGET}/configs/c.1/midi.usb0`);
    for (const place of ["functions/midi.usb0", "configs/c.1", "strings/0x409", ""])
      rmdirSync(`${GADGET}/${place}`);
  } catch {
    // It was never made, or goes with the guest.
  }
}

/** The synth's own end of the cable is a card too: what it hears is read there. */
function plugIn(): void {
  writeFileSync(`${GADGET}/UDC`, readdirSync("/sys/class/udc")[0] ?? "");
  const number = /\d+$/.exec(readlinkSync(`/proc/asound/${CARD}`))?.[0] ?? "";
  const heard: StampedByte[] = [];
  lives.push(heard);
  createReadStream(`/dev/snd/midiC${number}D0`)
    .on("data", (bytes) => {
      const micros = Number(process.hrtime.bigint() / 1000n);
      for (const byte of Buffer.from(bytes)) heard.push({ micros, byte });
    })
    .on("error", () => undefined); // it was pulled
}

function unplug(): void {
  writeFileSync(`${GADGET}/UDC`, "\n");
}

async function stateOfSynth(): Promise<string | undefined> {
  const { ports } = (await box.status()).midi;
  return ports.find(({ id }) => id === "synth")?.state;
}

const isOpen = async (): Promise<boolean> => (await stateOfSynth()) === "open";

beforeAll(async () => {
  makeSynth();
  folder = makeBoxFolder();
  other = await PtyRecorder.start();
  const notes = Array.from({ length: 8 }, (_, n) => ({ step: n * 2, note: 40 + n, lengthSteps: 3 }));
  const track = { id: "synth", port: "synth", channel: 1, resolution: 16, lengthBars: 1, notes };
  const song = { kind: "session", version: 1, name: "Cable", bpm: TEMPO_BPM, racks: [], midiTracks: [track] };
  writeFileSync(path.join(folder, "cable.json"), JSON.stringify(song));
  const settings = {
    session: "cable.json",
    "midi.virtualPort": null,
    "midi.ports": [
      { id: "synth", kind: "match", name: NAME, profile: null },
      { id: "other", kind: "serial", name: other.path, input: false, baud: 1_000_000, profile: null },
    ],
  };
  writeFileSync(path.join(folder, "downbeat.yaml"), settingsText(settings));
  plugIn();
  box = await RunningBox.start({ folder });
  await eventually("the synth is played", isOpen, PATIENCE_MS);
  await sleep(2000);
  begin = await facts();
  const first = other.bytes.length;
  for (let time = 0; time < TIMES; time += 1) {
    unplug();
    await eventually("the synth is missed", async () => !(await isOpen()), PATIENCE_MS);
    const plugged = performance.now();
    plugIn();
    await eventually("the synth is found again", isOpen, PATIENCE_MS);
    waits.push(performance.now() - plugged);
    await sleep(100);
  }
  lastTicks = [first, other.bytes.length];
  await sleep(1000);
  end = await facts();
  await box.post("/transport/stop");
  await sleep(1000);
}, 900_000);

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await other?.stop();
  removeSynth();
  if (folder !== undefined) removeBoxFolder(folder);
});

test("two hundred times it is found again, soon", () => {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  console.log(`from plug to port, ms: p50 ${at(0.5)}, p90 ${at(0.9)}, longest ${at(1)}`);
  expect(waits).toHaveLength(TIMES);
  expect(at(0.5)).toBeLessThan(500 * SLOWNESS);
  expect(lives.filter((life) => life.length > 0).length).toBeGreaterThan(TIMES * 0.9);
});

test("meanwhile the clock of the other port misses no tick", () => {
  const ticks = ticksOf(messagesOf(other.bytes.slice(...lastTicks)));
  const seconds = ((ticks.at(-1) ?? 0) - (ticks[0] ?? 0)) / 1e6;
  const due = (seconds * TEMPO_BPM * 24) / 60;
  expect(ticks.length).toBeGreaterThan(100);
  // The machine may hold up the last of them, and what writes their times down.
  expect(Math.abs(ticks.length - 1 - due)).toBeLessThan(24);
});

test("no note hangs on the last cable", () => {
  expect(countNotes(messagesOf(lives.at(-1) ?? [])).sounding).toEqual([]);
});

test("the engine keeps nothing of them: no file, no thread, no client, no memory", () => {
  expect(end.files).toBeLessThanOrEqual(begin.files + 1);
  expect(end.threads).toBeLessThanOrEqual(begin.threads + 1);
  expect(end.clientsOfAlsa).toBeLessThanOrEqual(begin.clientsOfAlsa);
  expect(end.residentBytes - begin.residentBytes).toBeLessThan(8 * MEGABYTE);
});
