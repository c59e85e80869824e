// SPDX-License-Identifier: GPL-3.0-or-later
// Eight knobs that are turned a thousand times a second each, for ten seconds, onto one MIDI cable: it gets no more than it
// carries, its clock goes on as without them, and each knob's last place arrives.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClockFigures, ClockReport } from "../../engine/binding/engine-status.ts";
import { encodeParameter } from "../../engine/profiles/encode.ts";
import type { Profile } from "../../engine/profiles/profile.ts";
import { downbeat } from "../support/downbeat-command.ts";
import { sweepKnobs } from "../support/knob-sweep.ts";
import { messagesOf, TICKS_PER_BEAT, ticksOf } from "../support/midi-wire.ts";
import { builtInShelf } from "../support/profile-golden.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { eventually, RunningBox } from "../support/running-box.ts";

const KNOBS = [20, 21, 22, 23, 24, 25, 26, 27];
const RATE_HZ = 1000;
const SWEEP_MS = 10_000;
const CALM_MS = 4000;
/** 31250 baud. */
const CABLE_BYTES_PER_SECOND = 3125;
const TEMPO_BPM = 120;
/** What a machine that others use as well may add to the lateness of most ticks. */
const SHARED_MACHINE_MICROS = 500;

let keys: PtyRecorder;
let synth: PtyRecorder;
let box: RunningBox;
let profile: Profile;
/** Controllers in pairs that the knobs move. */
let parameters: readonly string[];
let calm: ClockFigures;
let busy: ClockFigures;
let turned: number;
let sweepFrom: number;
let sweepTo: number;

beforeAll(async () => {
  const found = await (await builtInShelf()).find("korg_nts1_mk2");
  if (found === null) throw new Error("expected the profile of the NTS-1 mkII");
  profile = found.profile;
  const pairs = profile.parameters.filter(({ addresses: [first] }) => first?.type === "cc14");
  parameters = pairs.slice(0, KNOBS.length).map(({ id }) => id);
  keys = await PtyRecorder.start();
  synth = await PtyRecorder.start();
  box = await RunningBox.start({
    settings: {
      "transport.tempo": TEMPO_BPM,
      "midi.virtualPort": null,
      "midi.ports": [
        { id: "keys", kind: "serial", name: keys.path, output: false, baud: 1_000_000 },
        { id: "lead", kind: "serial", name: synth.path, input: false, profile: "korg_nts1_mk2" },
      ],
      mappings: parameters.map((param, i) => ({
        id: `knob-${i}`,
        port: "keys",
        number: KNOBS[i],
        target: "synth:lead",
        param,
        takeover: "jump",
      })),
    },
  });
  await eventually("the clock runs", () => synth.bytes.length > TICKS_PER_BEAT);
  await clock("--reset");
  await sleep(CALM_MS);
  calm = await clock("--reset");
  sweepFrom = synth.bytes.at(-1)?.micros ?? 0;
  const endMs = performance.now() + SWEEP_MS;
  turned = await sweepKnobs(keys, { numbers: KNOBS, rateHz: RATE_HZ }, () => performance.now() > endMs);
  sweepTo = synth.bytes.at(-1)?.micros ?? 0;
  busy = await clock();
  // The last places: every other knob at its end.
  for (const [i, number] of KNOBS.entries()) keys.send(0xb0, number, 1, 0xb0, number, lastOf(i));
  await eventually("all is sent", async () => {
    const port = (await box.status()).midi.ports.find(({ id }) => id === "lead");
    return port?.wire.waiting === 0;
  });
  await sleep(300);
}, 90_000);

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await keys?.stop();
  await synth?.stop();
});

const lastOf = (knob: number): number => (knob % 2 === 0 ? 127 : 0);

async function clock(...options: readonly string[]): Promise<ClockFigures> {
  const args = ["status", "--clock", "--json", ...options, "--state", box.stateFolder];
  const { stdout } = await downbeat(args);
  const report = (JSON.parse(stdout) as { clock: ClockReport }).clock;
  const lead = report.ports.find(({ id }) => id === "lead");
  if (lead === undefined) throw new Error(`no clock at lead: ${stdout}`);
  return lead;
}

test("the knobs were turned as fast as they should", () => {
  expect(turned).toBeGreaterThan((SWEEP_MS / 1000) * RATE_HZ * 0.9);
});

test("the cable gets no more than it carries, in no second of the sweep, and nearly all that it does", () => {
  const times = synth.bytes.map(({ micros }) => micros).filter((at) => at >= sweepFrom && at <= sweepTo);
  let first = 0;
  let most = 0;
  for (const [last, at] of times.entries()) {
    while (at - (times[first] ?? 0) > 1e6) first += 1;
    most = Math.max(most, last - first + 1);
  }
  const average = times.length / ((sweepTo - sweepFrom) / 1e6);
  console.info(`the fullest second had ${most} bytes, on average ${average.toFixed(0)}`);
  // The reader may have been late before a second, and in time at its end.
  expect(most).toBeLessThan(CABLE_BYTES_PER_SECOND * 1.2);
  expect(average).toBeLessThan(CABLE_BYTES_PER_SECOND * 1.02);
  expect(average).toBeGreaterThan(CABLE_BYTES_PER_SECOND * 0.5);
});

test("most ticks are as punctual as before, and none is missing", () => {
  const ratio = (busy.p99Micros + 1) / (calm.p99Micros + 1);
  console.info(
    `lateness of ticks, p50 and p99: ${calm.p50Micros} and ${calm.p99Micros} us alone, ${busy.p50Micros} and ${busy.p99Micros} us in the sweep, ratio ${ratio.toFixed(2)}`,
  );
  expect(busy.p50Micros).toBeLessThan(2 * calm.p50Micros + SHARED_MACHINE_MICROS);
  const ticks = ticksOf(messagesOf(synth.bytes)).filter((at) => at >= sweepFrom && at <= sweepTo);
  const beats = ((sweepTo - sweepFrom) / 60e6) * TEMPO_BPM;
  expect(Math.abs(ticks.length - beats * TICKS_PER_BEAT)).toBeLessThan(TICKS_PER_BEAT / 4);
});

test("values that newer ones replaced were let go, and nothing else", async () => {
  const port = (await box.status()).midi.ports.find(({ id }) => id === "lead");
  expect(port?.wire.coalesced).toBeGreaterThan(10_000);
  expect(Object.values(port?.wire.dropped ?? {})).toEqual([0, 0, 0, 0, 0, 0]);
  expect(port?.wire.waitingMost).toBeLessThan(100);
});

test("the last place of every knob arrives, both halves of it", () => {
  const told = new Map<number, number>();
  for (const { status, data } of messagesOf(synth.bytes))
    if (status === 0xb0) told.set(data[0] ?? 0, data[1] ?? 0);
  for (const [i, id] of parameters.entries())
    for (const [, number, value] of encodeParameter(profile, id, lastOf(i) / 127, { channel: 0 }))
      expect([id, told.get(number ?? 0)]).toEqual([id, value]);
});
