// SPDX-License-Identifier: GPL-3.0-or-later
// From the settings to the profiles of the synths at the ports. A profile that is not there is replaced by
// the fallback, one with mistakes by what was good before: a synth never stays without one.

import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import { projectFolder } from "../binding/places.ts";
import { type Document, parseDocument } from "../config/document.ts";
import { loadDocument, type ReadFile, readPlainFile } from "../config/load-document.ts";
import { type Path, type Problem, showValue } from "../config/problem.ts";
import { DEFAULT_SETTINGS, type Settings } from "../config/schema.ts";
import type { Profile } from "../profiles/profile.ts";
import { type FoundProfile, Shelf, unknownProfileHint } from "../profiles/shelf.ts";
import { type FoundSynths, NO_SYNTHS, profileIdAt } from "./found-synths.ts";

/** The synth at a port. */
export interface PortProfile {
  /** The port's id. */
  readonly port: string;
  /** What the settings ask for, or what was found. */
  readonly wanted: string;
  readonly profile: Profile;
  /** 0 to 15. */
  readonly channel: number;
  /** Had the profile no mistakes? */
  readonly isGood: boolean;
}

export interface LoadedProfiles {
  readonly ports: readonly PortProfile[];
  readonly problems: readonly Problem[];
  /** To be watched; also files that are not there and would be taken. */
  readonly files: readonly string[];
}

/** The profiles that came with Downbeat. */
export function builtInProfiles(): string {
  return path.join(projectFolder(), "profiles");
}

/** The player's own, which need not exist. */
export function profileFolder(settings: Settings, settingsFile: string): string {
  return path.resolve(path.dirname(settingsFile), settings.profiles.folder);
}

/** Every profile that these settings can ask for. */
export async function openShelf(settings: Settings, settingsFile: string): Promise<Shelf> {
  return (await openWithDocument(settings, settingsFile)).shelf;
}

/**
 * @param before - what was loaded last, or null; also good profiles of it are kept where new ones are bad
 * @param found - who is at the ports whose settings leave it open
 * @param readFile - reads the settings in place of the disk
 * @returns a profile for each port that asks for one. Never throws for what is in files
 */
export async function loadProfiles(
  settings: Settings,
  settingsFile: string,
  before: LoadedProfiles | null,
  found: FoundSynths = NO_SYNTHS,
  readFile: ReadFile = readPlainFile,
): Promise<LoadedProfiles> {
  const wanted = settings.midi.ports.map((port) => profileIdAt(port, found));
  const asking = wanted.some((profile) => profile !== null);
  const own = Object.keys(settings.cc_profiles);
  if (!asking && own.length === 0) return { ports: [], problems: [], files: [] };
  const { shelf, document } = await openWithDocument(settings, settingsFile, readFile);
  const loading = new Loading(shelf, document, before);
  for (const id of own) await loading.check(id);
  for (const [index, { id, channel }] of settings.midi.ports.entries()) {
    const profile = wanted[index] ?? null;
    if (profile === null) continue;
    const place = ["midi", "ports", index, "profile"];
    const chosen = await loading.choose(profile, settings.profiles.fallback, place);
    if (chosen === null) continue;
    const used = loading.bestOf(chosen, id, profile);
    const number = channel === null ? (used.profile.channel ?? 0) : channel - 1;
    loading.ports.push({ port: id, wanted: profile, channel: number, ...used });
  }
  const folder = profileFolder(settings, settingsFile);
  const files = loading.wanted.map((id) => path.join(folder, `${id}.yaml`));
  const read = loading.files.filter((file) => path.resolve(file) !== path.resolve(settingsFile));
  return { ports: loading.ports, problems: loading.problems, files: [...new Set([...read, ...files])] };
}

class Loading {
  readonly ports: PortProfile[] = [];
  readonly problems: Problem[] = [];
  readonly files: string[] = [];
  readonly wanted: string[] = [];
  readonly #shelf: Shelf;
  readonly #document: Document;
  readonly #before: LoadedProfiles | null;
  readonly #found = new Map<string, FoundProfile | null>();

  constructor(shelf: Shelf, document: Document, before: LoadedProfiles | null) {
    this.#shelf = shelf;
    this.#document = document;
    this.#before = before;
  }

  /** Notes its problems, once. */
  async check(id: string): Promise<FoundProfile | null> {
    const known = this.#found.get(id);
    if (known !== undefined) return known;
    const found = await this.#shelf.find(id);
    this.#found.set(id, found);
    this.problems.push(...(found?.problems ?? (await this.#shelf.problemsOf(id))));
    this.files.push(...(found?.files ?? []));
    return found;
  }

  async choose(wanted: string, fallback: string, place: Path): Promise<FoundProfile | null> {
    const ids = [...new Set([wanted, fallback, DEFAULT_SETTINGS.profiles.fallback])];
    for (const id of ids) {
      this.wanted.push(id);
      const found = await this.check(id);
      if (found === null) continue;
      if (id !== wanted) this.#warn(wanted, id, place);
      return found;
    }
    this.#warn(wanted, null, place);
    return null;
  }

  /** The one just read, or the one of before when only that is without mistakes. */
  bestOf(found: FoundProfile, port: string, wanted: string): { profile: Profile; isGood: boolean } {
    const old = this.#before?.ports.find((other) => other.port === port && other.wanted === wanted);
    const isBetter = found.hasErrors && old?.isGood === true && old.profile.id === found.id;
    return isBetter
      ? { profile: old.profile, isGood: true }
      : { profile: found.profile, isGood: !found.hasErrors };
  }

  #warn(wanted: string, used: string | null, place: Path): void {
    const consequence = used === null ? "The port has no profile." : `${used} is used.`;
    const isThere = this.#shelf.entries.some(({ id }) => id === wanted);
    const hint = isThere ? "It cannot be read." : unknownProfileHint(this.#shelf, wanted);
    this.problems.push(
      this.#document.problemAt(place, "value", {
        severity: "warning",
        expected: "the id of a profile",
        got: showValue(wanted),
        hint: `${hint} ${consequence}`,
      }),
    );
  }
}

async function openWithDocument(
  settings: Settings,
  settingsFile: string,
  readFile: ReadFile = readPlainFile,
): Promise<{ readonly shelf: Shelf; readonly document: Document }> {
  const value = settings.cc_profiles;
  const document = await documentOf(settings, settingsFile, readFile);
  const shelf = await Shelf.open({
    builtInFolder: builtInProfiles(),
    folder: profileFolder(settings, settingsFile),
    settings: { document, path: ["cc_profiles"], value },
  });
  return { shelf, document };
}

/** The settings file, as long as it says what is played; else a text that does. */
async function documentOf(settings: Settings, settingsFile: string, readFile: ReadFile): Promise<Document> {
  const document = await loadDocument(settingsFile, readFile);
  const written = (document.value as { cc_profiles?: unknown } | null | undefined)?.cc_profiles ?? {};
  if (isDeepStrictEqual(written, settings.cc_profiles)) return document;
  return parseDocument(settingsFile, stringify({ cc_profiles: settings.cc_profiles }));
}
