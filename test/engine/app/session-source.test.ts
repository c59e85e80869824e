// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSession } from "../../../engine/app/session-file.ts";
import { buildPlan, sessionFile } from "../../../engine/app/session-source.ts";
import { projectFolder } from "../../../engine/binding/places.ts";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import { DEFAULT_SETTINGS, type Settings, settingsSchema } from "../../../engine/config/schema.ts";
import { testCatalog } from "../../support/node-catalog.ts";

const SHIPPED = path.join(projectFolder(), "config", "sessions", "first-light.json");

const settings = (changes: object): Settings => settingsSchema.parse(changes);

describe("the file that `session` means", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "downbeat-place-"));
    mkdirSync(path.join(folder, "sessions"));
    writeFileSync(path.join(folder, "sessions", "mine.json"), "{}");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["beside the settings file", "sessions/mine.json", () => path.join(folder, "sessions", "mine.json")],
    ["else among what was shipped", "sessions/first-light.json", () => SHIPPED],
    ["an absolute path is that path", "/music/gig.json", () => "/music/gig.json"],
    ["what is nowhere is missed beside the settings", "none.json", () => path.join(folder, "none.json")],
  ])("%s", (_where, session, expected) => {
    expect(sessionFile(settings({ session }), path.join(folder, "downbeat.yaml"))).toBe(expected());
  });
});

describe("the plan", () => {
  let session: SessionPlan;
  beforeAll(async () => {
    const { plan } = await readSession(SHIPPED, testCatalog);
    if (plan === null) throw new Error("First Light does not load");
    session = plan;
  });

  test("of the shipped session with the shipped settings has no remark", () => {
    const { plan, warnings } = buildPlan(DEFAULT_SETTINGS, session);
    expect(warnings).toEqual([]);
    expect(plan.session.midiTracks).toEqual(session.midiTracks);
    expect(plan.audio.device).toBe("auto");
  });

  test("into the null driver differs in nothing but the device", () => {
    const { plan } = buildPlan(DEFAULT_SETTINGS, session, { isNull: true });
    const { plan: other } = buildPlan(DEFAULT_SETTINGS, session);
    expect(plan).toEqual({ ...other, audio: { ...other.audio, device: "null" } });
  });

  test("leaves out tracks for synths that are not here, and names them", () => {
    const { plan, warnings } = buildPlan(settings({ midi: { virtualPort: null } }), session);
    expect(plan.session.midiTracks).toEqual([]);
    expect(warnings).toEqual([
      'MIDI track bass-line is silent: expected a port of the settings (none), got "virtual". Add it under midi.ports',
    ]);
  });

  test("multiplies the session's gain with the owner's, and takes the lower ceiling", () => {
    const half = buildPlan(settings({ master: { gainDb: -20, ceilingDb: -6 } }), session).plan.session.master;
    expect(half.gain).toBeCloseTo(session.master.gain * 0.1, 9);
    expect(half.ceilingDb).toBe(-6);
    const loud = buildPlan(settings({ master: { gainDb: 0, ceilingDb: 0 } }), session).plan.session.master;
    expect(loud.ceilingDb).toBe(session.master.ceilingDb);
  });

  test("never asks for more gain than the engine has", () => {
    const hot = { ...session, master: { gain: 4, ceilingDb: -1 } };
    expect(buildPlan(settings({ master: { gainDb: 12 } }), hot).plan.session.master.gain).toBe(4);
  });
});
