// SPDX-License-Identifier: GPL-3.0-or-later
// Live tracks over minutes, in seconds: they change by themselves and back, they drift when nobody plays and
// return on a touch, and a file is rendered as they would be heard.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { DOWNBEAT, eventually, makeBoxFolder, RunningBox, removeBoxFolder } from "../support/running-box.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const KNOB = 21;

interface SequencerJson {
  readonly tracks: readonly { readonly id: string; readonly parameters: Readonly<Record<string, number>> }[];
  readonly ambience: number;
  readonly history: readonly string[];
}

let folder: string;
let keys: PtyRecorder;
let box: RunningBox;

beforeAll(async () => {
  keys = await PtyRecorder.start();
  const tracks = [
    {
      id: "tune",
      target: "bass:acid",
      patterns: ["x..x..x.x..x..x."],
      notes: "0 3 5 7",
      scale: "minor",
      root: "C3",
    },
    { id: "still", target: "virtual", patterns: ["eighths"], probability: 0.6, mutates: false },
  ];
  const port = { kind: "serial", clock: false, startStop: false, songPosition: false };
  folder = makeBoxFolder({
    settings: {
      "midi.ports": [{ id: "keys", name: keys.path, ...port }],
      mappings: [
        {
          id: "swing",
          port: "keys",
          number: KNOB,
          target: "track:tune",
          param: "swingPercent",
          takeover: "jump",
        },
      ],
      "sequencer.tracks": tracks,
      "sequencer.mutation.enabled": true,
      "sequencer.mutation.minSeconds": 1,
      "sequencer.mutation.maxSeconds": 1,
      "sequencer.idle.enabled": true,
      "sequencer.idle.afterSeconds": 2,
      "sequencer.idle.fadeInSeconds": 0.2,
      "sequencer.idle.fadeOutSeconds": 0.1,
    },
  });
  box = await RunningBox.start({ folder });
  // The engine may still have its last plan.
  await eventually("the track plays", async () => {
    const answer = await box.post("/sequencer/parameter?track=tune&parameter=density&value=0.7");
    return !Object.hasOwn(answer, "error");
  });
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await keys?.stop();
  removeBoxFolder(folder);
});

const sequencer = async () => (await box.get("/sequencer")) as unknown as SequencerJson;
const ambienceIs = (value: number) =>
  eventually(`the ambience is ${value}`, async () => (await sequencer()).ambience === value);

test("a parameter is set by its name, and told", async () => {
  expect(await box.post("/sequencer/parameter?track=tune&parameter=density&value=0.5")).toEqual({
    track: "tune",
    parameter: "density",
    value: 0.5,
    atBar: false,
  });
  expect(await box.post("/sequencer/parameter?track=tune&parameter=root&value=A2")).toMatchObject({
    value: 45,
    atBar: true,
  });
  await eventually("it is told", async () => {
    const track = (await sequencer()).tracks.find(({ id }) => id === "tune");
    return track?.parameters.density === 0.5 && track.parameters.root === 45;
  });
});

test.each([
  ["track=tun&parameter=density&value=1", "TRACK_UNKNOWN", /Did you mean tune/],
  ["track=tune&parameter=densty&value=1", "PARAMETER_UNKNOWN", /Did you mean density/],
  ["track=tune&parameter=density&value=2", "VALUE_INVALID", /expected 0 to 1, got "2"/],
  ["track=tune&parameter=density", "VALUE_MISSING", /value/],
])("%s is refused", async (query, code, sentence) => {
  const { error } = (await box.post(`/sequencer/parameter?${query}`)) as {
    error: { code: string; message: string };
  };
  expect(error.code).toBe(code);
  expect(error.message).toMatch(sentence);
});

test("when nobody plays it drifts; a knob brings it back, and so does a page", async () => {
  await ambienceIs(1);
  keys.send(0xb0, KNOB, 64);
  await ambienceIs(0);
  await ambienceIs(1);
  await box.post("/transport/tempo?bpm=123");
  await ambienceIs(0);
  expect(box.output).toMatch(/nobody plays: drifting to slow_fade/);
});

test("it changes by itself, one thing after the other, and what changed can be taken back", async () => {
  await eventually("something changed", async () => (await sequencer()).history.length >= 2);
  const before = (await sequencer()).history;
  for (const sentence of before) expect(sentence).toMatch(/^tune: /);
  const { change } = (await box.post("/sequencer/undo")) as { change: string };
  expect(change).toMatch(/^tune: /);
  expect(((await box.post("/sequencer/mutate")) as { change: string }).change).toMatch(/^tune: /);
});

test("a Node that comes back goes on with the history", async () => {
  const length = (await sequencer()).history.length;
  expect(await box.stop(), box.output).toBe(0);
  box = await RunningBox.start({ folder });
  expect((await sequencer()).history.length).toBeGreaterThanOrEqual(length);
});

test("a file is rendered with the live tracks of the settings, the same every time", () => {
  const render = (...options: readonly string[]): string => {
    const out = path.join(folder, "out.wav");
    const file = path.join(projectFolder(), "config", "sessions", "first-light.json");
    const verb = ["render", file, "--bars", "2", "--out", out, "--sha256", "--json"];
    const said = execFileSync(DOWNBEAT, [...verb, ...options], { encoding: "utf8", stdio: "pipe" });
    return (JSON.parse(said) as { sha256: string }).sha256;
  };
  const settings = ["--config", box.settingsFile];
  const living = render(...settings);
  expect(render(...settings, "--threads", "1")).toBe(living);
  expect(render()).not.toBe(living);
});
