// SPDX-License-Identifier: GPL-3.0-or-later
// What `downbeat edit` works on: a file of the owner, a copy of it to be edited, and ways to bring the copy
// back: whole, without its mistakes, or together with what somebody else wrote meanwhile. The file itself is
// only ever replaced by a whole one.

import { constants, existsSync } from "node:fs";
import { access, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { atomicRewrite } from "../base/atomic-write.ts";
import { AppError, isAppError, messageOf, systemCodeOf } from "../base/errors.ts";
import { type LineEdit, lineEdits, mergeEdits, withEdits } from "../base/line-edits.ts";
import { projectFolder } from "../binding/places.ts";
import { readBounded } from "../config/bounded-read.ts";
import { MAX_JSON_BYTES } from "../config/document.ts";
import { loadSettingsBytes } from "../config/load-settings.ts";
import type { Problem } from "../config/problem.ts";
import { takeSnapshot } from "../config/snapshots.ts";
import type { Places } from "./places.ts";
import { keepSettings } from "./settings-history.ts";

/** What came with Downbeat: sessions and racks, profiles, boards. Files of the owner lie in folders of the same names. */
export const SHIPPED_FOLDERS: readonly string[] = ["config", ".", "hardware"].map((folder) =>
  path.join(projectFolder(), folder),
);

export interface EditedFile {
  /** Where it is written. */
  readonly file: string;
  /** What came with Downbeat and is the beginning of a file that is not there yet. */
  readonly shipped: string | null;
}

/**
 * Which file is meant: the settings; else a path that is there; else a name beside the settings, such as
 * `sessions/first-light.json`, of which there may be one that came with Downbeat.
 */
export function editedFile(name: string | undefined, settingsFile: string): EditedFile {
  const folder = path.dirname(settingsFile);
  if (name !== undefined && existsSync(path.resolve(name)))
    return { file: path.resolve(name), shipped: null };
  const file = name === undefined ? settingsFile : path.resolve(folder, name);
  if (existsSync(file)) return { file, shipped: null };
  const inside = path.relative(folder, file);
  const shipped = inside.startsWith("..")
    ? undefined
    : SHIPPED_FOLDERS.map((place) => path.join(place, inside)).find((name) => existsSync(name));
  return { file, shipped: shipped ?? null };
}

/** As it stands on the disk: null when it is not there. @throws {AppError} `FILE_READ_FAILED`, `FILE_TOO_LARGE` */
export async function readEdited(file: string): Promise<string | null> {
  try {
    const bytes = await readBounded(file, MAX_JSON_BYTES);
    if (bytes.length > MAX_JSON_BYTES)
      throw new AppError("FILE_TOO_LARGE", `${file}: expected at most ${MAX_JSON_BYTES / 1024 / 1024} MiB`);
    return bytes.toString("utf8");
  } catch (error) {
    if (isAppError(error, "FILE_MISSING")) return null;
    throw error;
  }
}

/** Before an evening is spent on it. @throws {AppError} `FILE_WRITE_FAILED` when nothing could be written later */
export async function expectWritable(file: string): Promise<void> {
  const real = await realpath(file).catch(() => file);
  try {
    await access(path.dirname(real), constants.W_OK);
  } catch (cause) {
    // A folder that is missing is made.
    if (systemCodeOf(cause) === "ENOENT") return;
    const sentence = `${path.dirname(real)}: this user may not write there. Try again with sudo`;
    throw new AppError("FILE_WRITE_FAILED", sentence, { cause });
  }
}

/** A copy of its own, in a folder that only this user can read. */
export class EditedCopy {
  readonly file: string;
  readonly #folder: string;

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.file = path.join(folder, name);
  }

  /** @param name - of the file: editors know languages by it */
  static async make(name: string, text: string): Promise<EditedCopy> {
    const copy = new EditedCopy(await mkdtemp(path.join(tmpdir(), "downbeat-edit-")), name);
    await writeFile(copy.file, text, { mode: 0o600 });
    return copy;
  }

  /** @throws {AppError} `FILE_MISSING`, `FILE_READ_FAILED`, `FILE_TOO_LARGE` */
  async read(): Promise<string> {
    const text = await readEdited(this.file);
    if (text === null) throw new AppError("FILE_MISSING", `${this.file}: the editor took it away`);
    return text;
  }

  async write(text: string): Promise<void> {
    await writeFile(this.file, text, { mode: 0o600 });
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The problems that a file would have with this text. */
export type CheckText = (text: string) => Promise<readonly Problem[]>;

export interface GoodEdits {
  readonly text: string;
  /** What was left out. */
  readonly left: readonly LineEdit[];
}

/** More edits than this are not tried one by one. */
const MOST_TRIED = 200;

/**
 * As many of the edits as bring no mistake with them: `before` with those.
 *
 * @returns null when none is good
 */
export async function goodEdits(
  file: string,
  before: string,
  after: string,
  check: CheckText,
): Promise<GoodEdits | null> {
  const edits = lineEdits(before, after);
  const mistakes = async (taken: readonly LineEdit[]): Promise<number> =>
    errorsOf(await check(withEdits(before, taken))).length;
  const allowed = await mistakes([]);
  const lines = new Set(
    errorsOf(await check(after))
      .filter((problem) => problem.file === file)
      .map(({ line }) => line - 1),
  );
  const isNamed = ({ atAfter, added }: LineEdit): boolean =>
    added.some((_line, index) => lines.has(atAfter + index));
  // Mostly the lines that are named are the ones that are wrong; where not, everything is tried.
  let taken: readonly LineEdit[] = edits.filter((edit) => !isNamed(edit));
  if ((await mistakes(taken)) > allowed) taken = [];
  for (let isProgress = true; isProgress; ) {
    isProgress = false;
    for (const edit of edits.filter((one) => !taken.includes(one)).slice(0, MOST_TRIED)) {
      const more = edits.filter((one) => taken.includes(one) || one === edit);
      if ((await mistakes(more)) > allowed) continue;
      taken = more;
      isProgress = true;
    }
  }
  const text = withEdits(before, taken);
  if (text === before) return null;
  return { text, left: edits.filter((edit) => !taken.includes(edit)) };
}

export function errorsOf(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ severity }) => severity === "error");
}

/** What two people made of `before`; null where they changed the same place. */
export function bothEdits(before: string, ours: string, theirs: string): string | null {
  const edits = mergeEdits(lineEdits(before, ours), lineEdits(before, theirs));
  return edits === null ? null : withEdits(before, edits);
}

/**
 * Replaces the file. Of settings, what was there and what is there now are kept as snapshots.
 *
 * @returns why they are not; empty when all is well
 * @throws {AppError} `FILE_WRITE_FAILED`, and then the file is as it was
 */
export async function writeEdited(file: string, text: string, places: Places): Promise<string> {
  const note = path.resolve(file) === places.settingsFile ? await keepBoth(places, text) : "";
  await atomicRewrite(file, text);
  return note;
}

async function keepBoth(places: Places, text: string): Promise<string> {
  try {
    await keepSettings(places);
    const loaded = loadSettingsBytes(places.settingsFile, Buffer.from(text), "check");
    if (loaded.state === "good" && loaded.migratedFrom === null)
      await takeSnapshot(places.stateFolder, loaded.text ?? text, "good");
    return "";
  } catch (error) {
    return `The settings of before are not kept as a snapshot: ${messageOf(error)}`;
  }
}
