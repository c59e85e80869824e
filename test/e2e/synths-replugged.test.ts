// SPDX-License-Identifier: GPL-3.0-or-later
// Ten synths, each unplugged and plugged in again ten times, while the song plays and a hand turns a knob of every one: a
// hundred times in all. No note hangs, each gets back what it knew, and the engine keeps nothing of those that went.
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeParameter } from "../../engine/profiles/encode.ts";
import type { Profile } from "../../engine/profiles/profile.ts";
import { placeAt, sweepKnobs } from "../support/knob-sweep.ts";
import { countNotes, messagesOf, type WireMessage } from "../support/midi-wire.ts";
import { builtInShelf } from "../support/profile-golden.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { eventually, RunningBox } from "../support/running-box.ts";

const SYNTHS = Array.from({ length: 10 }, (_, i) => `synth${i}`);
const ROUNDS = 10;
const SWEEP_HZ = 50;
const PATIENCE_MS = 20_000;
const MEGABYTE = 1e6;
/** A note off that was on the wire when it was pulled out is lost, and nobody knows: so much around that moment. */
const LOST_MICROS = 100_000;
const TEMPO_BPM = 120;
const STEPS_PER_BEAT = 4;
const NOTE_STEPS = 3;

interface Life {
  readonly cable: PtyRecorder;
  /** CLOCK_MONOTONIC: from when on nobody may have listened, and when that was seen to have ended. */
  pulled: readonly [number, number] | null;
}

const monotonicMicros = (): number => Number(process.hrtime.bigint() / 1000n);

let folder: string;
let box: RunningBox;
let keys: PtyRecorder;
let profile: Profile;
/** Of each synth its cables, first to last. */
const lives = new Map<string, Life[]>();
let before: Facts;
let after: Facts;
let turned: number;

interface Facts {
  readonly residentBytes: number;
  readonly files: number;
  readonly threads: number;
}

async function facts(): Promise<Facts> {
  const { pid, residentBytes } = (await box.status()).engine;
  const count = (what: string): number => readdirSync(`/proc/${pid}/${what}`).length;
  return { residentBytes, files: count("fd"), threads: count("task") };
}

/** First the name: the system gives the number of a terminal that has gone to the next one, of another synth. */
async function unplug(id: string): Promise<void> {
  rmSync(path.join(folder, id));
  const from = monotonicMicros();
  await cableOf(id).stop();
  const life = lives.get(id)?.at(-1);
  if (life !== undefined) life.pulled = [from, monotonicMicros()];
}

async function plugIn(id: string): Promise<void> {
  const cable = await PtyRecorder.start();
  symlinkSync(cable.path, path.join(folder, id));
  lives.set(id, [...(lives.get(id) ?? []), { cable, pulled: null }]);
}

const cableOf = (id: string): PtyRecorder => {
  const life = lives.get(id)?.at(-1);
  if (life === undefined) throw new Error(`${id} was never plugged in`);
  return life.cable;
};

const bytesOf = (id: string, value: number | string): readonly string[] =>
  encodeParameter(profile, id, value, { channel: 0 }).map((message) => message.join(" "));

const controllersOf = (messages: readonly WireMessage[]): readonly string[] =>
  messages.filter(({ status }) => status === 0xb0).map(({ status, data }) => [status, ...data].join(" "));

/** What a synth that is back has to be told: a list, and a controller in a pair; a third is being turned. */
function isTold(id: string): boolean {
  const told = controllersOf(messagesOf(cableOf(id).bytes));
  const wanted = [...bytesOf("osc_type", "SAW"), ...bytesOf("eg_attack", 0.25)];
  return wanted.every((message) => told.includes(message));
}

/** A box that has just begun may not have found its engine yet. */
async function set(port: string, parameter: string, value: string): Promise<void> {
  const query = new URLSearchParams({ port, parameter, value });
  await eventually(
    `${parameter} of ${port} is set`,
    async () => (await fetch(`${box.url}/synths/parameter?${query}`, { method: "POST" })).ok,
  );
}

async function states(): Promise<ReadonlyMap<string, string>> {
  const { ports } = (await box.status()).midi;
  return new Map(ports.map(({ id, state }) => [id, state]));
}

function writeSong(file: string): void {
  const midiTracks = SYNTHS.map((port, i) => ({
    id: port,
    port,
    channel: 1,
    resolution: STEPS_PER_BEAT * 4,
    lengthBars: 1,
    // Some are held when a cable is pulled, some begin while it is out.
    notes: Array.from({ length: 5 }, (_, n) => ({ step: n * 3, note: 40 + i + n, lengthSteps: NOTE_STEPS })),
  }));
  const song = { kind: "session", version: 1, name: "Replug", bpm: TEMPO_BPM, racks: [], midiTracks };
  writeFileSync(file, JSON.stringify(song));
}

beforeAll(async () => {
  const found = await (await builtInShelf()).find("korg_nts1_mk2");
  if (found === null) throw new Error("expected the profile of the NTS-1 mkII");
  profile = found.profile;
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-replug-"));
  const session = path.join(folder, "song.json");
  writeSong(session);
  keys = await PtyRecorder.start();
  await Promise.all(SYNTHS.map(plugIn));
  box = await RunningBox.start({
    settings: {
      session,
      "midi.virtualPort": null,
      "midi.ports": [
        { id: "keys", kind: "serial", name: keys.path, output: false, baud: 1_000_000 },
        ...SYNTHS.map((id) => ({
          ...{ id, kind: "serial", name: path.join(folder, id), input: false, profile: "korg_nts1_mk2" },
        })),
      ],
      mappings: SYNTHS.map((id, i) => ({
        ...{
          id,
          port: "keys",
          number: 20 + i,
          target: `synth:${id}`,
          param: "filter.cutoff",
          takeover: "jump",
        },
      })),
    },
  });
  await eventually("the profiles are read", () =>
    SYNTHS.every((id) => box.output.includes(`port ${id} plays`)),
  );
  for (const id of SYNTHS) {
    await set(id, "osc_type", "SAW");
    await set(id, "eg_attack", "0.25");
  }
  await eventually("all are told", () => SYNTHS.every(isTold), PATIENCE_MS);
  before = await facts();
  let isOver = false;
  const sweep = sweepKnobs(keys, { numbers: SYNTHS.map((_, i) => 20 + i), rateHz: SWEEP_HZ }, () => isOver);
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(SYNTHS.map(unplug));
    await eventually("all are missed", async () => {
      const now = await states();
      return SYNTHS.every((id) => now.get(id) !== "open");
    });
    await Promise.all(SYNTHS.map(plugIn));
    await eventually("all are told again", () => SYNTHS.every(isTold), PATIENCE_MS);
  }
  isOver = true;
  turned = await sweep;
  await sleep(500);
  after = await facts();
  await box.post("/transport/stop");
  await sleep(500);
}, 150_000);

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await keys?.stop();
  for (const id of SYNTHS) await lives.get(id)?.at(-1)?.cable.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("each was unplugged ten times, in the middle of the sweep and of the song", () => {
  for (const id of SYNTHS) expect(lives.get(id)).toHaveLength(ROUNDS + 1);
  expect(turned).toBeGreaterThan(ROUNDS);
  const begun = SYNTHS.flatMap((id) =>
    (lives.get(id) ?? []).map(({ cable }) => countNotes(messagesOf(cable.bytes))),
  );
  expect(begun.filter((count) => count.begun > 0).length).toBeGreaterThan((SYNTHS.length * ROUNDS) / 2);
});

test("no note hangs: each that began ends, on this cable or the next", () => {
  for (const id of SYNTHS) {
    const cables = lives.get(id) ?? [];
    const last = cables.at(-1);
    if (last === undefined) throw new Error(`${id} was never plugged in`);
    expect([id, countNotes(messagesOf(last.cable.bytes)).sounding]).toEqual([id, []]);
    // One program for all its cables: what it heard, with the moments at which it was deaf.
    const all = cables.flatMap(({ cable }) => messagesOf(cable.bytes));
    const pulled = cables.flatMap((life) => (life.pulled === null ? [] : [life.pulled]));
    expect([id, hanging(all, pulled)]).toEqual([id, []]);
  }
});

/** Notes that nobody ended, but for those whose end fell into the moment in which a cable was pulled. */
function hanging(
  messages: readonly WireMessage[],
  pulled: readonly (readonly [number, number])[],
): readonly string[] {
  const lengthMicros = (NOTE_STEPS / STEPS_PER_BEAT) * (60e6 / TEMPO_BPM);
  const begun = new Map<number, number>();
  for (const { micros, status, data } of messages) {
    const [note = 0, velocity = 0] = data;
    if (status === 0x90 && velocity > 0) begun.set(note, micros);
    else if (status === 0x90 || status === 0x80) begun.delete(note);
  }
  return [...begun]
    .filter(([, at]) => {
      const end = at + lengthMicros;
      return !pulled.some(([from, to]) => end > from - LOST_MICROS && end < to + LOST_MICROS);
    })
    .map(([note, at]) => `${note} since ${at}`);
}

test("every synth that is back is told its lists, then the rest, and where its knob is", () => {
  const osc = bytesOf("osc_type", "SAW")[0] ?? "";
  const attack = bytesOf("eg_attack", 0.25)[0] ?? "";
  for (const [i, id] of SYNTHS.entries()) {
    for (const { cable } of (lives.get(id) ?? []).slice(1)) {
      const told = controllersOf(messagesOf(cable.bytes));
      expect(told).toContain(osc);
      expect(told.indexOf(attack)).toBeGreaterThan(told.indexOf(osc));
    }
    const cutoffs = messagesOf(cableOf(id).bytes).filter(
      ({ status, data }) => status === 0xb0 && data[0] === 43,
    );
    expect([id, cutoffs.at(-1)?.data[1]]).toEqual([id, placeAt(turned - 1, i)]);
  }
});

test("the engine keeps nothing of a hundred synths that went: no file, no thread, no memory", () => {
  expect(after.files).toBeLessThanOrEqual(before.files + 1);
  expect(after.threads).toBeLessThanOrEqual(before.threads + 1);
  expect(after.residentBytes - before.residentBytes).toBeLessThan(8 * MEGABYTE);
});
