// SPDX-License-Identifier: GPL-3.0-or-later
// Every profile there is: those of the settings before those of the player's folder before those that came
// with Downbeat. A folder is only listed; a profile is read when somebody asks for it, because a folder may
// hold hundreds.

import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { messageOf, systemCodeOf } from "../base/errors.ts";
import { nearNames } from "../base/nearest-name.ts";
import { Checker, listOf } from "../config/check.ts";
import { type Document, parseDocument } from "../config/document.ts";
import { loadDocument, readPlainFile } from "../config/load-document.ts";
import { type Path, type Problem, showValue } from "../config/problem.ts";
import { mergeProfiles } from "./merge-profiles.ts";
import { normalise } from "./normalise.ts";
import type { Profile } from "./profile.ts";
import { readProfile } from "./read-profile.ts";
import { idSchema, type WrittenProfile } from "./schema.ts";

export type Origin = "settings" | "folder" | "builtIn";

export interface ShelfOptions {
  /** The folder that came with Downbeat. */
  readonly builtInFolder: string;
  /** The player's own; it need not exist. null: none. */
  readonly folder: string | null;
  /** `cc_profiles` of the settings, with the document that it stands in. */
  readonly settings: { readonly document: Document; readonly path: Path; readonly value: unknown } | null;
  /** A file of `folder` that is read as this, whether it is there or not. */
  readonly draft?: { readonly file: string; readonly text: string };
}

export interface ShelfEntry {
  readonly id: string;
  readonly origin: Origin;
  readonly file: string;
}

export interface FoundProfile extends ShelfEntry {
  readonly profile: Profile;
  /** Of this profile and what it extends; parameters with mistakes are left out of `profile`. */
  readonly problems: readonly Problem[];
  readonly hasErrors: boolean;
  /** This file and those of what it extends. */
  readonly files: readonly string[];
}

const ENDING = /\.ya?ml$/;
const MAX_FILES = 5000;

interface Layer {
  readonly origin: Origin;
  readonly entries: ReadonlyMap<string, ShelfEntry>;
}

/** A profile as it is written, with everything it extends mixed in. */
interface Written {
  readonly profile: WrittenProfile;
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

export class Shelf {
  readonly #options: ShelfOptions;
  readonly #layers: readonly Layer[];
  /** Of the folders themselves: what cannot be listed, and names that no profile can have. */
  readonly problems: readonly Problem[];

  private constructor(options: ShelfOptions, layers: readonly Layer[], problems: readonly Problem[]) {
    this.#options = options;
    this.#layers = layers;
    this.problems = problems;
  }

  /** Lists the folders; never throws for what is in them. */
  static async open(options: ShelfOptions): Promise<Shelf> {
    const problems: Problem[] = [];
    const own = await listFolder(options.folder, "folder", problems, options.draft?.file);
    const builtIn = await listFolder(options.builtInFolder, "builtIn", problems);
    return new Shelf(options, [settingsLayer(options), own, builtIn], problems);
  }

  /** Every id once, as `find` would give it, by name. */
  get entries(): readonly ShelfEntry[] {
    const all = new Map<string, ShelfEntry>();
    for (const { entries } of this.#layers) {
      for (const [id, entry] of entries) if (!all.has(id)) all.set(id, entry);
    }
    return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Likeliest first, at most three. */
  nearIds(id: string): readonly string[] {
    return nearNames(
      id,
      this.entries.map((entry) => entry.id),
    );
  }

  /** @returns null when no profile has this id, or nothing of it can be read */
  async find(id: string): Promise<FoundProfile | null> {
    const from = this.#layers.findIndex(({ entries }) => entries.has(id));
    const entry = this.#layers[from]?.entries.get(id);
    if (entry === undefined) return null;
    const checker = await this.#checkerOf(entry);
    const written = await this.#written(entry, from, checker, []);
    if (written === null) return null;
    const profile = normalise(checker, written.profile, id, this.#pathOf(entry));
    return {
      ...entry,
      profile,
      problems: [...checker.problems, ...written.problems],
      hasErrors: checker.hasErrors || written.problems.some(({ severity }) => severity === "error"),
      files: written.files,
    };
  }

  /** Why nothing can be read of it. */
  async problemsOf(id: string): Promise<readonly Problem[]> {
    const entry = this.entries.find((candidate) => candidate.id === id);
    if (entry === undefined) return [];
    const checker = await this.#checkerOf(entry);
    readProfile(checker, this.#valueOf(entry, checker.document), this.#pathOf(entry));
    return checker.problems;
  }

  /** @param chain - `origin/id` of those that extend it, to notice a circle */
  async #written(
    entry: ShelfEntry,
    layer: number,
    checker: Checker,
    chain: readonly string[],
  ): Promise<Written | null> {
    const path = this.#pathOf(entry);
    const profile = readProfile(checker, this.#valueOf(entry, checker.document), path);
    if (profile === undefined) return null;
    if (profile.id !== undefined && profile.id !== entry.id) {
      const hint = `${entry.id} is used.`;
      checker.error([...path, "id"], {
        expected: `the name of the file, ${entry.id}`,
        got: profile.id,
        hint,
      });
    }
    const alone = { profile, files: [entry.file], problems: [] };
    const wanted = profile.extends;
    if (wanted === undefined) return alone;
    // One that extends its own name means the one below it.
    const below = wanted === entry.id ? layer + 1 : 0;
    const at = this.#layers.findIndex(({ entries }, index) => index >= below && entries.has(wanted));
    const parent = this.#layers[at]?.entries.get(wanted);
    const place = [...path, "extends"];
    if (parent === undefined) {
      const others = this.entries.map(({ id }) => id).filter((id) => id !== entry.id);
      checker.unknownName(place, "a profile", wanted, others);
      return alone;
    }
    const open = [...chain, keyOf(entry)];
    if (open.includes(keyOf(parent))) {
      const circle = [...open.slice(open.indexOf(keyOf(parent))), keyOf(parent)].map(nameOf).join(", ");
      checker.error(place, {
        got: wanted,
        expected: "a profile that does not lead back here",
        hint: `The circle: ${circle}.`,
      });
      return alone;
    }
    const parentChecker = await this.#checkerOf(parent);
    const above = await this.#written(parent, at, parentChecker, open);
    if (above === null) {
      checker.error(place, { expected: "a profile that can be read", got: showValue(wanted) });
      return { ...alone, problems: parentChecker.problems };
    }
    return {
      profile: mergeProfiles(above.profile, profile),
      files: [entry.file, ...above.files],
      problems: [...parentChecker.problems, ...above.problems],
    };
  }

  async #checkerOf(entry: ShelfEntry): Promise<Checker> {
    const { settings } = this.#options;
    if (entry.origin === "settings" && settings !== null) return new Checker(settings.document);
    const { draft } = this.#options;
    if (draft?.file === entry.file) return new Checker(parseDocument(draft.file, draft.text));
    return new Checker(await loadDocument(entry.file, readPlainFile));
  }

  #pathOf(entry: ShelfEntry): Path {
    return entry.origin === "settings" ? [...(this.#options.settings?.path ?? []), entry.id] : [];
  }

  #valueOf(entry: ShelfEntry, document: Document): unknown {
    if (entry.origin !== "settings") return document.value;
    return (this.#options.settings?.value as Record<string, unknown> | undefined)?.[entry.id];
  }
}

function keyOf({ origin, id }: ShelfEntry): string {
  return `${origin}/${id}`;
}

function nameOf(key: string): string {
  return key.slice(key.indexOf("/") + 1);
}

function settingsLayer({ settings }: ShelfOptions): Layer {
  const value = settings?.value;
  const ids = typeof value === "object" && value !== null ? Object.keys(value) : [];
  const file = settings?.document.file ?? "";
  const entries = ids.map((id) => [id, { id, origin: "settings", file }] as const);
  return { origin: "settings", entries: new Map(entries) };
}

/** @param draft - a file that may not be there yet */
async function listFolder(
  folder: string | null,
  origin: Origin,
  problems: Problem[],
  draft?: string,
): Promise<Layer> {
  const entries = new Map<string, ShelfEntry>();
  if (folder === null) return { origin, entries };
  let names: readonly string[] = [];
  const drafts = draft === undefined ? [] : [basename(draft)];
  try {
    const there = [...new Set([...(await readdir(folder)), ...drafts])];
    names = there.filter((name) => ENDING.test(name)).sort();
  } catch (error) {
    if (origin === "builtIn" || systemCodeOf(error) !== "ENOENT") {
      problems.push(problemOf(folder, "a folder with profiles", messageOf(error), ""));
    }
  }
  for (const name of names.slice(0, MAX_FILES)) {
    const id = name.replace(ENDING, "");
    const file = join(folder, name);
    if (!idSchema.safeParse(id).success) {
      const expected = "a file name of small letters, digits and _, a letter first";
      problems.push(problemOf(file, expected, showValue(id), "It is not used: rename it."));
    } else if (entries.has(id)) {
      problems.push(problemOf(file, "one file for each profile", "another ending", "It is not used."));
    } else entries.set(id, { id, origin, file });
  }
  return { origin, entries };
}

function problemOf(file: string, expected: string, got: string, hint: string): Problem {
  return { severity: "warning", file, line: 1, column: 1, path: "", expected, got, hint };
}

/** A sentence for a profile that is not there. */
export function unknownProfileHint(shelf: Shelf, id: string): string {
  const near = shelf.nearIds(id);
  if (near.length > 0) return `Did you mean ${near.join(", ")}?`;
  return `There are: ${listOf(shelf.entries.map((entry) => entry.id))}.`;
}
