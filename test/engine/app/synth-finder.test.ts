// SPDX-License-Identifier: GPL-3.0-or-later
// Synths that are found, with the profiles that come with Downbeat.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { profileIdAt, readFoundSynths, whoText } from "../../../engine/app/found-synths.ts";
import { loadProfiles } from "../../../engine/app/profile-source.ts";
import { SynthFinder } from "../../../engine/app/synth-finder.ts";
import type { IdentityReply, MidiPortStatus } from "../../../engine/binding/engine-status.ts";
import { settingsSchema } from "../../../engine/config/schema.ts";
import { midiPort } from "../../support/engine-state.ts";

const NTS_1: IdentityReply = {
  manufacturer: [0x42],
  family: [0x73, 1],
  member: [1, 0],
  version: [1, 0, 2, 0],
};
const STRANGER: IdentityReply = { ...NTS_1, family: [0x11, 0] };

let folder = "";
let log: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "downbeat-finder-"));
  log = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const say = (_facts: object, sentence: string) => void log.push(sentence);

async function finder(): Promise<SynthFinder> {
  const made = new SynthFinder({
    settingsFile: path.join(folder, "downbeat.yaml"),
    stateFolder: folder,
    log: { debug: say, info: say, warn: say, error: say },
  });
  await made.start();
  return made;
}

const settings = (...profiles: readonly (string | null | undefined)[]) =>
  settingsSchema.parse({
    midi: {
      ports: profiles.map((profile, i) => ({ id: `p${i}`, kind: "match", name: "x", profile })),
    },
  });

function port(i: number, replies: readonly IdentityReply[] | null, changes: Partial<MidiPortStatus> = {}) {
  const state = replies === null ? "waiting" : replies.length > 0 ? "answered" : "silent";
  return midiPort({ id: `p${i}`, name: "x", identity: { state, replies: replies ?? [] }, ...changes });
}

test("a synth that answers gets its profile; another of its kind is another port's", async () => {
  const one = await finder();
  const two = settings(undefined, undefined);
  expect(await one.look(two, [port(0, [NTS_1]), port(1, [NTS_1])])).toBe(true);
  const { ports } = await loadProfiles(two, path.join(folder, "downbeat.yaml"), null, one.found);
  expect(ports.map((each) => [each.port, each.profile.id])).toEqual([
    ["p0", "korg_nts1_mk2"],
    ["p1", "korg_nts1_mk2"],
  ]);
  expect(log).toContain("port p0: korg_nts1_mk2 is there, by its answer");
});

test("it looks only when something is new", async () => {
  const one = await finder();
  const ports = [port(0, [NTS_1])];
  expect(await one.look(settings("auto"), ports)).toBe(true);
  expect(await one.look(settings("auto"), ports)).toBe(false);
  expect(log).toHaveLength(1);
});

test("a port whose settings say who is there, or nobody, is left alone", async () => {
  const one = await finder();
  const fixed = settings("volca_keys", null);
  expect(await one.look(fixed, [port(0, [NTS_1]), port(1, [NTS_1])])).toBe(false);
  expect(profileIdAt({ id: "p0", profile: "volca_keys" }, one.found)).toBe("volca_keys");
  expect(profileIdAt({ id: "p1", profile: null }, one.found)).toBeNull();
});

test("a synth that is away stays known, also to the next process, until another one answers", async () => {
  const one = await finder();
  await one.look(settings("auto"), [port(0, [NTS_1])]);
  await one.look(settings("auto"), [port(0, null, { state: "retrying" })]);
  await one.look(settings("auto"), [port(0, null)]);
  expect(one.found.get("p0")?.profile).toBe("korg_nts1_mk2");
  const next = await finder();
  expect(next.found).toEqual(one.found);
  expect(await next.look(settings("auto"), [port(0, [STRANGER])])).toBe(true);
  expect(next.found.has("p0")).toBe(false);
  expect(log.at(-1)).toMatch(/answers 42 \/ 11 00 \/ 01 00, which no profile knows/);
  expect((await readFoundSynths(folder)).size).toBe(0);
});

test("who does not answer is known by the name of its port, and a serial port has none", async () => {
  const one = await finder();
  const name = "NTS-1 digital kit mkII:NTS-1 digital kit mkII SOUND 20:1";
  await one.look(settings("auto", "auto"), [port(0, [], { name }), port(1, [], { name, kind: "serial" })]);
  expect([...one.found]).toEqual([["p0", { profile: "korg_nts1_mk2", by: "name" }]]);
});

test("the player's own profile of the same synth comes first", async () => {
  await writeFile(path.join(folder, "downbeat.yaml"), "cc_profiles:\n  my_nts: { extends: korg_nts1_mk2 }\n");
  const one = await finder();
  const own = { ...settings("auto"), cc_profiles: { my_nts: { extends: "korg_nts1_mk2" } } };
  await one.look(own, [port(0, [NTS_1])]);
  expect(one.found.get("p0")?.profile).toBe("my_nts");
});

test("a file that makes no sense is nobody, and is written anew", async () => {
  const file = path.join(folder, "synths.json");
  for (const text of [
    "",
    "{",
    "[]",
    '{"version":2,"ports":{}}',
    '{"version":1,"ports":{"p0":{"profile":"../x"}}}',
  ]) {
    await writeFile(file, text);
    expect((await readFoundSynths(folder)).size).toBe(0);
  }
  await (await finder()).look(settings("auto"), [port(0, [NTS_1])]);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual({
    version: 1,
    ports: { p0: { profile: "korg_nts1_mk2", by: "answer" } },
  });
});

test("who is there, in words", () => {
  const found = new Map([["p0", { profile: "volca_keys", by: "answer" } as const]]);
  const nobody = new Map();
  expect(whoText(port(0, [NTS_1]), found)).toBe("answers as volca_keys");
  expect(whoText(port(0, [STRANGER]), nobody)).toBe("answers 42 / 11 00 / 01 00, which no profile knows");
  expect(whoText(port(0, []), nobody)).toBe("nobody says who is there");
  expect(whoText(port(0, null), nobody)).toBe("");
  expect(whoText(port(0, null, { state: "missing" }), found)).toBe("volca_keys was there");
  expect(whoText(midiPort({ id: "p0" }), nobody)).toBe("");
});
