// SPDX-License-Identifier: GPL-3.0-or-later
// Every session and rack that comes with Downbeat loads, and without a single remark.
import { globSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readSession } from "../../../engine/app/session-file.ts";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import { formatProblem } from "../../../engine/config/problem.ts";
import { testCatalog } from "../../support/node-catalog.ts";

const FILES = globSync("config/{sessions,racks}/**/*.{json,yaml}").sort();

test("there are files to look at", () => {
  expect(FILES).toContain("config/sessions/first-light.json");
  expect(FILES.length).toBeGreaterThan(6);
});

test.each(FILES)("%s loads clean", async (file) => {
  const { plan, problems } = await readSession(file, testCatalog);
  expect(problems.map(formatProblem)).toEqual([]);
  expect(plan).not.toBeNull();
});

describe("First Light", () => {
  async function firstLight(): Promise<SessionPlan> {
    const { plan } = await readSession("config/sessions/first-light.json", testCatalog);
    if (plan === null) throw new Error("no plan");
    return plan;
  }

  test("is sixteen bars of drums, bass, chords and lead at one tempo and one swing", async () => {
    const plan = await firstLight();
    expect(plan.racks.map((rack) => rack.id)).toEqual(["drums", "bass", "chords", "lead"]);
    for (const rack of plan.racks) expect(rack.tempoMap).toEqual(plan.tempoMap);
    const patterns = plan.racks.flatMap((rack) => rack.patterns);
    expect(Math.max(...patterns.map((pattern) => pattern.lengthSteps))).toBe(16 * 16);
    const tracks = [...patterns, ...plan.midiTracks];
    expect(new Set(tracks.map((track) => track.swingPercent)).size).toBe(1);
  });

  test("sends a synth the notes that the acid voice plays, hit for hit", async () => {
    const plan = await firstLight();
    const [track] = plan.midiTracks;
    const acid = plan.racks[1]?.patterns.find((pattern) => pattern.node === "acid");
    expect(track).toMatchObject({ port: "virtual", channel: 0, lengthSteps: acid?.lengthSteps });
    const NOTE = 10;
    let sounding = -1;
    const locks = new Map(
      acid?.locks.filter((lock) => lock.param === NOTE).map((lock) => [lock.step, lock.value]),
    );
    const played = new Map<number, number>();
    for (let step = 0; step < 256; step += 1) {
      sounding = locks.get(step) ?? sounding;
      if (acid?.hits.includes(step) || locks.has(step)) played.set(step, sounding);
    }
    expect(new Map(track?.notes.map((note) => [note.step, note.note]))).toEqual(played);
  });
});
