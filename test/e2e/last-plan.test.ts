// SPDX-License-Identifier: GPL-3.0-or-later
// The plug was pulled, the card is old: whatever the last plan looks like when power comes back, there is
// music, and what is damaged is kept for a look instead of being written over.

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import { PLAN_VERSION, type Plan } from "../../engine/binding/plan/plan.ts";
import { BareEngine, statusOf } from "../support/bare-engine.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  settingsText,
  transportOf,
} from "../support/running-box.ts";
import { checkedFile, faultOf, filesSetAside, lastPlanFile, storedPlan } from "../support/stored-plan.ts";

/** A box that has played and was stopped; copied for every test. */
let origin: string;
let originHash: string;
const folders: string[] = [];
/** Node is slow to start on a busy machine; a test that is cut off cannot tidy up. */
const WITH_NODE_MS = 60_000;

beforeAll(async () => {
  origin = makeBoxFolder({ settings: { "midi.virtualPort": null } });
  folders.push(origin);
  await using box = await RunningBox.start({ folder: origin });
  await eventually("the plan is stored", () => existsSync(lastPlanFile(box.stateFolder)));
  originHash = (await box.status()).plan.hash;
  expect(await box.stop(), box.output).toBe(0);
}, WITH_NODE_MS);

afterAll(() => {
  for (const folder of folders) removeBoxFolder(folder);
});

function copyOfBox(): { readonly folder: string; readonly stateFolder: string; readonly plan: string } {
  const folder = makeBoxFolder();
  folders.push(folder);
  cpSync(origin, folder, { recursive: true });
  const stateFolder = path.join(folder, "state");
  return { folder, stateFolder, plan: lastPlanFile(stateFolder) };
}

/** Plays for a moment without Node and says what it plays. */
async function playAlone(stateFolder: string) {
  await using engine = BareEngine.start(stateFolder);
  const status = await engine.playing();
  await eventually("block after block is played", async () => {
    const transport = transportOf((await statusOf(stateFolder)) ?? status);
    return transport.status === "playing" && transport.blocks > transportOf(status).blocks + 10;
  });
  expect(await engine.stop()).toBe(0);
  return { ...status.engine, planHash: status.plan.hash, output: engine.output };
}

test("an engine without any Node plays its last plan", async () => {
  const { stateFolder } = copyOfBox();
  const played = await playAlone(stateFolder);
  expect(played).toMatchObject({ startedFrom: "lastPlan", note: "", planHash: originHash });
  expect(filesSetAside(stateFolder)).toStrictEqual([]);
});

test("an engine in an empty folder plays the session built into it", async () => {
  const { stateFolder } = copyOfBox();
  rmSync(stateFolder, { recursive: true });
  const played = await playAlone(stateFolder);
  expect(played).toMatchObject({ startedFrom: "builtIn", note: "", planHash: "" });
});

const DAMAGES: Readonly<Record<string, (file: string) => void>> = {
  "cut off": (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2)),
  "cut off inside its header": (file) => truncateSync(file, 20),
  empty: (file) => truncateSync(file, 0),
  "with one bit flipped": (file) => {
    const bytes = readFileSync(file);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  },
  "with bytes after its end": (file) => writeFileSync(file, `${readFileSync(file, "utf8")} `),
  "a folder": (file) => {
    rmSync(file);
    mkdirSync(file);
  },
  "whole, but no plan": (file) => writeFileSync(file, checkedFile('{"version":1}')),
  "of another version": (file) => {
    const text = readFileSync(file, "utf8");
    const plan = JSON.parse(text.slice(text.indexOf("\n") + 1)) as Plan;
    writeFileSync(file, checkedFile(JSON.stringify({ ...plan, version: PLAN_VERSION + 1 })));
  },
};

for (const [what, damage] of Object.entries(DAMAGES)) {
  test(`a last plan that is ${what} is set aside, and the built-in session plays`, async () => {
    const { stateFolder, plan } = copyOfBox();
    damage(plan);
    const played = await playAlone(stateFolder);
    expect(played).toMatchObject({ startedFrom: "builtIn", planHash: "" });
    expect(played.note).toContain(plan);
    expect(played.output).toContain("set aside as");
    expect(filesSetAside(stateFolder)).toStrictEqual(["last-plan.bad-1.json"]);
    expect(existsSync(plan)).toBe(false);
  });
}

test("a last plan whose sample is gone plays the built-in session, says so, and is kept", async () => {
  const { stateFolder, plan } = copyOfBox();
  const text = readFileSync(plan, "utf8");
  const stored = JSON.parse(text.slice(text.indexOf("\n") + 1)) as Plan;
  const [rack] = stored.session.racks;
  if (rack === undefined) throw new Error("the box has a rack");
  const gone = path.join(stateFolder, "gone.wav");
  const sampler = {
    id: "stick",
    type: "sampler",
    params: [],
    texts: [["file", gone]],
    channels: 0,
    mod: null,
  } as const;
  const nodes = [...rack.nodes, sampler];
  const session = { ...stored.session, racks: [{ ...rack, nodes }, ...stored.session.racks.slice(1)] };
  writeFileSync(plan, checkedFile(JSON.stringify({ ...stored, session })));
  const before = readFileSync(plan, "utf8");
  const played = await playAlone(stateFolder);
  expect(played).toMatchObject({ startedFrom: "builtIn", planHash: "" });
  expect(played.note).toContain(gone);
  expect(readFileSync(plan, "utf8")).toBe(before);
  expect(filesSetAside(stateFolder)).toStrictEqual([]);
});

test.each(["with one bit flipped", "a folder"])(
  "with a last plan that is %s, Node says so and hands its plan over again",
  async (what) => {
    const { folder, stateFolder, plan } = copyOfBox();
    DAMAGES[what]?.(plan);
    // Without what a first start left, so that nothing but Node can help.
    rmSync(path.join(stateFolder, "first-plan.json"));
    await using box = await RunningBox.start({ folder });
    await box.says(/last-plan\.json.*set aside as .*last-plan\.bad-1\.json.*takes its place/);
    await eventually("the plan plays again", async () => (await box.status()).plan.hash === originHash);
    await eventually("it is stored again", () => existsSync(plan));
    expect(faultOf(plan)).toBe("");
    expect(storedPlan(stateFolder)).toStrictEqual(storedPlan(path.join(origin, "state")));
    expect((await box.status()).engine.note).toBe("");
    expect((await box.transport()).status).toBe("playing");
  },
  WITH_NODE_MS,
);

test(
  "with a damaged last plan the plan of the first start is better than the built-in session",
  async () => {
    const { folder, plan } = copyOfBox();
    truncateSync(plan, 0);
    await using box = await RunningBox.start({ folder });
    await box.says(/takes its place/);
    const status = await box.status();
    expect(status.engine.startedFrom).toBe("plan");
    expect(status.plan.hash).toBe(originHash);
    await eventually("the plan is stored again", () => existsSync(plan) && faultOf(plan) === "");
  },
  WITH_NODE_MS,
);

test("a second engine on the same state folder is refused, and the first one does not notice", async () => {
  const { stateFolder } = copyOfBox();
  await using first = BareEngine.start(stateFolder);
  const before = await first.playing();
  await using second = BareEngine.start(stateFolder);
  expect(await second.ended).toBe(1);
  expect(second.output).toMatch(/^ENGINE_RUNNING .*another engine plays from this state folder/m);
  const after = await statusOf(stateFolder);
  expect(after?.engine.pid).toBe(before.engine.pid);
  expect(after?.engine.pid).toBe(first.pid);
  expect(faultOf(lastPlanFile(stateFolder))).toBe("");
});

test("a plan of another version, and one that is none, change neither the music nor the file", async () => {
  const { stateFolder, plan } = copyOfBox();
  const before = readFileSync(plan);
  await using engine = BareEngine.start(stateFolder);
  await engine.playing();
  const client = await EngineClient.connect(stateFolder, "controller", "test");
  try {
    const good = storedPlan(stateFolder) as Plan;
    for (const wrong of [
      { ...good, version: PLAN_VERSION + 1 },
      { ...good, session: { ...good.session, racks: "none" } },
      [],
    ])
      await expect(client.request("plan", { plan: wrong, at: "now" })).rejects.toMatchObject({
        code: "PLAN_INVALID",
      });
    expect((await client.request("plan", { plan: good, at: "now" })).changed).toStrictEqual([]);
  } finally {
    client.close();
  }
  expect((await statusOf(stateFolder))?.plan.hash).toBe(originHash);
  expect(readFileSync(plan).equals(before)).toBe(true);
});

test(
  "what was edited while the box was off plays after the next start",
  async () => {
    const { folder } = copyOfBox();
    writeFileSync(
      path.join(folder, "downbeat.yaml"),
      settingsText({ "midi.virtualPort": null, "master.gainDb": -6 }),
    );
    await using box = await RunningBox.start({ folder });
    await eventually("another plan plays", async () => (await box.status()).plan.hash !== originHash);
  },
  WITH_NODE_MS,
);
