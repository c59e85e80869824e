// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine is told while files are saved: each change once, no plan that is none, and a mistake costs one thing.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Daemon } from "../../../engine/app/daemon.ts";
import type { Plan } from "../../../engine/binding/plan/plan.ts";
import { HELLO, ScriptedEngine } from "../../support/scripted-engine.ts";

const PATIENCE = { timeout: 5000 };

let folder = "";
let engine: ScriptedEngine;
let daemon: Daemon;
let said: string[] = [];

const CUT = "  - { id: cut, port: virtual, number: 74, target: synth, param: cutoff }\n";
const PLAY = "  - { id: play, port: virtual, number: 20, target: transport, param: play }\n";

function saveSettings(mappings: string): void {
  writeFileSync(
    path.join(folder, "downbeat.yaml"),
    `http: { enabled: false }\nlink: { enabled: false }\nmidi:\n  ports:\n    - { id: lead, kind: match, name: none, profile: mine }\nmappings:\n${mappings}`,
  );
}

const saveProfile = (cc: number, name = "Mine"): void =>
  writeFileSync(
    path.join(folder, "profiles", "mine.yaml"),
    `name: ${name}\nparameters:\n  cutoff: { cc: ${cc}, name: Cutoff }\n`,
  );

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-mapped-"));
  mkdirSync(path.join(folder, "profiles"));
  saveProfile(70);
  said = [];
  engine = await ScriptedEngine.start();
  engine.answer = ({ type }) => {
    if (type === "hello") return HELLO;
    if (type === "status") return { status: { engine: { note: "" } } };
    return type === "plan" ? { planHash: "1", changed: ["mapping"], nodes: {} } : {};
  };
  const say = (_fields: object, sentence: string): void => void said.push(sentence);
  daemon = new Daemon({
    places: { settingsFile: path.join(folder, "downbeat.yaml"), stateFolder: engine.stateFolder },
    log: { level: "info", debug: () => {}, info: () => {}, warn: say, error: say },
    version: HELLO.engineVersion,
    isNull: true,
    startsEngine: false,
    engineArguments: [],
    port: null,
  });
});
afterEach(async () => {
  await daemon.stop();
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** What each plan so far moves: the ids, and the controllers of synths. */
const plans = () =>
  engine.requests
    .filter(({ type }) => type === "plan")
    .map(({ plan }) =>
      (plan as Plan).mapping.entries.map(({ id, target }) =>
        target.kind === "midi" ? `${id} ${target.messages[0]?.[1]}` : id,
      ),
    );

/** The plans that came since, once they are as many as wanted and no more follow. */
async function plansAfter(before: number, count: number): Promise<readonly (readonly string[])[]> {
  await vi.waitFor(() => expect(plans().length).toBeGreaterThanOrEqual(before + count), PATIENCE);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(plans()).toHaveLength(before + count);
  return plans().slice(before);
}

test("a mapping to a synth is in the first plan, and follows its profile", async () => {
  saveSettings(CUT);
  await daemon.start();
  await vi.waitFor(() => expect(plans().length).toBeGreaterThan(0), PATIENCE);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(new Set(plans().map(String))).toEqual(new Set(["cut 70"]));

  let before = plans().length;
  saveProfile(71);
  expect(await plansAfter(before, 1)).toEqual([["cut 71"]]);

  before = plans().length;
  saveProfile(71, "Another name");
  expect(await plansAfter(before, 0)).toEqual([]);

  before = plans().length;
  saveSettings(CUT + PLAY);
  expect(await plansAfter(before, 1)).toEqual([["cut 71", "play"]]);
  expect(said).toEqual([]);
});

test("without a mapping to a synth its profile makes no plan, and one that is added finds it", async () => {
  saveSettings(PLAY);
  await daemon.start();
  await vi.waitFor(() => expect(daemon.profiles).toHaveLength(1), PATIENCE);
  await vi.waitFor(() => expect(plans().length).toBeGreaterThan(0), PATIENCE);
  let before = plans().length;
  saveProfile(72);
  await vi.waitFor(
    () => expect(daemon.profiles[0]?.profile.parameters[0]?.addresses[0]).toMatchObject({ cc: 72 }),
    PATIENCE,
  );
  expect(await plansAfter(before, 0)).toEqual([]);
  before = plans().length;
  saveSettings(PLAY + CUT);
  expect(await plansAfter(before, 1)).toEqual([["play", "cut 72"]]);

  before = plans().length;
  saveSettings(PLAY + CUT.replace("param: cutoff", "param: cutof"));
  expect(await plansAfter(before, 1)).toEqual([["play"]]);
  expect(said).toEqual([expect.stringMatching(/^Mapping cut does nothing: .*Did you mean cutoff\?/)]);
});

test("a session that cannot be read costs the session: ports and mappings of the settings are there", async () => {
  writeFileSync(path.join(folder, "mine.json"), '{ "kind": "session", "version": 1, "racks": [');
  saveSettings(PLAY);
  const file = path.join(folder, "downbeat.yaml");
  writeFileSync(file, `session: mine.json\n${readFileSync(file, "utf8")}`);
  await daemon.start();
  await vi.waitFor(() => expect(plans()).toStrictEqual([["play"]]), PATIENCE);
  const plan = engine.requests.find(({ type }) => type === "plan")?.plan as Plan;
  expect(plan.midi.ports.map(({ id }) => id)).toContain("lead");
  expect(plan.session.racks.length).toBeGreaterThan(0);
  expect(said.join("\n")).toMatch(/mine\.json was not taken: the session that comes with Downbeat plays/);
});
