// SPDX-License-Identifier: GPL-3.0-or-later
// Something ends the engine, or Node, again and again: after a few times the box plays and is served without what
// does it, says so, and nothing of the owner's is lost.
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STRIKES_FOR_DEFAULTS } from "../../engine/app/strike-book.ts";
import { BareEngine, statusOf } from "../support/bare-engine.ts";
import { downbeat } from "../support/downbeat-command.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  settingsText,
  transportOf,
} from "../support/running-box.ts";
import { checkedFile, faultOf, lastPlanFile, strikesFile } from "../support/stored-plan.ts";

const LONG_MS = 120_000;
const STRIKES_FOR_PLAN = 3;
const SETTINGS = { "midi.virtualPort": null, "link.quantum": 5 };

/** A box that has played and was stopped; copied for every test. */
let origin: string;
let originHash: string;
const folders: string[] = [];

beforeAll(async () => {
  origin = makeBoxFolder({ settings: SETTINGS });
  folders.push(origin);
  await using box = await RunningBox.start({ folder: origin });
  await eventually("the plan is stored", () => existsSync(lastPlanFile(box.stateFolder)));
  originHash = (await box.status()).plan.hash;
  expect(await box.stop(), box.output).toBe(0);
}, LONG_MS);

afterAll(() => {
  for (const folder of folders) removeBoxFolder(folder);
});

function copyOfBox(): { readonly folder: string; readonly state: string } {
  const folder = makeBoxFolder();
  folders.push(folder);
  cpSync(origin, folder, { recursive: true });
  return { folder, state: path.join(folder, "state") };
}

const strikes = (state: string): number =>
  Number(/"strikes":(\d+)/.exec(readFileSync(strikesFile(state), "utf8"))?.[1] ?? Number.NaN);

/** Plays for a moment and ends without a word. */
async function dieQuickly(state: string): Promise<string> {
  await using engine = BareEngine.start(state);
  const { hash } = (await engine.playing()).plan;
  process.kill(engine.pid, "SIGKILL");
  expect(await engine.ended).toBe("SIGKILL");
  return hash;
}

const struckPlan = (state: string): string => path.join(state, "last-plan.struck-1.json");

test(
  "after three quick deaths of the engine the last plan is set aside, said everywhere, until something changes",
  async () => {
    const { folder, state } = copyOfBox();
    const plan = readFileSync(lastPlanFile(state));
    for (let death = 1; death <= STRIKES_FOR_PLAN; death += 1) {
      expect(await dieQuickly(state)).toBe(originHash);
      expect(strikes(state)).toBe(death);
    }
    await using engine = BareEngine.start(state);
    const status = await engine.playing();
    expect(status.engine.startedFrom).toBe("builtIn");
    expect(status.engine.note).toMatch(
      /^the engine ended 3 times within a minute of its start: .*last-plan\.struck-1\.json$/,
    );
    expect(engine.output).toContain(status.engine.note);
    await eventually(
      "it plays",
      async () => transportOf((await statusOf(state)) ?? status).status === "playing",
    );
    // Kept as it was.
    expect(readFileSync(struckPlan(state)).equals(plan)).toBe(true);
    expect(existsSync(lastPlanFile(state))).toBe(false);

    // Node makes the same plan, and must not begin the loop anew.
    await using box = await RunningBox.start({ folder, arguments: ["--attach"] });
    await box.says(/this plan ended the engine 3 times within a minute/);
    expect((await box.status()).plan.hash).toBe("");
    const health = await box.get("/health");
    expect(health.engine_beats).toBe(true);
    expect(health.problems).toContainEqual(
      expect.stringMatching(/^the engine ended 3 times within a minute/),
    );
    const told = await downbeat(["status", "--state", state]);
    expect(told.stdout).toMatch(/^Trouble +the engine ended 3 times/m);
    const doctor = await downbeat(["doctor", "--state", state, "--config", box.settingsFile]);
    expect(doctor.stdout).toMatch(/warning +plan +the built-in session plays: the engine ended 3 times/);

    // Whatever was changed, it is another plan.
    box.save(settingsText({ ...SETTINGS, "master.gainDb": -3 }));
    await eventually("the plan of the settings plays", async () => {
      const { plan: playing, engine: now } = await box.status();
      return playing.hash !== "" && playing.hash !== originHash && now.note === "";
    });
    await eventually(
      "it is stored",
      () => existsSync(lastPlanFile(state)) && faultOf(lastPlanFile(state)) === "",
    );
    expect(await box.stop()).toBe(0);
  },
  LONG_MS,
);

test(
  "a first plan that ends the engine is not played after it was set aside",
  async () => {
    const { state } = copyOfBox();
    const text = readFileSync(lastPlanFile(state), "utf8");
    const first = path.join(state, "first-plan.json");
    writeFileSync(first, JSON.stringify(JSON.parse(text.slice(text.indexOf("\n") + 1)), null, 1));
    for (let death = 0; death < STRIKES_FOR_PLAN; death += 1) await dieQuickly(state);
    for (let start = 0; start < 2; start += 1) {
      await using engine = BareEngine.start(state, ["--first-plan", first]);
      expect((await engine.playing()).engine.startedFrom).toBe("builtIn");
      expect(await engine.stop()).toBe(0);
    }
  },
  LONG_MS,
);

test(
  "an engine that is ended in order is no strike",
  async () => {
    const { state } = copyOfBox();
    for (let start = 0; start < 4; start += 1) {
      await using engine = BareEngine.start(state);
      expect((await engine.playing()).plan.hash).toBe(originHash);
      if (start % 2 === 0) await downbeat(["stop", "--state", state]);
      else expect(await engine.stop()).toBe(0);
      await engine.ended;
      expect(strikes(state)).toBe(0);
    }
  },
  LONG_MS,
);

test(
  "power that goes away again and again within a minute does not cost the session",
  async () => {
    const { state } = copyOfBox();
    for (let pull = 0; pull < 5; pull += 1) {
      expect(await dieQuickly(state)).toBe(originHash);
      expect(strikes(state)).toBe(1);
      // What the file of a machine looks like that was started again since.
      const before = readFileSync(strikesFile(state), "utf8");
      const content = before
        .slice(before.indexOf("\n") + 1)
        .replace(/"boot":"[^"]*"/, `"boot":"before ${pull}"`);
      writeFileSync(strikesFile(state), checkedFile(content, "strikes"));
    }
    expect(readdirSync(state).filter((name) => name.includes("struck"))).toEqual([]);
  },
  LONG_MS,
);

test(
  "after six quick deaths of Node it runs with default settings, says so, and leaves the music alone",
  async () => {
    const { folder, state } = copyOfBox();
    await using engine = BareEngine.start(state);
    await engine.playing();
    const book = path.join(state, "node-strikes.json");
    for (let death = 1; death <= STRIKES_FOR_DEFAULTS; death += 1) {
      await using box = await RunningBox.start({ folder, arguments: ["--attach"], waits: false });
      await eventually(
        `strike ${death}`,
        () => existsSync(book) && readFileSync(book, "utf8").includes(`"strikes":${death},`),
      );
      box.signal("SIGKILL");
      expect(await box.stop()).toBe("SIGKILL");
    }
    await using box = await RunningBox.start({ folder, arguments: ["--attach"] });
    await box.says(/^Downbeat ended 6 times within a minute of its start: it runs with the default settings/);
    const during = await box.status();
    expect(during.plan.hash).toBe(originHash);
    expect(during.link.quantum).toBe(5);
    expect(transportOf(during).status).toBe("playing");
    const isTold = async (): Promise<boolean> =>
      JSON.stringify((await box.get("/health")).problems).includes("Downbeat ended 6 times");
    expect(await isTold()).toBe(true);
    const told = await downbeat(["status", "--state", state]);
    expect(told.stdout).toMatch(/^Trouble +Downbeat ended 6 times/m);
    const doctor = await downbeat(["doctor", "--state", state, "--config", box.settingsFile]);
    expect(doctor.stdout).toMatch(/PROBLEM +settings +Downbeat ended 6 times/);

    // Its owner mends the settings: they are taken, and all is as it should be.
    box.save(settingsText({ ...SETTINGS, "link.quantum": 6 }));
    await eventually("6 beats", async () => (await box.transport()).quantum === 6);
    expect(await isTold()).toBe(false);
    expect((await downbeat(["status", "--state", state])).stdout).not.toMatch(/^Trouble/m);
    expect(await box.stop()).toBe(0);
    await using next = await RunningBox.start({ folder, arguments: ["--attach"] });
    expect(next.sentences.join("\n")).not.toMatch(/default settings/);
    expect(await next.stop()).toBe(0);
  },
  LONG_MS,
);
