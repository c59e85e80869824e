// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of every parameter of the profiles that come with Downbeat, as they are kept in
// test/vectors/profiles/golden: `node test/support/profile-golden.ts` writes them anew. Look at every
// difference: each is something that a synth will hear.

import { writeFileSync } from "node:fs";
import path from "node:path";
import { projectFolder } from "../../engine/binding/places.ts";
import { encodeParameter } from "../../engine/profiles/encode.ts";
import type { Profile } from "../../engine/profiles/profile.ts";
import { Shelf } from "../../engine/profiles/shelf.ts";

/** Of each parameter its bytes by value: a label, or a position from 0 to 1. */
export type Golden = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const GOLDEN_FOLDER = path.join(projectFolder(), "test", "vectors", "profiles", "golden");
const POSITIONS = [0, 0.25, 0.5, 1];

export function builtInShelf(): Promise<Shelf> {
  return Shelf.open({ builtInFolder: path.join(projectFolder(), "profiles"), folder: null, settings: null });
}

export async function builtIns(): Promise<readonly Profile[]> {
  const shelf = await builtInShelf();
  const profiles: Profile[] = [];
  for (const { id } of shelf.entries) {
    const found = await shelf.find(id);
    if (found !== null) profiles.push(found.profile);
  }
  return profiles;
}

export function goldenOf(profile: Profile): Golden {
  const entries = profile.parameters.map(({ id, values }) => {
    const inputs = values.length > 0 ? values.map(({ label }) => label) : POSITIONS;
    const bytes = inputs.map((input) => [String(input), hexOf(encodeParameter(profile, id, input))] as const);
    return [id, Object.fromEntries(bytes)] as const;
  });
  return Object.fromEntries(entries);
}

/** `B0 2B 40, B0 6B 00`: messages in the order they are sent. */
export function hexOf(messages: readonly (readonly number[])[]): string {
  const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, "0");
  return messages.map((message) => message.map(hex).join(" ")).join(", ");
}

export function goldenText(golden: Golden): string {
  const lines = Object.entries(golden).map(
    ([id, bytes]) => `  ${JSON.stringify(id)}: ${JSON.stringify(bytes)}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}

if (import.meta.main) {
  for (const profile of await builtIns()) {
    writeFileSync(path.join(GOLDEN_FOLDER, `${profile.id}.json`), goldenText(goldenOf(profile)));
  }
}
