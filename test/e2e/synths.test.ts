// SPDX-License-Identifier: GPL-3.0-or-later
// A synth on a cable, its parameters by name: over HTTP, from the command line, and again when it was unplugged.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";
import type { ParameterDone, Synth } from "../../engine/control/synth-face.ts";
import { messagesOf } from "../support/midi-wire.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { eventually, RunningBox } from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let cable: string;
let synth: PtyRecorder;
let box: RunningBox;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-synths-"));
  cable = path.join(folder, "cable");
  await plugIn();
  box = await RunningBox.start({
    settings: {
      "midi.virtualPort": null,
      "midi.ports": [{ id: "lead", kind: "serial", name: cable, profile: "korg_nts1_mk2", clock: false }],
    },
  });
  await eventually("the profile is read", () => /port lead plays/.test(box.output));
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await synth?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function plugIn(): Promise<void> {
  synth = await PtyRecorder.start();
  rmSync(cable, { force: true });
  symlinkSync(synth.path, cable);
}

/** Controllers as they arrived: `number value`. */
const controllers = () =>
  messagesOf(synth.bytes)
    .filter(({ status }) => (status & 0xf0) === 0xb0)
    .map(({ data }) => data.join(" "));

const textsOf = (messages: readonly (readonly number[])[]) =>
  messages.map(([, number, value]) => `${number} ${value}`);

async function set(parameter: string, value: string | number): Promise<ParameterDone> {
  const query = new URLSearchParams({ parameter, value: String(value) });
  const response = await fetch(`${box.url}/synths/parameter?${query}`, { method: "POST" });
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as ParameterDone;
}

async function valuesOf(): Promise<ReadonlyMap<string, number | string>> {
  const { synths } = (await (await fetch(`${box.url}/synths`)).json()) as { synths: readonly Synth[] };
  const parameters = synths.flatMap((one) => one.parameters);
  return new Map(parameters.flatMap(({ id, value }) => (value === null ? [] : [[id, value] as const])));
}

test("a role is the synth's own controller, and what was set is known", async () => {
  const done = await set("filter.cutoff", 0.75);
  expect(done.sent).toBe(true);
  await eventually("it arrives", () => textsOf(done.messages).every((text) => controllers().includes(text)));
  expect((await valuesOf()).get(done.parameter)).toBe(0.75);
});

test("`downbeat profile send` does the same, with a label", async () => {
  const { stdout } = await promisify(execFile)(path.join(projectFolder(), "downbeat"), [
    ...["profile", "send", "filter_type", "OFF", "--json"],
    ...["--config", box.settingsFile, "--state", box.stateFolder],
  ]);
  const done = JSON.parse(stdout) as ParameterDone;
  await eventually("it arrives", () => textsOf(done.messages).every((text) => controllers().includes(text)));
  expect((await valuesOf()).get("filter_type")).toBe("OFF");
});

test("a synth that was unplugged gets everything again, steps first, with what was set meanwhile", async () => {
  await set("filter.cutoff", 0.5);
  await synth.stop();
  await eventually("the box notices", () => /MIDI lead: /.test(box.output));
  const resonance = await set("filter.resonance", 0.25);
  expect(resonance.sent).toBe(false);
  await plugIn();
  const cutoff = { parameter: "filter_cutoff", value: 0.5 };
  const wanted = textsOf(resonance.messages);
  await eventually("it is told", () => wanted.every((text) => controllers().includes(text)), 20_000);
  const values = await valuesOf();
  expect(values.get(cutoff.parameter)).toBe(cutoff.value);
  const told = controllers();
  const numbers = told.map((text) => text.split(" ")[0]);
  // Its filter type (controller 42) is a list; cutoff (43) is not.
  expect(numbers.indexOf("42")).toBeGreaterThanOrEqual(0);
  expect(numbers.indexOf("42")).toBeLessThan(numbers.indexOf("43"));
});

test("nonsense is a sentence", async () => {
  const answers = [
    ["parameter=filter_cutof&value=0", 404, "PARAMETER_UNKNOWN"],
    ["parameter=filter.cutoff&value=7", 400, "VALUE_INVALID"],
    ["parameter=filter.cutoff", 400, "VALUE_MISSING"],
    ["parameter=filter.cutoff&value=0&prot=lead", 400, "VALUE_UNKNOWN"],
    ["parameter=filter.cutoff&value=0&port=nobody", 404, "SYNTH_UNKNOWN"],
  ] as const;
  for (const [query, status, code] of answers) {
    const response = await fetch(`${box.url}/synths/parameter?${query}`, { method: "POST" });
    expect(response.status, query).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { code, message: expect.stringContaining("POST /synths") },
    });
  }
});
