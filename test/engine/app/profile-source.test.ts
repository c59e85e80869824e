// SPDX-License-Identifier: GPL-3.0-or-later
// From the settings to the synths at the ports: nobody stays without a profile, and mistakes are told.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LoadedProfiles, loadProfiles } from "../../../engine/app/profile-source.ts";
import { loadSettingsBytes } from "../../../engine/config/load-settings.ts";
import { formatProblem } from "../../../engine/config/problem.ts";

let folder = "";
let file = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "downbeat-profiles-"));
  file = path.join(folder, "downbeat.yaml");
  await mkdir(path.join(folder, "profiles"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function load(text: string, before: LoadedProfiles | null = null): Promise<LoadedProfiles> {
  await writeFile(file, text);
  const { settings, state } = loadSettingsBytes(file, Buffer.from(text), "check");
  expect(state).toBe("good");
  return loadProfiles(settings, file, before);
}

function port(profile: string, rest = ""): string {
  return `midi:\n  ports:\n    - { id: left, kind: match, name: X, profile: ${profile}${rest} }\n`;
}

function sentences({ problems }: LoadedProfiles): string {
  return problems.map(formatProblem).join("\n");
}

test("without a synth at a port nothing is read", async () => {
  expect(await load("link: { quantum: 4 }\n")).toEqual({ ports: [], problems: [], files: [] });
});

test("a port has the profile it asks for, on its channel", async () => {
  const { ports, problems } = await load(port("korg_nts1_mk2", ", channel: 5"));
  expect(problems).toEqual([]);
  expect(ports).toMatchObject([{ port: "left", wanted: "korg_nts1_mk2", channel: 4, isGood: true }]);
  expect(ports[0]?.profile.name).toBe("Korg NTS-1 mkII");
});

test("two equal synths stay apart by their ports", async () => {
  const { ports } = await load(
    "midi:\n  ports:\n    - { id: a, kind: match, name: X, profile: volca_keys, channel: 1 }\n    - { id: b, kind: match, name: Y, profile: volca_keys, channel: 2 }\n",
  );
  expect(ports.map((each) => [each.port, each.channel])).toEqual([
    ["a", 0],
    ["b", 1],
  ]);
});

test("a profile that is not there is replaced by the fallback, and near names are given", async () => {
  const loaded = await load(port("korg_nts1mk2"));
  expect(loaded.ports[0]?.profile.id).toBe("generic_analog");
  expect(sentences(loaded)).toMatch(
    /downbeat\.yaml:3:\d+: warning: midi\.ports\[0\]\.profile: .*Did you mean korg_nts1_mk2, korg_nts1\? generic_analog is used\./,
  );
});

test("a fallback that is not there either is replaced by the one that always is", async () => {
  const loaded = await load(`${port("nowhere")}profiles: { fallback: nothing }\n`);
  expect(loaded.ports[0]?.profile.id).toBe("generic_analog");
});

test("profiles stand in the settings, in the older short form too", async () => {
  const { ports, problems } = await load(
    `${port("mine")}cc_profiles:\n  mine:\n    parameters:\n      cutoff: { cc: 70, curve: exponential, name: Cutoff }\n`,
  );
  expect(problems).toEqual([]);
  expect(ports[0]?.profile.parameters).toMatchObject([{ id: "cutoff", addresses: [{ cc: 70 }] }]);
});

test("a mistake in a profile of the settings is named by its line, also while no port asks for it", async () => {
  const loaded = await load("cc_profiles:\n  mine:\n    parameters:\n      cutoff: { cc: 700 }\n");
  expect(sentences(loaded)).toMatch(/downbeat\.yaml:4:21: cc_profiles\.mine\.parameters\.cutoff\.cc/);
});

test("a file of the folder comes before what is built in, and is watched before it is there", async () => {
  const own = path.join(folder, "profiles", "volca_keys.yaml");
  const first = await load(port("volca_keys"));
  expect(first.ports[0]?.profile.name).toBe("Korg volca keys");
  expect(first.files).toContain(own);
  await writeFile(own, "extends: volca_keys\nname: My volca\n");
  const second = await load(port("volca_keys"), first);
  expect(second.ports[0]?.profile.name).toBe("My volca");
  expect(second.ports[0]?.profile.parameters).toHaveLength(16);
});

test("after a mistake the good profile stays; at the start what is good of it is used", async () => {
  const own = path.join(folder, "profiles", "mine.yaml");
  await writeFile(own, "parameters: { a: { cc: 1 }, b: { cc: 2 } }\n");
  const good = await load(port("mine"));
  await writeFile(own, "parameters: { a: { cc: 1 }, b: { cc: 200 } }\n");
  const bad = await load(port("mine"), good);
  expect(bad.ports[0]).toMatchObject({ isGood: true });
  expect(bad.ports[0]?.profile.parameters).toHaveLength(2);
  expect(sentences(bad)).toContain("mine.yaml:1:38: parameters.b.cc");
  const fresh = await load(port("mine"));
  expect(fresh.ports[0]).toMatchObject({ isGood: false });
  expect(fresh.ports[0]?.profile.parameters.map(({ id }) => id)).toEqual(["a"]);
});

test("a file that cannot be read at all is replaced by the fallback, with both reasons", async () => {
  await writeFile(path.join(folder, "profiles", "mine.yaml"), "name: [\n");
  const loaded = await load(port("mine"));
  expect(loaded.ports[0]?.profile.id).toBe("generic_analog");
  expect(sentences(loaded)).toMatch(/mine\.yaml:\d+:\d+: expected valid YAML/);
  expect(sentences(loaded)).toMatch(/It cannot be read\. generic_analog is used\./);
});
