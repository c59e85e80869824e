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
  watch,
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
/** Milliseconds from the plug, and from the file that the kernel makes of it, to the port. */
const waits: { readonly sincePlug: number; readonly sinceFile: number }[] = [];
let begin: Facts;
let end: Facts;
let lastTicks: readonly [number, number];
/** Of the synth's own end, while it is plugged in. */
let ownFile: string | null = null;

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
  ownFile = `midiC${number}D0`;
  const heard: StampedByte[] = [];
  lives.push(heard);
  createReadStream(`/dev/snd/${ownFile}`)
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

/** What the engine tells by itself: asking again and again would hold it up. */
const isToldSince = (count: number, event: "midiPortOpened" | "midiPortLost"): boolean =>
  box.notices.slice(count).some((notice) => notice.event === event && notice.subject === "synth");

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
  await eventually("the synth is played", async () => (await stateOfSynth()) === "open", PATIENCE_MS);
  await sleep(2000);
  begin = await facts();
  const first = other.bytes.length;
  let filedAt = Number.NaN;
  const files = watch("/dev/snd", (_, file) => {
    if (file?.startsWith("midiC") && file !== ownFile) filedAt = performance.now();
  });
  for (let time = 0; time < TIMES; time += 1) {
    const told = box.notices.length;
    unplug();
    await eventually("the synth is missed", () => isToldSince(told, "midiPortLost"), PATIENCE_MS);
    const missed = box.notices.length;
    const plugged = performance.now();
    plugIn();
    await eventually("the synth is found again", () => isToldSince(missed, "midiPortOpened"), PATIENCE_MS);
    const now = performance.now();
    waits.push({ sincePlug: now - plugged, sinceFile: now - filedAt });
    await sleep(100);
  }
  files.close();
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
  const shares = (what: string, all: readonly number[]): readonly number[] => {
    const sorted = all.toSorted((a, b) => a - b);
    const [p50 = 0, p90 = 0, longest = 0] = [0.5, 0.9, 1].map((share) =>
      Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN),
    );
    console.log(`from ${what} to port, ms: p50 ${p50}, p90 ${p90}, longest ${longest}`);
    return [p50, p90];
  };
  expect(waits).toHaveLength(TIMES);
  // The kernel's own part is as slow as the processor.
  const [sincePlug] = shares(
    "the plug",
    waits.map((one) => one.sincePlug),
  );
  expect(sincePlug).toBeLessThan(500 * SLOWNESS);
  const [, sinceFile] = shares(
    "the kernel's file",
    waits.map((one) => one.sinceFile),
  );
  expect(sinceFile).toBeLessThan(500);
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
