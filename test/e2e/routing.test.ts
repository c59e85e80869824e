// SPDX-License-Identifier: GPL-3.0-or-later
// A keyboard and two synths on cables: what routes carry, while Node is there, while it stands still, and
// while the settings change.

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { MidiRouteStatus } from "../../engine/binding/engine-status.ts";
import { statusOf } from "../support/bare-engine.ts";
import { downbeat } from "../support/downbeat-command.ts";
import { countNotes, messagesOf } from "../support/midi-wire.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  type SettingsChanges,
  settingsText,
} from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const BEAT_MICROS = 500_000;

let folder: string;
/** Where the cables are plugged in: the same names whatever is behind them. */
let sockets: string;
let keys: PtyRecorder;
let lead: PtyRecorder;
let bass: PtyRecorder;
let box: RunningBox;

const port = (id: string) => ({
  id,
  kind: "serial",
  name: path.join(sockets, id),
  clock: false,
  startStop: false,
  songPosition: false,
});

const UPPER = {
  id: "upper",
  from: "keys",
  to: "lead",
  lowestNote: 60,
  toChannel: 3,
  chord: [0, 7],
  controllerMap: { 1: 74 },
};
const LOWER = { id: "lower", from: "keys", to: "bass", carries: ["notes"], highestNote: 59, transpose: -12 };
const ROUND = { id: "round", from: "lead", to: "keys" };

beforeAll(async () => {
  sockets = mkdtempSync(path.join(tmpdir(), "downbeat-sockets-"));
  keys = await plugIn("keys");
  lead = await plugIn("lead");
  bass = await plugIn("bass");
  folder = makeBoxFolder({ settings: settings([UPPER, LOWER, ROUND]) });
  box = await RunningBox.start({ folder });
  await eventually("the cables are open and the routes are there", async () => {
    const midi = (await statusOf(box.stateFolder))?.midi;
    return midi?.ports.every(({ state }) => state === "open") === true && midi.routes?.length === 2;
  });
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  for (const cable of [keys, lead, bass]) await cable?.stop();
  removeBoxFolder(folder);
  rmSync(sockets, { recursive: true, force: true });
});

async function plugIn(id: string): Promise<PtyRecorder> {
  const cable = await PtyRecorder.start();
  const socket = path.join(sockets, id);
  rmSync(socket, { force: true });
  symlinkSync(cable.path, socket);
  return cable;
}

function settings(routes: readonly object[]): SettingsChanges {
  return {
    "transport.tempo": 120,
    "midi.virtualPort": null,
    "midi.ports": [port("keys"), port("lead"), port("bass")],
    routes,
  };
}

/** The settings with these routes in place of those before. */
function write(routes: readonly object[]): void {
  writeFileSync(path.join(folder, "downbeat.yaml"), settingsText(settings(routes)));
}

async function routesOf(): Promise<readonly MidiRouteStatus[]> {
  return (await statusOf(box.stateFolder))?.midi.routes ?? [];
}

/** Channel messages in short: `92 3c 64`. */
function told(cable: PtyRecorder): readonly string[] {
  return messagesOf(cable.bytes)
    .filter(({ status }) => status < 0xf0)
    .map(({ status, data }) => [status, ...data].map((byte) => byte.toString(16)).join(" "));
}

const soundingAt = (cable: PtyRecorder) => countNotes(messagesOf(cable.bytes)).sounding;
const lastOf = (cable: PtyRecorder, count: number) => told(cable).slice(-count);

test("a split plays two synths, each by its own rules", async () => {
  keys.send(0x90, 60, 100, 0xb0, 1, 64, 0x90, 40, 90, 0x80, 40, 64, 0x80, 60, 64);
  await eventually("both were let go", () => told(bass).length === 2 && told(lead).length === 5);
  expect(told(bass)).toEqual(["90 1c 5a", "80 1c 40"]);
  expect(told(lead).toSorted()).toEqual(["82 3c 40", "82 43 40", "92 3c 64", "92 43 64", "b2 4a 40"]);
});

test("a route that leads round is refused with its ports, and the others play", async () => {
  expect(box.output).toMatch(/routes\[2\]\.to: .*lead -> keys -> lead is a loop/);
  expect((await routesOf()).map(({ id }) => id)).toEqual(["upper", "lower"]);
});

test("routes go on while Node stands still", async () => {
  const before = told(lead).length;
  box.signal("SIGSTOP");
  try {
    for (let i = 0; i < 20; i += 1) {
      keys.send(0x90, 64, 80, 0x80, 64, 64);
      await sleep(20);
    }
    await eventually("every chord arrives", () => told(lead).length - before === 80);
  } finally {
    box.signal("SIGCONT");
  }
  expect(soundingAt(lead)).toEqual([]);
});

test("what comes in goes out within moments", async () => {
  const late: number[] = [];
  for (let i = 0; i < 30; i += 1) {
    const [sent, got] = [keys.sentAt.length, bass.bytes.length];
    keys.send(0x90, 50, 100, 0x80, 50, 64);
    await eventually("it arrives", () => bass.bytes.length >= got + 6 && keys.sentAt.length > sent);
    late.push((bass.bytes[got]?.micros ?? 0) - (keys.sentAt[sent] ?? 0));
    await sleep(10);
  }
  late.sort((a, b) => a - b);
  // A wide limit: the machine of a test is busy.
  expect(late[Math.floor(late.length / 2)]).toBeLessThan(20_000);
});

test("an edit takes no note away, and its key ends it where it began", async () => {
  keys.send(0x90, 72, 100);
  await eventually("it is held", () => lastOf(lead, 2).join().includes("92 48 64"));
  const before = told(lead).length;
  write([{ ...UPPER, toChannel: 5, chord: [0] }, LOWER]);
  await eventually("the edit is taken", async () => /settings taken: routes/.test(box.output));
  await eventually("the engine has it", async () => {
    keys.send(0x90, 61, 50, 0x80, 61, 64);
    await sleep(100);
    return told(lead).some((text) => text === "94 3d 32");
  });
  expect(
    told(lead)
      .slice(before)
      .filter((text) => /^82 (?:48|4f)/.test(text)),
  ).toEqual([]);
  keys.send(0x80, 72, 64);
  await eventually("it ends on the old channel", () => {
    const ended = told(lead).slice(before);
    return ended.includes("82 48 40") && ended.includes("82 4f 40");
  });
  expect(soundingAt(lead)).toEqual([]);
});

test("an arpeggio and a delay are in time, and end with their keys", async () => {
  write([
    { id: "arp", from: "keys", to: "lead", arp: "up", arpBeats: 0.5 },
    { id: "echo", from: "keys", to: "bass", delayBeats: 1 },
  ]);
  await eventually("the new routes are there", async () => (await routesOf())[0]?.id === "arp");
  const [leadBefore, bassBefore] = [lead.bytes.length, bass.bytes.length];
  const sent = keys.sentAt.length;
  keys.send(0x90, 60, 100, 0x90, 67, 100);
  await sleep(2200);
  keys.send(0x80, 60, 64, 0x80, 67, 64);
  await sleep(1200);
  const strikes = messagesOf(lead.bytes.slice(leadBefore)).filter(({ status }) => status === 0x90);
  expect(strikes.length).toBeGreaterThanOrEqual(7);
  const notes = strikes.map(({ data }) => data[0]);
  // The first key may have been alone for a moment.
  for (let i = 2; i < notes.length; i += 1) expect(notes[i]).toBe(notes[i - 1] === 60 ? 67 : 60);
  const steps = strikes.slice(2).map(({ micros }, i) => micros - (strikes[i + 1]?.micros ?? 0));
  const median = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  expect(Math.abs(median - BEAT_MICROS / 2)).toBeLessThan(20_000);
  const [echo] = messagesOf(bass.bytes.slice(bassBefore)).filter(({ status }) => status === 0x90);
  expect(Math.abs((echo?.micros ?? 0) - (keys.sentAt[sent] ?? 0) - BEAT_MICROS)).toBeLessThan(50_000);
  for (const cable of [lead, bass]) expect(soundingAt(cable)).toEqual([]);
});

test("a route that is taken away lets go of what it holds", async () => {
  write([{ id: "keys", from: "keys", to: "lead" }]);
  await eventually("the route is there", async () => (await routesOf())[0]?.id === "keys");
  keys.send(0x90, 65, 100, 0xe0, 0, 100);
  await eventually("it is held", async () => (await routesOf())[0]?.held === 1);
  write([]);
  await eventually("nothing is routed", async () => (await routesOf()).length === 0);
  await eventually("the wheel is back", () => lastOf(lead, 1)[0] === "e0 0 40");
  expect(soundingAt(lead)).toEqual([]);
  keys.send(0x80, 65, 64);
});

test("a synth that was unplugged gets its sound and what is held, and no note hangs", async () => {
  write([{ id: "thru", from: "keys", to: "lead" }]);
  await eventually("the route is there", async () => (await routesOf())[0]?.id === "thru");
  keys.send(0xc0, 17, 0xb0, 74, 90, 0x90, 65, 100, 0x90, 69, 100);
  await eventually("it plays", () => soundingAt(lead).length === 2);
  await lead.stop();
  await eventually("the route waits", async () => (await routesOf())[0]?.sentence === "waits for lead");
  keys.send(0x80, 65, 64);
  lead = await plugIn("lead");
  await eventually("it has the held note", () => told(lead).includes("90 45 64"), 20_000);
  await sleep(100);
  const again = told(lead);
  expect(again.indexOf("c0 11")).toBeLessThan(again.indexOf("b0 4a 5a"));
  expect(again.indexOf("c0 11")).toBeGreaterThanOrEqual(0);
  expect(again.indexOf("b0 4a 5a")).toBeLessThan(again.indexOf("90 45 64"));
  expect(again).not.toContain("90 41 64");
  keys.send(0x80, 69, 64);
  await eventually("it is let go", () => soundingAt(lead).length === 0);
});

test("keys that are unplugged while they are held are let go", async () => {
  keys.send(0x90, 65, 100);
  await eventually("it plays", () => soundingAt(lead).length === 1);
  await keys.stop();
  await eventually("it is let go", () => soundingAt(lead).length === 0);
  keys = await plugIn("keys");
  await eventually(
    "they are back",
    async () => {
      const midi = (await statusOf(box.stateFolder))?.midi;
      return midi?.ports.every(({ state }) => state === "open") === true;
    },
    20_000,
  );
  keys.send(0x90, 66, 100, 0x80, 66, 64);
  await eventually("they play", () => told(lead).includes("90 42 64") && soundingAt(lead).length === 0);
});

test("a cable from the output back into the input is cut, and said", async () => {
  write([{ id: "thru", from: "keys", to: "lead" }]);
  await eventually("the route is there", async () => (await routesOf())[0]?.id === "thru");
  let echoed = lead.bytes.length;
  // Whatever arrives at the synth comes back as if the keys had sent it.
  const cable = setInterval(() => {
    const fresh = lead.bytes.slice(echoed);
    echoed += fresh.length;
    if (fresh.length > 0) keys.send(...fresh.map(({ byte }) => byte));
  }, 1);
  keys.send(0x90, 62, 100);
  try {
    await eventually("the route is cut", async () => ((await routesOf())[0]?.loops ?? 0) > 0);
  } finally {
    clearInterval(cable);
  }
  await eventually("it is said", () => /route thru: .*comes back at keys/.test(box.output));
  await eventually("nothing sounds", () => soundingAt(lead).length === 0);
});

test("`downbeat route list` and `status` show what was carried", async () => {
  write([{ id: "keys", from: "keys", to: "lead", transpose: 12 }]);
  await eventually("the route is there", async () => (await routesOf())[0]?.id === "keys");
  keys.send(0x90, 65, 100, 0x80, 65, 64);
  await eventually("it is counted", async () => (await routesOf())[0]?.sent === 2);
  const places = ["--config", path.join(folder, "downbeat.yaml"), "--state", box.stateFolder];
  const list = await downbeat(["route", "list", ...places]);
  expect(list.exitCode, list.stderr).toBe(0);
  expect(list.stdout).toMatch(/keys +keys -> lead +\+12 semitones +2 in, 2 out/);
  const status = await downbeat(["status", "--state", box.stateFolder]);
  expect(status.stdout).toMatch(/Route +keys \(keys -> lead\): 2 in, 2 out/);
});
