// SPDX-License-Identifier: GPL-3.0-or-later
// Save, and it is heard: settings, sessions and racks that are edited while the box plays. What needs a
// device opened again is opened again, nothing else, and nothing interrupts the music.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PtyRecorder } from "../support/pty-recorder.ts";
import {
  eventually,
  RunningBox,
  removeBoxFolder,
  settingsText,
  transportOf,
} from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** What the settings promise, and what a machine that is busy with other tests may take. */
const PROMISED_MS = 300;
const WORST_MS = 2000;

let box: RunningBox;

beforeAll(async () => {
  box = await RunningBox.start({ ownMusic: true });
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
});

/** Waits until the audio thread plays with this quantum. */
function quantumIs(quantum: number): Promise<boolean> {
  return eventually(`a quantum of ${quantum}`, async () => (await box.transport()).quantum === quantum);
}

/** Saves another quantum by `write`; how long after that it is played with, in ms. */
async function playsAfter(quantum: number, write: (text: string) => void | Promise<void>): Promise<number> {
  const text = settingsText({ "link.quantum": quantum });
  await write(text);
  const savedMs = performance.now();
  await quantumIs(quantum);
  return performance.now() - savedMs;
}

/** What must go on through every change that needs no device. */
async function musicNow() {
  const all = await box.status();
  const { frame, blocks, songBeat, xruns, status } = transportOf(all);
  return {
    frame,
    songBeat,
    steady: {
      status,
      xruns,
      enginePid: all.engine.pid,
      // A device that is opened again begins in the middle of a block or with blocks of another size.
      framesBesidesBlocks: frame - (blocks - 1) * all.audio.blockFrames,
      audioChanges: box.notices.filter(({ event }) => event.startsWith("audio")).length,
      portChanges: box.notices.filter(({ event }) => event.startsWith("midiPort")).length,
    },
  };
}

/** Runs `change`; nothing of it may interrupt the music. */
async function withoutGap(change: () => Promise<unknown>): Promise<void> {
  const before = await musicNow();
  await change();
  const after = await eventually("half a second of music", async () => {
    const now = await musicNow();
    return now.frame > before.frame + 24_000 ? now : null;
  });
  expect(after.steady).toEqual(before.steady);
  expect(after.songBeat).toBeGreaterThan(before.songBeat);
}

test("a saved setting is played within 300 ms", async ({ annotate }) => {
  const tookMs: number[] = [];
  for (let save = 0; save < 11; save += 1) {
    tookMs.push(await playsAfter(5 + (save % 2), (text) => box.save(text)));
    await sleep(50);
  }
  tookMs.sort((one, other) => one - other);
  await annotate(`saved to played, ms: ${tookMs.map((ms) => ms.toFixed(0)).join(" ")}`);
  expect(tookMs[5]).toBeLessThan(PROMISED_MS);
  expect(tookMs.at(-1)).toBeLessThan(WORST_MS);
});

test.each<[string, number, (file: string, text: string) => void | Promise<void>]>([
  ["in place", 7, (file, text) => writeFileSync(file, text)],
  [
    "by emptying the file and writing it a little later",
    8,
    async (file, text) => {
      writeFileSync(file, "");
      await sleep(60);
      writeFileSync(file, text);
    },
  ],
  [
    "in two halves",
    9,
    async (file, text) => {
      writeFileSync(file, text.slice(0, text.length / 2));
      await sleep(40);
      writeFileSync(file, text);
    },
  ],
  [
    "twice",
    10,
    async (file, text) => {
      writeFileSync(file, text);
      await sleep(10);
      writeFileSync(file, text);
    },
  ],
  [
    "by moving another file over it",
    11,
    (file, text) => {
      writeFileSync(`${file}.tmp`, text);
      renameSync(`${file}.tmp`, file);
    },
  ],
  [
    "by moving the old one away first",
    12,
    async (file, text) => {
      renameSync(file, `${file}~`);
      await sleep(20);
      writeFileSync(file, text);
      rmSync(`${file}~`);
    },
  ],
])("an editor may save %s", async (_way, quantum, write) => {
  const complaints = box.output.match(/"level":[45]0/g)?.length ?? 0;
  expect(await playsAfter(quantum, (text) => write(box.settingsFile, text))).toBeLessThan(WORST_MS);
  expect(box.output.match(/"level":[45]0/g)?.length ?? 0).toBe(complaints);
});

test("the master's gain is heard at once, without a gap", async () => {
  const peak = async () => (await box.transport()).peakLeft;
  await eventually("music", async () => (await peak()) > 0.05);
  await withoutGap(async () => {
    box.save(settingsText({ "master.gainDb": -60 }));
    await eventually("near silence", async () => (await peak()) < 0.005);
  });
  await withoutGap(async () => {
    box.save(settingsText());
    await eventually("music", async () => (await peak()) > 0.05);
  });
});

/** Changes a JSON file that the session is made of. */
function edit(file: string, change: (content: Record<string, unknown>) => void): void {
  const full = path.join(box.folder, file);
  const content = JSON.parse(readFileSync(full, "utf8")) as Record<string, unknown>;
  change(content);
  writeFileSync(full, JSON.stringify(content, null, 2));
}

async function soundingPlan(): Promise<unknown> {
  return (await box.get("/transport/metrics")).plan_hash;
}

test("a session file that is edited brings its new tempo, without a gap", async () => {
  await withoutGap(async () => {
    edit("sessions/first-light.json", (session) => {
      session.bpm = 97;
    });
    await eventually("97 bpm", async () => (await box.transport()).tempoBpm === 97);
  });
  await withoutGap(async () => {
    edit("sessions/first-light.json", (session) => {
      session.bpm = 122;
    });
    await eventually("122 bpm", async () => (await box.transport()).tempoBpm === 122);
  });
});

test("a rack file that is edited is heard, without a gap, and the tempo stays", async () => {
  const before = await soundingPlan();
  await withoutGap(async () => {
    edit("racks/first-light-lead.json", (rack) => {
      (rack.mixer as { masterPercent: number }).masterPercent = 40;
    });
    await eventually("another plan", async () => (await soundingPlan()) !== before);
  });
  expect((await box.status()).plan.hash).toBe(await soundingPlan());
  expect((await box.transport()).tempoBpm).toBe(122);
});

test("a rack with a mistake changes nothing and is named with its line", async () => {
  const before = await soundingPlan();
  await withoutGap(async () => {
    edit("racks/first-light-lead.json", (rack) => {
      (rack.nodes as { type: string }[])[0] = { ...(rack.nodes as { type: string }[])[0], type: "mam_chop" };
    });
    const sentence = await box.says(/mam_chop/);
    expect(sentence).toMatch(/first-light-lead\.json:\d+:\d+: nodes\[0\]\.type: .*mam_chip/);
  });
  expect(await soundingPlan()).toBe(before);
  edit("racks/first-light-lead.json", (rack) => {
    (rack.nodes as { type: string }[])[0] = { ...(rack.nodes as { type: string }[])[0], type: "mam_chip" };
  });
});

test("a serial port that is added is opened, and nothing else is", async () => {
  const synth = await PtyRecorder.start();
  try {
    const before = await musicNow();
    const told = box.notices.length;
    const port = { id: "din", kind: "serial", name: synth.path };
    box.save(settingsText({ "midi.ports": [port] }));
    await eventually("ticks on the wire", () => synth.bytes.filter(({ byte }) => byte === 0xf8).length > 24);
    const after = await musicNow();
    expect(after.steady).toEqual({ ...before.steady, portChanges: expect.any(Number) });
    const opened = box.notices.slice(told).filter(({ event }) => event.startsWith("midiPort"));
    expect(opened.map(({ event, subject }) => [event, subject])).toEqual([["midiPortOpened", "din"]]);

    // Another block size needs the audio device anew; the synth must not notice.
    const ticksBefore = portTicks(await box.status());
    const changes = box.notices.length;
    box.save(settingsText({ "midi.ports": [port], "audio.blockFrames": 256 }));
    await eventually("blocks of 256", async () => (await box.status()).audio.blockFrames === 256);
    const again = await box.status();
    await eventually("a second more", async () => (await box.transport()).frame > after.frame + 48_000);
    expect(again.engine.pid).toBe(after.steady.enginePid);
    expect(transportOf(again)).toMatchObject({ status: "playing", xruns: after.steady.xruns });
    expect(transportOf(again).frame).toBeGreaterThan(after.frame);
    expect(portTicks(await box.status())).toBeGreaterThan(ticksBefore + 24);
    const events = box.notices.slice(changes).map(({ event }) => event);
    expect(events.filter((event) => event === "audioChanged")).toHaveLength(1);
    expect(events.filter((event) => event.startsWith("midiPort"))).toEqual([]);
    box.save(settingsText());
    await eventually("blocks of 128", async () => (await box.status()).audio.blockFrames === 128);
  } finally {
    await synth.stop();
  }
});

function portTicks(status: {
  readonly midi: { readonly ports: readonly { id: string; ticks: number }[] };
}): number {
  return status.midi.ports.find(({ id }) => id === "din")?.ticks ?? Number.NaN;
}

test("a file with a mistake changes nothing and is named with its line", async () => {
  const plan = await soundingPlan();
  await withoutGap(async () => {
    box.save(settingsText({ "link.quantum": 999, "master.gainDb": -30 }));
    expect(await box.says(/999/)).toMatch(
      /downbeat\.yaml:\d+:\d+: link\.quantum: expected 1 to 64 beats, got 999\./,
    );
    await box.says(/what was good before plays on/);
  });
  expect(await soundingPlan()).toBe(plan);
});

test("SIGHUP looks at every file again", async () => {
  const silentTrack = () => box.sentences.filter((sentence) => /bass-line is silent/.test(sentence)).length;
  box.save(settingsText({ "midi.virtualPort": null }));
  await eventually("a warning", () => silentTrack() === 1);
  const { pid } = (await box.status()).engine;
  box.signal("SIGHUP");
  await eventually("the warning again", () => silentTrack() === 2);
  expect(box.node.exitCode).toBeNull();
  expect((await box.status()).engine.pid).toBe(pid);
});

test("the last good settings play after a restart, and the mistake is named again", async () => {
  const first = await RunningBox.start({ settings: { "link.quantum": 7 } });
  try {
    first.save(settingsText({ "link.quantum": "seven" }));
    await first.says(/what was good before plays on/);
    expect(await first.stop()).toBe(0);
    await using second = await RunningBox.start({ folder: first.folder });
    expect((await second.status()).link.quantum).toBe(7);
    expect(second.sentences.join("\n")).toMatch(/link\.quantum: expected 1 to 64 beats, got "seven"/);
    expect(second.sentences.join("\n")).toMatch(/has mistakes: playing with the last good settings/);
    second.save(settingsText({ "link.quantum": 9 }));
    await eventually("9 beats", async () => (await second.transport()).quantum === 9);
  } finally {
    removeBoxFolder(first.folder);
  }
});
