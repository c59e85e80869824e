// SPDX-License-Identifier: GPL-3.0-or-later
// A keyboard with knobs on a cable: what its knobs, pads and keys do, with Node there and without it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import { projectFolder } from "../../engine/binding/places.ts";
import { BareEngine, statusOf } from "../support/bare-engine.ts";
import { messagesOf } from "../support/midi-wire.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  transportOf,
} from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const CUTOFF_KNOB = 21;
const SYNTH_KNOB = 22;
const GAIN_KNOB = 23;
const TEMPO_KNOB = 24;
const LEARNED_KNOB = 77;
const MUTE_PAD = 36;
const PLAY_PAD = 40;

let folder: string;
let keys: PtyRecorder;
let synth: PtyRecorder;
let engine: BareEngine;

beforeAll(async () => {
  keys = await PtyRecorder.start();
  synth = await PtyRecorder.start();
  folder = makeBoxFolder({
    settings: {
      "midi.virtualPort": null,
      "midi.ports": [
        { id: "keys", kind: "serial", name: keys.path, clock: false, startStop: false, songPosition: false },
        { id: "lead", kind: "serial", name: synth.path, profile: "korg_nts1_mk2", clock: false },
      ],
      mappings: [
        {
          id: "cutoff",
          port: "keys",
          number: CUTOFF_KNOB,
          target: "bass:acid",
          param: "cutoff",
          takeover: "jump",
        },
        { id: "bright", port: "keys", number: SYNTH_KNOB, target: "synth:lead", param: "arp_length" },
        { id: "drums", port: "keys", number: GAIN_KNOB, target: "rack:drums", param: "gain", feedback: true },
        {
          id: "speed",
          port: "keys",
          number: TEMPO_KNOB,
          target: "transport",
          param: "tempo",
          min: 60,
          max: 187,
        },
        {
          id: "hush",
          port: "keys",
          source: "note",
          number: MUTE_PAD,
          reading: "toggle",
          target: "rack:bass",
          param: "mute",
        },
        {
          id: "start",
          port: "keys",
          source: "note",
          number: PLAY_PAD,
          target: "transport",
          param: "playStop",
        },
        { id: "stranger", port: "keys", number: 99, target: "bass:nobody", param: "cutoff" },
      ],
    },
  });
  await using box = await RunningBox.start({ folder });
  await eventually("the synth is known", () => /port lead plays/.test(box.output));
  const plan = path.join(folder, "state", "last-plan.json");
  await eventually(
    "the mapping is stored, the synth's too",
    () => existsSync(plan) && readFileSync(plan, "utf8").includes('"bright"'),
  );
  expect(box.output).toMatch(/stranger.*nobody/);
  expect(await box.stop(), box.output).toBe(0);
  // From here on there is no Node.
  engine = BareEngine.start(path.join(folder, "state"));
  await engine.playing();
  await eventually("both cables are open", async () => {
    const status = await statusOf(engine.stateFolder);
    return status?.midi.ports.every(({ state }) => state === "open") === true;
  });
});
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await keys?.stop();
  await synth?.stop();
  removeBoxFolder(folder);
});

const turn = (number: number, value: number) => keys.send(0xb0, number, value);
const strike = (note: number) => {
  keys.send(0x90, note, 100);
  keys.send(0x80, note, 0);
};
const controllersOf = (port: PtyRecorder) =>
  messagesOf(port.bytes)
    .filter(({ status }) => (status & 0xf0) === 0xb0)
    .map(({ data }) => data.join(" "));

async function ask(type: string, fields: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const client = await EngineClient.connect(engine.stateFolder, "observer", "mapping test");
  try {
    return await client.request(type, fields);
  } finally {
    client.close();
  }
}
const transport = async () => {
  const status = await statusOf(engine.stateFolder);
  if (status === null) throw new Error("the engine is gone");
  return transportOf(status);
};
const attached = async () => {
  const { status } = (await ask("status")) as {
    status: { mapping: { entries: readonly { id: string; attached: boolean }[] } };
  };
  return status.mapping.entries.filter((entry) => entry.attached).map(({ id }) => id);
};

test("a knob is the synth's own controller, and every position of a sweep that ends is said", async () => {
  for (let value = 0; value <= 127; value += 1) turn(SYNTH_KNOB, value);
  await eventually("the end of the sweep arrives", () => controllersOf(synth).at(-1) === "119 127");
  const numbers = new Set(controllersOf(synth).map((text) => text.split(" ")[0]));
  expect([...numbers]).toStrictEqual(["119"]);
});

test("what a hand did to a synth is remembered by the engine", async () => {
  turn(SYNTH_KNOB, 64);
  await eventually("it arrives", () => controllersOf(synth).at(-1) === "119 64");
  await eventually("it is remembered", async () => {
    const { values } = await ask("midiValues");
    return JSON.stringify(values).includes(`"key":"arp_length","messages":[[176,119,64]]`);
  });
});

test("a pad starts and stops the song", async () => {
  await eventually("it plays by itself", async () => (await transport()).status === "playing");
  strike(PLAY_PAD);
  await eventually("it stands", async () => (await transport()).status === "stopped");
  strike(PLAY_PAD);
  await eventually("it plays", async () => (await transport()).status === "playing");
});

test("a knob sets the tempo", async () => {
  turn(TEMPO_KNOB, 40);
  await eventually(
    "the tempo is the knob's",
    async () => Math.abs((await transport()).tempoBpm - 100) < 0.01,
  );
});

test("a knob that is not where the value is picks it up by passing it", async () => {
  expect(await attached()).not.toContain("drums");
  turn(GAIN_KNOB, 127);
  turn(GAIN_KNOB, 120);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await attached()).not.toContain("drums");
  for (let value = 119; value >= 0; value -= 1) turn(GAIN_KNOB, value);
  await eventually("it was passed", async () => (await attached()).includes("drums"));
});

test("what came in can be read, with the port that it came from", async () => {
  const { newest } = (await ask("midiInputs")) as { newest: number };
  turn(CUTOFF_KNOB, 127);
  await eventually("it is heard", async () => {
    const { inputs } = (await ask("midiInputs", { since: newest })) as {
      inputs: readonly { port: string; bytes: readonly number[] }[];
    };
    return inputs.some(({ port, bytes }) => port === "keys" && bytes.join(" ") === `176 ${CUTOFF_KNOB} 127`);
  });
});

test("`downbeat map learn` writes the mapping of the knob that is turned", async () => {
  const program = path.join(projectFolder(), "downbeat");
  const learn = spawn(program, [
    ...["map", "learn", "rack:chords", "gain"],
    ...["--config", path.join(folder, "downbeat.yaml"), "--state", engine.stateFolder],
  ]);
  let said = "";
  for (const stream of [learn.stdout, learn.stderr]) stream.on("data", (text: Buffer) => (said += text));
  await eventually("it asks for the control", () => /Move the control/.test(said));
  for (let value = 0; value <= 127; value += 1) {
    turn(LEARNED_KNOB, value);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const [code] = await once(learn, "close");
  expect(code, said).toBe(0);
  const settings = readFileSync(path.join(folder, "downbeat.yaml"), "utf8");
  expect(settings).toMatch(/target: rack:chords/);
  expect(settings).toMatch(new RegExp(`number: ${LEARNED_KNOB}`));
  expect(said).toMatch(/rack:chords/);
});

test("what hands moved is there after the end", async () => {
  strike(MUTE_PAD);
  turn(CUTOFF_KNOB, 0);
  await eventually("the knob was heard", async () => (await attached()).includes("cutoff"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await engine.stop()).toBe(0);
  const live = readFileSync(path.join(folder, "state", "live-state.json"), "utf8");
  expect(live).toMatch(/bass:acid/);
  expect(live).toMatch(/rack:bass/);
});
