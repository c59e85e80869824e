// SPDX-License-Identifier: GPL-3.0-or-later
// The plug is pulled: both processes are gone in the same moment. When it goes back in, the box plays the same
// session at the same tempo, and what was silent is silent. (A machine without power, with its disk, is test/vm's.)
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import type { Plan } from "../../engine/binding/plan/plan.ts";
import { BareEngine, statusOf } from "../support/bare-engine.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  transportOf,
} from "../support/running-box.ts";
import {
  checkedFile,
  filesSetAside,
  forgetStrikes,
  lastPlanFile,
  storedPlan,
} from "../support/stored-plan.ts";

const LONG_MS = 180_000;
const CUTS = 5;
/** Of the strip of a rack. */
const GAIN = 1;
const MUTE = 2;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) removeBoxFolder(folder);
});

async function ask(state: string, type: string, fields: Record<string, unknown>) {
  const client = await EngineClient.connect(state, "observer", "test");
  try {
    return await client.request(type, fields);
  } finally {
    client.close();
  }
}

async function setStrip(state: string, rack: string, param: number, value: number): Promise<void> {
  const { index } = await ask(state, "params", { node: `rack:${rack}` });
  const command = { kind: "setParam", node: index, param, value };
  expect(await ask(state, "command", { command })).toMatchObject({ accepted: true });
}

const mute = (state: string, rack: string, isMuted: boolean): Promise<void> =>
  setStrip(state, rack, MUTE, isMuted ? 1 : 0);

async function stripValue(state: string, rack: string, param: number): Promise<number | undefined> {
  const { values } = await ask(state, "params", { node: `rack:${rack}` });
  return (values as Record<string, number>)[String(param)];
}

const isMuted = async (state: string, rack: string): Promise<boolean> =>
  (await stripValue(state, rack, MUTE)) === 1;

/** What the file says: tempo, and whether the racks are muted. */
function saved(state: string): { readonly bpm: number; readonly muted: readonly string[] } {
  const file = path.join(state, "live-state.json");
  if (!existsSync(file)) return { bpm: 0, muted: [] };
  const text = readFileSync(file, "utf8");
  const live = JSON.parse(text.slice(text.indexOf("\n") + 1)) as {
    tempoBpm: number;
    params: [string, number, number, number | null][];
  };
  const muted = live.params.filter(([, param, value]) => param === MUTE && value === 1);
  return { bpm: live.tempoBpm, muted: muted.map(([node]) => node.slice("rack:".length)).sort() };
}

const RACKS = ["drums", "bass", "chords", "lead"];

test(
  "a pulled plug brings back the session, the tempo and the mutes, time after time",
  async () => {
    const folder = makeBoxFolder({ settings: { "midi.virtualPort": null } });
    folders.push(folder);
    let hash = "";
    let expected: { readonly bpm: number; readonly muted: readonly string[] } | null = null;
    for (let cut = 0; cut < CUTS; cut += 1) {
      await using box = await RunningBox.start({ folder });
      const state = box.stateFolder;
      const status = await box.status();
      if (expected !== null) {
        expect(status.plan.hash).toBe(hash);
        expect(transportOf(status)).toMatchObject({ status: "playing", tempoBpm: expected.bpm });
        for (const rack of RACKS) expect(await isMuted(state, rack)).toBe(expected.muted.includes(rack));
      }
      await eventually("the plan is stored", () => existsSync(lastPlanFile(state)));
      const wanted = {
        bpm: 90 + cut,
        muted: RACKS.filter((_, index) => ((cut + 1) >> index) % 2 === 1).sort(),
      };
      await box.post(`/transport/tempo?bpm=${wanted.bpm}`);
      for (const rack of RACKS) await mute(state, rack, wanted.muted.includes(rack));
      await eventually("it is in the file", () => JSON.stringify(saved(state)) === JSON.stringify(wanted));
      hash = (await box.status()).plan.hash;
      // A hand that moves in the very moment of the cut: what it did is there or not, and nothing else is lost.
      await mute(state, "lead", !wanted.muted.includes("lead"));
      await sleep(Math.random() * 50);
      const { pid } = (await box.status()).engine;
      process.kill(pid, "SIGKILL");
      box.signal("SIGKILL");
      expect(await box.stop()).toBe("SIGKILL");
      // A machine without power starts again: what crash-loops.test.ts counts is of one boot.
      forgetStrikes(state);
      expected = saved(state);
      expect(expected.muted.filter((rack) => rack !== "lead")).toEqual(
        wanted.muted.filter((rack) => rack !== "lead"),
      );
      expect(filesSetAside(state)).toStrictEqual([]);
    }
  },
  LONG_MS,
);

test(
  "a power cut between a new plan and what hands did to it keeps what both plans say alike",
  async () => {
    const folder = makeBoxFolder({ settings: { "midi.virtualPort": null } });
    folders.push(folder);
    const state = path.join(folder, "state");
    await using box = await RunningBox.start({ folder });
    await eventually("the plan is stored", () => existsSync(lastPlanFile(state)));
    await box.post("/transport/tempo?bpm=101");
    await mute(state, "drums", true);
    await setStrip(state, "bass", GAIN, 0.125);
    const wanted = { bpm: 101, muted: ["drums"] };
    await eventually("it is in the file", () => JSON.stringify(saved(state)) === JSON.stringify(wanted));
    expect(await box.stop()).toBe(0);
    // The plan that was taken last, which has another gain of the bass and of everything; the state is of the one before.
    const plan = storedPlan(state) as Plan;
    const racks = plan.session.racks.map((rack) => (rack.id === "bass" ? { ...rack, gain: 0.25 } : rack));
    const session = { ...plan.session, racks, master: { ...plan.session.master, gain: 0.5 } };
    writeFileSync(lastPlanFile(state), checkedFile(JSON.stringify({ ...plan, session })));
    await using engine = BareEngine.start(state);
    const status = await engine.playing();
    expect(status.engine.startedFrom).toBe("lastPlan");
    expect(transportOf((await statusOf(state)) ?? status).tempoBpm).toBe(101);
    expect(await isMuted(state, "drums")).toBe(true);
    expect(await stripValue(state, "bass", GAIN)).toBe(0.25);
  },
  LONG_MS,
);
