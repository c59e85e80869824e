// SPDX-License-Identifier: GPL-3.0-or-later
// Synths on cables that say who they are when they are asked: each gets its profile, two of a kind stay apart, and
// another one in the place of the first gets nothing of what was said to that.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Synth } from "../../engine/control/synth-face.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { DOWNBEAT, eventually, RunningBox } from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const REQUEST = "f0 7e 7f 06 01 f7";
const NTS_1_MK2 = [0xf0, 0x7e, 0x00, 0x06, 0x02, 0x42, 0x73, 0x01, 0x01, 0x00, 0x03, 0x00, 0x01, 0x00, 0xf7];
const MICROFREAK = [
  ...[0xf0, 0x7e, 0x7f, 0x06, 0x02, 0x00, 0x20, 0x6b, 0x06, 0x00, 0x06, 0x01],
  ...[0x04, 0x00, 0x00, 0x01, 0xf7],
];
const STRANGER = NTS_1_MK2.with(6, 0x11);

let folder: string;
let box: RunningBox;
const cables = new Map<string, PtyRecorder>();
const synths: AnsweringSynth[] = [];

/** Answers every request that it hears, as one program with its cable. */
class AnsweringSynth {
  readonly cable: PtyRecorder;
  readonly #timer: NodeJS.Timeout;
  answered = 0;

  constructor(cable: PtyRecorder, answer: readonly number[]) {
    this.cable = cable;
    this.#timer = setInterval(() => {
      while (requestsAt(cable) > this.answered) {
        this.answered += 1;
        // A clock of its own in between, as synths send it.
        cable.send(...answer.slice(0, 7), 0xf8, ...answer.slice(7));
      }
    }, 5);
    synths.push(this);
  }

  async unplug(): Promise<void> {
    clearInterval(this.#timer);
    await this.cable.stop();
  }
}

function requestsAt({ bytes }: PtyRecorder): number {
  const text = bytes
    .filter(({ byte }) => byte < 0xf8)
    .map(({ byte }) => byte.toString(16).padStart(2, "0"))
    .join(" ");
  return text.split(REQUEST).length - 1;
}

async function plugIn(port: string, answer: readonly number[] | null): Promise<AnsweringSynth | null> {
  const cable = await PtyRecorder.start();
  cables.set(port, cable);
  rmSync(path.join(folder, port), { force: true });
  symlinkSync(cable.path, path.join(folder, port));
  return answer === null ? null : new AnsweringSynth(cable, answer);
}

const portOf = (id: string, rest: object = {}) => ({
  ...{ id, kind: "serial", name: path.join(folder, id), clock: false },
  ...rest,
});

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-who-"));
  await plugIn("left", NTS_1_MK2);
  await plugIn("right", NTS_1_MK2);
  await plugIn("keys", null);
  await plugIn("mute", NTS_1_MK2);
  await plugIn("fixed", MICROFREAK);
  box = await RunningBox.start({
    settings: {
      "midi.virtualPort": null,
      "midi.ports": [
        portOf("left"),
        portOf("right", { profile: "auto", channel: 2 }),
        portOf("keys"),
        portOf("mute", { profile: null }),
        portOf("fixed", { profile: "volca_keys" }),
      ],
    },
  });
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  for (const synth of synths) await synth.unplug();
  for (const cable of cables.values()) await cable.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function profilesAtPorts(): Promise<readonly (readonly [string, string, number])[]> {
  const { synths: there = [] } = (await box.get("/synths")) as unknown as { synths?: readonly Synth[] };
  return there.map(({ port, profile, channel }) => [port, profile, channel] as const);
}

async function downbeat(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(DOWNBEAT, [...args, "--state", box.stateFolder]);
  return stdout;
}

const shownValue = async (port: string, id: string) => {
  const { synths: there } = (await box.get("/synths")) as unknown as { synths: readonly Synth[] };
  return there.find((synth) => synth.port === port)?.parameters.find((one) => one.id === id)?.value;
};

test("synths that answer get their profiles, and two of a kind are two ports", async () => {
  await eventually("both are found", async () => {
    const found = await profilesAtPorts();
    return found.length === 3 && found;
  });
  expect(await profilesAtPorts()).toEqual([
    ["left", "korg_nts1_mk2", 1],
    ["right", "korg_nts1_mk2", 2],
    ["fixed", "volca_keys", 1],
  ]);
  const done = (await box.post("/synths/parameter?port=right&parameter=filter.cutoff&value=1")) as {
    messages: number[][];
  };
  expect(done.messages[0]?.[0]).toBe(0xb1);
});

test("nobody is asked whom the settings name, or who is to be left alone; who is silent is asked three times", async () => {
  await eventually("the keyboard is given up", async () => {
    const { ports } = (await box.status()).midi;
    return ports.find(({ id }) => id === "keys")?.identity?.state === "silent";
  });
  const asked = [...cables].map(([port, cable]) => [port, requestsAt(cable)] as const);
  expect(new Map(asked)).toEqual(
    new Map([
      ["left", 1],
      ["right", 1],
      ["keys", 3],
      ["mute", 0],
      ["fixed", 0],
    ]),
  );
});

test("devices, status, doctor and the list of profiles say who is there", async () => {
  const config = ["--config", box.settingsFile];
  expect(await downbeat("devices")).toMatch(/left .* open +answers as korg_nts1_mk2/);
  const { synths: there } = JSON.parse(await downbeat("devices", "--json")) as { synths: unknown[] };
  expect(there).toContainEqual(
    expect.objectContaining({ port: "right", profile: "korg_nts1_mk2", by: "answer" }),
  );
  expect(await downbeat("status")).toMatch(/MIDI +keys: open, .*, nobody says who is there/);
  expect(await downbeat("profile", "list", ...config)).toMatch(/^korg_nts1_mk2 .* at left, right$/m);
  const doctor = await downbeat("doctor", ...config).catch((error: { stdout: string }) => error.stdout);
  expect(doctor).toMatch(/left: .*; answers as korg_nts1_mk2/);
});

test("the same synth plugged in again knows everything again; another one is told nothing of it", async () => {
  await box.post("/synths/parameter?port=left&parameter=filter.cutoff&value=0.5");
  expect(await shownValue("left", "filter_cutoff")).toBe(0.5);
  const first = synths[0];
  await first?.unplug();
  await eventually("the box notices", () => /MIDI left: /.test(box.output));
  const again = await plugIn("left", NTS_1_MK2);
  const cutoffs = (synth: AnsweringSynth | null) =>
    synth?.cable.bytes.filter(({ byte }, i, all) => byte === 43 && all[i - 1]?.byte === 0xb0).length ?? 0;
  await eventually("it is told", () => cutoffs(again) > 0, 20_000);
  expect(again?.answered).toBe(1);
  await again?.unplug();
  const other = await plugIn("left", MICROFREAK);
  await eventually(
    "it is found",
    async () => (await profilesAtPorts()).some(([port, id]) => port === "left" && id === "microfreak"),
    20_000,
  );
  expect(other?.answered).toBe(1);
  expect(other?.cable.bytes.filter(({ byte }) => (byte & 0xf0) === 0xb0)).toEqual([]);
});

test("a stranger has no profile, and the log says what it answers", async () => {
  await synths.at(-1)?.unplug();
  await plugIn("left", STRANGER);
  await box.says(/port left: who is there answers 42 \/ 11 01 \/ 01 00, which no profile knows/, 20_000);
  await eventually("it has no profile", async () =>
    (await profilesAtPorts()).every(([port]) => port !== "left"),
  );
  expect(JSON.parse(readFileSync(path.join(box.stateFolder, "synths.json"), "utf8"))).toEqual({
    version: 1,
    ports: { right: { profile: "korg_nts1_mk2", by: "answer" } },
  });
});
