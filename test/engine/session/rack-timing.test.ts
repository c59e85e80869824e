// SPDX-License-Identifier: GPL-3.0-or-later
// When racks of a session begin, go round and end, and how long the whole is.
import { describe, expect, test } from "vitest";
import { pairErrors, pairPlan, pairSession } from "../../support/session-files.ts";

/** One hit, over after a frame. */
const INSTANT = {
  version: 1,
  sampleRate: 768_000,
  nodes: [{ id: "kick", type: "kick" }],
  transport: { bpm: 20 },
  commands: [{ type: "Trigger", nodeId: "kick", sampleTime: 1, value: 1 }],
};

/** The drums with these keys; 2 bars: 4 beats of half a second, then 4 of a second. */
async function drums(keys: object, more: object = {}) {
  const racks = [{ id: "drums", path: "drums.json", ...keys }];
  const { plan, remarks, lengthBeats } = await pairPlan(pairSession({ racks, ...more }));
  return { rack: plan.racks[0], remarks, lengthBeats, plan };
}

describe("a rack of a session", () => {
  test("plays for ever, each pattern by its own length, when nothing else is written", async () => {
    for (const keys of [{}, { bars: 0, loopCount: 0, loopMinutes: 0, loopSeconds: 0, tailMs: 0 }]) {
      const { rack, lengthBeats } = await drums(keys);
      expect(rack).toMatchObject({ startSeconds: 0, loopBeats: 0, endBeats: 0, tailMs: null });
      expect(lengthBeats).toBe(8);
    }
  });

  test("begins earlier or later by frames of the session's rate", async () => {
    expect((await drums({ startOffsetFrames: 96_000 })).rack?.startSeconds).toBe(2);
    expect((await drums({ startOffsetFrames: -22_050 }, { sampleRate: 44_100 })).rack?.startSeconds).toBe(
      -0.5,
    );
  });

  test("goes round after its bars", async () => {
    expect((await drums({ bars: 4 })).rack).toMatchObject({ loopBeats: 16, endBeats: 0 });
  });

  test("has no rounds so short that nothing of them is heard", async () => {
    const { text } = await pairErrors(
      pairSession({ racks: [{ id: "drums", path: "instant.json", loopSeconds: 30 }] }),
      { "/songs/instant.json": INSTANT },
    );
    expect(text).toMatch(/racks\[0\].*at least 1\/64 beat/);
  });

  test("ends after so many rounds of its bars, or of its own length", async () => {
    expect((await drums({ bars: 4, loopCount: 3 })).rack).toMatchObject({ loopBeats: 16, endBeats: 48 });
    expect((await drums({ loopCount: 5 })).rack).toMatchObject({ loopBeats: 8, endBeats: 40 });
  });

  test("ends after minutes or seconds at its own tempo", async () => {
    // 4 beats in 2 s, the rest at one a second.
    expect((await drums({ loopSeconds: 30 })).rack).toMatchObject({ loopBeats: 8, endBeats: 32 });
    expect((await drums({ loopMinutes: 1 })).rack).toMatchObject({ loopBeats: 8, endBeats: 62 });
  });

  test("ends as the first of several says, and the others are named", async () => {
    const { rack, remarks } = await drums({ loopCount: 2, loopMinutes: 9, loopSeconds: 9 });
    expect(rack?.endBeats).toBe(16);
    expect(remarks).toEqual(["racks[0].loopMinutes", "racks[0].loopSeconds"]);
  });

  test("is silent its tail after its end", async () => {
    expect((await drums({ loopCount: 1, tailMs: 250 })).rack?.tailMs).toBe(250);
  });
});

describe("alignTransports", () => {
  test("delays racks so that their first hits fall on the latest", async () => {
    // The drums begin with a hit, the bass hits at beat 2: one second at 120 bpm.
    const { plan } = await pairPlan(pairSession({ alignTransports: true }));
    expect(plan.racks.map((rack) => rack.startSeconds)).toEqual([1, 0]);
  });

  test("counts what the racks are moved anyway", async () => {
    const racks = [
      { id: "drums", path: "drums.json", startOffsetFrames: 240_000 },
      { id: "bass", path: "bass.json" },
    ];
    const { plan } = await pairPlan(pairSession({ alignTransports: true, racks }));
    expect(plan.racks.map((rack) => rack.startSeconds)).toEqual([5, 4]);
  });
});

describe("a session lasts", () => {
  test("until its longest rack has ended, with its tail", async () => {
    expect((await drums({ loopCount: 2 })).lengthBeats).toBe(16);
    // 14 s of music, half a second of tail, all at one beat a second.
    expect((await drums({ loopCount: 2, tailMs: 500 })).lengthBeats).toBe(16.5);
  });

  test("until a rack that begins late was heard", async () => {
    // 2 s late: its 6 s end in second 8, which is beat 4 + 6.
    expect((await drums({ startOffsetFrames: 96_000 })).lengthBeats).toBe(10);
  });

  test("until the last command and its ramp", async () => {
    const commands = [
      { timeSec: 20, nodeId: "drums:kick", type: "SetParamRamp", param: "F0", value: 90, rampMs: 500 },
    ];
    expect((await drums({}, { commands })).lengthBeats).toBe(22.5);
  });

  test("and begins again when it is a loop: after its duration, else after its music without tails", async () => {
    const loop = async (more: object, keys: object = {}) => (await drums(keys, more)).plan.loopBeats;
    expect(await loop({ durationSec: 10 })).toBe(0);
    expect(await loop({ loop: true, durationSec: 10 })).toBe(12);
    expect(await loop({ loop: true })).toBe(8);
    expect(await loop({ loop: true }, { loopCount: 2, tailMs: 700 })).toBe(16);
    expect(await loop({ loop: true, racks: [] })).toBe(0);
  });
});
