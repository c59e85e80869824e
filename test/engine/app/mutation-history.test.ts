// SPDX-License-Identifier: GPL-3.0-or-later
// What tracks have become is kept over power, over what is only away, and over a file that makes no sense.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  capped,
  type KeptMutation,
  MAX_CHANGES,
  NO_HISTORY,
  readMutationHistory,
  writeMutationHistory,
  writtenMark,
} from "../../../engine/app/mutation-history.ts";
import { SequencerDesk } from "../../../engine/app/sequencer-desk.ts";
import { SILENT_LOGGER } from "../../../engine/base/logger.ts";
import type { TrackPlan } from "../../../engine/binding/plan/track-plan.ts";
import { settingsSchema } from "../../../engine/config/schema.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "downbeat-mutations-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const STEP = {
  step: 3,
  kind: "hit",
  velocity: 0.8,
  gate: 1,
  probability: 1,
  ratchet: 1,
  at: 1,
  every: 1,
  isNot: false,
  locks: [],
} as const;

function changed(track: string, pattern: number, written = "w"): KeptMutation {
  const sentence = `${track}: a hit moves`;
  return { rule: "move", track, pattern, sentence, steps: [STEP], line: [], written };
}

function settingsWith(patterns: string) {
  const tracks = [{ id: "lead", target: "virtual", patterns: [patterns] }];
  return settingsSchema.parse({ sequencer: { tracks } }).sequencer;
}

const WRITTEN = {
  id: "lead",
  patterns: [{ lengthSteps: 16, line: [], steps: [{ ...STEP, step: 0 }] }],
} as unknown as TrackPlan;

async function deskWith(changes: readonly KeptMutation[]): Promise<SequencerDesk> {
  await writeMutationHistory(folder, { changes, thrown: 5 });
  const desk = new SequencerDesk({
    stateFolder: folder,
    log: SILENT_LOGGER,
    state: () => null,
    hostMicros: () => 0,
    send: () => ({ type: "engineAway" }),
    request: () => Promise.reject(new Error("no engine")),
    nodeIndex: () => undefined,
    onChange: () => Promise.resolve(),
  });
  await desk.load();
  return desk;
}

const hitsOf = (tracks: readonly TrackPlan[]) => tracks[0]?.patterns[0]?.steps.map(({ step }) => step);

test("what is written is read again", async () => {
  const history = { changes: [changed("lead", 0), changed("bass", 2)], thrown: 17 };
  await writeMutationHistory(folder, history);
  expect(await readMutationHistory(folder)).toEqual(history);
});

test.each([
  "",
  "null",
  '{"written":[],"history":[null]}',
  '{"version":1,"thrown":0,"changes":[null]}',
  JSON.stringify({
    version: 1,
    thrown: 0,
    changes: [{ ...changed("lead", 0), steps: [{ ...STEP, ratchet: 99 }] }],
  }),
])("a file of nonsense is no history: %s", async (text) => {
  await writeFile(path.join(folder, "mutations.json"), text);
  expect(await readMutationHistory(folder)).toEqual(NO_HISTORY);
});

test("a track keeps what it has become while its synth is away, and loses it when it is edited", async () => {
  const settings = settingsWith("x...");
  const [track] = settings.tracks;
  if (track === undefined) throw new Error("expected a track");
  const desk = await deskWith([changed("lead", 0, writtenMark(track))]);
  expect(hitsOf(desk.change([WRITTEN], settings))).toEqual([3]);
  // The synth, or the profile that says what its locks are, is not there for one save.
  expect(desk.change([], settings)).toEqual([]);
  const locked = {
    ...WRITTEN,
    patterns: [{ ...WRITTEN.patterns[0], line: [{ kind: "degree", number: 1 }] }],
  };
  expect(hitsOf(desk.change([locked as unknown as TrackPlan], settings))).toEqual([3]);
  expect(hitsOf(desk.change([WRITTEN], settingsWith("x.x.")))).toEqual([0]);
});

test("a lock that the node of another session does not have stays away, and costs nothing else", async () => {
  const settings = settingsWith("x...");
  const [track] = settings.tracks;
  if (track === undefined) throw new Error("expected a track");
  const locks = [
    { param: 3, value: 1, rampMs: 0 },
    { param: 99, value: 1, rampMs: 0 },
    { messages: [[0xb0, 74, 1]] },
  ];
  const change = { ...changed("lead", 0, writtenMark(track)), steps: [{ ...STEP, locks }] };
  const desk = await deskWith([change]);
  const written = { ...STEP, step: 0, locks: [{ param: 3, value: 0, rampMs: 0 }] };
  const node = { ...WRITTEN, node: "a:b", patterns: [{ lengthSteps: 16, line: [], steps: [written] }] };
  const [played] = desk.change([node as unknown as TrackPlan], settings);
  expect(played?.patterns[0]?.steps).toEqual([{ ...STEP, locks: [locks[0]] }]);
});

test("of too many changes the oldest go, and no pattern goes back to what was written", () => {
  const changes = [
    changed("quiet", 0),
    ...Array.from({ length: MAX_CHANGES + 40 }, () => changed("lead", 1)),
  ];
  const kept = capped(changes);
  expect(kept).toHaveLength(MAX_CHANGES);
  expect(kept[0]?.track).toBe("quiet");
});

test("the file is the owner's own", async () => {
  await writeMutationHistory(folder, NO_HISTORY);
  expect(JSON.parse(await readFile(path.join(folder, "mutations.json"), "utf8"))).toEqual({
    version: 1,
    changes: [],
    thrown: 0,
  });
});
