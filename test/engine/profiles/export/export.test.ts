// SPDX-License-Identifier: GPL-3.0-or-later
// What is written for other sequencers reads back as the same controllers.

import { beforeAll, expect, test } from "vitest";
import { hapaxText } from "../../../../engine/profiles/export/hapax-text.ts";
import { oxiindefText } from "../../../../engine/profiles/export/oxiindef-text.ts";
import { importText } from "../../../../engine/profiles/import/import-text.ts";
import type { Address, Profile } from "../../../../engine/profiles/profile.ts";
import { profileYaml } from "../../../../engine/profiles/yaml-text.ts";
import { builtIns } from "../../../support/profile-golden.ts";
import { profileFromText } from "../../../support/profile-text.ts";

let all: readonly Profile[] = [];
beforeAll(async () => {
  all = await builtIns();
});

function readBack(file: string, text: string): Profile {
  const { profiles } = importText({ file, text });
  const read = profileFromText(profileYaml(profiles[0]?.profile ?? {}, null));
  expect(read.sentences).toEqual([]);
  return read.profile;
}

/** Of each parameter its first address as text, once. */
function addresses(profile: Profile, say: (address: Address) => string | null): readonly string[] {
  const said = profile.parameters.flatMap(({ addresses: [first] }) => {
    const text = first === undefined ? null : say(first);
    return text === null ? [] : [text];
  });
  return [...new Set(said)].sort();
}

function oxiAddress(address: Address): string | null {
  if (address.type === "cc") return `cc ${address.cc}`;
  if (address.type === "cc14") return `cc14 ${address.cc} ${address.lsb}`;
  return address.type === "nrpn" ? `nrpn ${address.msb} ${address.lsb}` : null;
}

/** It knows the upper controller of a pair alone. */
function hapaxAddress(address: Address): string | null {
  if (address.type === "cc" || address.type === "cc14") return `cc ${address.cc}`;
  return address.type === "nrpn" ? `nrpn ${address.msb} ${address.lsb} ${address.bits}` : null;
}

test("an Oxi definition of every profile has its controllers, pairs and NRPNs", () => {
  for (const profile of all) {
    const back = readBack("x.oxiindef", oxiindefText(profile));
    expect(addresses(back, oxiAddress), profile.id).toEqual(addresses(profile, oxiAddress));
  }
});

test("abbreviations of an Oxi definition are four letters, and different", () => {
  for (const profile of all) {
    const { parameters } = JSON.parse(oxiindefText(profile)) as { parameters: { abbr: string }[] };
    const abbreviations = parameters.map(({ abbr }) => abbr);
    expect(new Set(abbreviations).size).toBe(abbreviations.length);
    for (const abbreviation of abbreviations) expect(abbreviation).toMatch(/^[A-Za-z0-9]{1,4}$/);
  }
});

test("a Hapax definition of every profile has its controllers and NRPNs, in letters its screen has", () => {
  for (const profile of all) {
    const text = hapaxText(profile);
    const back = readBack("x.txt", text);
    expect(addresses(back, hapaxAddress), profile.id).toEqual(addresses(profile, hapaxAddress));
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  }
});

test("a Hapax definition names what it leaves out", () => {
  const [profile] = all.filter(({ id }) => id === "reface_dx");
  expect(hapaxText(profile as Profile)).toContain("# left out: program\n# left out: pitch_bend");
});
