// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes as a player has them: saved while the box plays, called back from the command line, over HTTP and by a pad,
// also without Node, and there again after power.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import type { EngineStatus } from "../../engine/binding/engine-status.ts";
import { downbeat } from "../support/downbeat-command.ts";
import { messagesOf } from "../support/midi-wire.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { eventually, RunningBox } from "../support/running-box.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const VERSE_PAD = 48;
const GAIN = 1;

let keys: PtyRecorder;
let synth: PtyRecorder;
let box: RunningBox;

beforeAll(async () => {
  keys = await PtyRecorder.start();
  synth = await PtyRecorder.start();
  box = await RunningBox.start({
    settings: {
      "midi.virtualPort": null,
      "midi.ports": [
        { id: "keys", kind: "serial", name: keys.path, clock: false, startStop: false, songPosition: false },
        { id: "lead", kind: "serial", name: synth.path, profile: "korg_nts1_mk2", clock: false },
      ],
      scenes: [{ id: "verse", fadeMs: 20 }, { id: "chorus" }],
      mappings: [
        { id: "verse-pad", port: "keys", source: "note", number: VERSE_PAD, target: "scene", param: "verse" },
        {
          id: "level",
          port: "keys",
          number: 7,
          target: "rack:drums",
          param: "gain",
          takeover: "jump",
          max: 1,
        },
      ],
    },
  });
  await eventually("the synth is known", () => /port lead plays/.test(box.output));
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await keys?.stop();
  await synth?.stop();
});

const gainOf = async (): Promise<number> => {
  const client = await EngineClient.connect(box.stateFolder, "observer", "test");
  try {
    const { values } = await client.request("params", { node: "rack:drums" });
    return (values as Record<string, number>)[GAIN] ?? Number.NaN;
  } finally {
    client.close();
  }
};
const near = (value: number) => async () => Math.abs((await gainOf()) - value) < 0.01;
const present = async (): Promise<EngineStatus["mapping"]["scene"]> => (await box.status()).mapping.scene;
const places = () => ["--config", box.settingsFile, "--state", box.stateFolder];
const scenesOf = () =>
  (parse(readFileSync(box.settingsFile, "utf8")) as { scenes: { id: string; values: object[] }[] }).scenes;
const turn = (value: number): void => keys.send(0xb0, 7, value);

test("what hands have made is saved by name, with the file's own comments kept", async () => {
  const before = readFileSync(box.settingsFile, "utf8");
  turn(32);
  await eventually("the level is down", near(32 / 127));
  await box.post("/synths/parameter?port=lead&parameter=filter.cutoff&value=0.25");
  const saved = await box.post("/scenes/save?scene=verse");
  expect(saved).toMatchObject({ scene: "verse", values: 2, replaced: true });
  const verse = scenesOf().find(({ id }) => id === "verse");
  expect(verse).toMatchObject({
    fadeMs: 20,
    values: [
      { target: "rack:drums", param: "gain" },
      { target: "synth:lead", param: "filter_cutoff", value: 0.25 },
    ],
  });
  const comments = (text: string) => text.split("\n").filter((line) => line.trim().startsWith("#"));
  expect(comments(readFileSync(box.settingsFile, "utf8"))).toEqual(comments(before));
});

test("a scene is called over HTTP and comes back, to the synth as well", async () => {
  turn(127);
  await eventually("the level is up", near(1));
  await box.post("/synths/parameter?port=lead&parameter=filter.cutoff&value=1");
  await eventually("the engine has the new scene", async () => {
    const { scenes } = (await box.get("/scenes")) as { scenes: { id: string; values: number }[] };
    return scenes.find(({ id }) => id === "verse")?.values === 2;
  });
  // The mapping with it is on its way to the engine.
  await eventually("it is there", async () => {
    await box.post("/scenes/recall?scene=verse");
    return (await near(32 / 127)()) && (await present()) === "verse";
  });
  await eventually("the synth is told", () => {
    const sent = messagesOf(synth.bytes).filter(({ status, data }) => status === 0xb0 && data[0] === 43);
    return sent.at(-1)?.data[1] === 32;
  });
});

test("a scene that says nothing of it leaves nothing of the other behind", async () => {
  expect(await box.post("/scenes/recall?scene=chorus")).toEqual({ scene: "chorus", start: "now" });
  const planned = await eventually("the level is the session's", async () => {
    const gain = await gainOf();
    return Math.abs(gain - 32 / 127) > 0.01 ? gain : null;
  });
  expect(planned).toBeGreaterThan(0.3);
  await eventually("it is the present one", async () => (await present()) === "chorus");
});

test("a pad calls it while Node stands, and after power it is there", async () => {
  box.node.kill("SIGSTOP");
  try {
    keys.send(0x90, VERSE_PAD, 100, 0x80, VERSE_PAD, 0);
    await eventually("the level is down", near(32 / 127));
  } finally {
    box.node.kill("SIGCONT");
  }
  const { pid } = (await box.status()).engine;
  await eventually("it is kept", () =>
    readFileSync(`${box.stateFolder}/live-state.json`, "utf8").includes('"scene":"verse"'),
  );
  process.kill(pid, "SIGKILL");
  await eventually("another engine plays", async () => {
    const status = await box.statusOrNull();
    return status !== null && status.engine.pid !== pid && status.mapping.scene === "verse";
  });
  await eventually("with what was there", near(32 / 127));
});

test("the verb lists, calls, saves and removes, and says what it does not know", async () => {
  const listed = JSON.parse((await downbeat(["scene", "list", ...places(), "--json"])).stdout);
  expect(listed).toMatchObject([
    { id: "verse", values: 2, fadeMs: 20, present: true },
    { id: "chorus", values: 0, present: false },
  ]);
  const called = await downbeat(["scene", "recall", "chorus", "--start", "bar", ...places()]);
  expect([called.exitCode, called.stdout]).toEqual([0, "scene chorus, from the next bar on\n"]);
  await eventually("the bar came", async () => (await present()) === "chorus");
  const unknown = await downbeat(["scene", "recall", "vers", ...places()]);
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    1,
    expect.stringMatching(/got "vers"\. Did you mean verse/),
  ]);
  turn(64);
  await eventually("the level is in the middle", near(64 / 127));
  expect((await downbeat(["scene", "save", "bridge", ...places()])).stdout).toMatch(
    /scene bridge with \d values is in/,
  );
  expect(scenesOf().map(({ id }) => id)).toEqual(["verse", "chorus", "bridge"]);
  expect((await downbeat(["scene", "remove", "bridge", "--config", box.settingsFile])).stdout).toBe(
    "scene bridge is gone\n",
  );
  expect(scenesOf().map(({ id }) => id)).toEqual(["verse", "chorus"]);
  const wrong = await (
    await fetch(`${box.url}/scenes/recall?scene=verse&start=soon`, { method: "POST" })
  ).json();
  expect(wrong).toMatchObject({ error: { code: "VALUE_INVALID", message: expect.stringContaining("soon") } });
});
