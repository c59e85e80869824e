// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the settings file: to check it, or to play by it whatever is in it. Nothing here throws for what
// a file contains, and nothing takes longer than a moment.

import { atomicRewrite, atomicWrite } from "../base/atomic-write.ts";
import { isAppError, messageOf } from "../base/errors.ts";
import { readBounded } from "./bounded-read.ts";
import { type CheckedSettings, type CheckMode, checkSettings } from "./check-settings.ts";
import { lastGoodFile, readLastGood, storeLastGood } from "./last-good.ts";
import { MIGRATIONS, type Migration, migrateText } from "./migrations.ts";
import type { Problem } from "./problem.ts";
import { DEFAULT_SETTINGS, SETTINGS_VERSION, type Settings } from "./schema.ts";
import { MAX_SETTINGS_BYTES, readSettingsText } from "./settings-text.ts";
import { takeSnapshot } from "./snapshots.ts";

export interface LoadedSettings extends CheckedSettings {
  readonly file: string;
  /** As read, after migration; null when it could not be parsed. */
  readonly text: string | null;
  /** The bytes of the file, to notice later changes; null when it is missing or may not be read. */
  readonly bytes: Buffer | null;
  /** The version that was migrated from, or null. */
  readonly migratedFrom: number | null;
}

export interface MigrationTable {
  readonly migrations: readonly Migration[];
  readonly version: number;
}

const OUR_MIGRATIONS: MigrationTable = { migrations: MIGRATIONS, version: SETTINGS_VERSION };

/**
 * For `downbeat check`: every problem, and what the defaults are.
 *
 * @returns `state` is `good` when there is no error; warnings may remain in `problems`
 */
export function checkSettingsFile(file: string): Promise<LoadedSettings> {
  return readAndCheck(file, "check");
}

/** For playing: a bad value has taken its default, and its problem says so. */
export function loadTolerant(file: string): Promise<LoadedSettings> {
  return readAndCheck(file, "play");
}

/** The same for content that was read already. `table` is for tests. Never throws. */
export function loadSettingsBytes(
  file: string,
  bytes: Buffer,
  mode: CheckMode,
  table: MigrationTable = OUR_MIGRATIONS,
): LoadedSettings {
  const source = readSettingsText(file, bytes);
  if (source.type === "refused" || source.document.problems.length > 0) {
    return { ...checkSettings(source, mode), file, text: null, bytes, migratedFrom: null };
  }
  const migrated = migrateText(source.text, table.migrations, table.version);
  const checked = checkSettings(migrated === null ? source : readSettingsText(file, migrated.text), mode);
  return {
    ...checked,
    file,
    text: migrated?.text ?? source.text,
    bytes,
    migratedFrom: migrated?.from ?? null,
  };
}

export interface StartSettings {
  readonly settings: Settings;
  /** `fileWithDefaults`: there were bad values and no last good settings to go on with. */
  readonly source: "file" | "fileWithDefaults" | "lastGood" | "defaults";
  /** Where `settings` come from, and why, for the log and the display. */
  readonly sentence: string;
  readonly problems: readonly Problem[];
  /** What the watcher goes on from. */
  readonly loaded: LoadedSettings;
}

/**
 * What to play by when the power comes. A file without mistakes is taken and kept as the last good one.
 * Otherwise the last good one plays on, as it does when a mistake is saved while playing; without one,
 * bad values take their defaults, and a file that cannot be read at all is replaced by all defaults.
 */
export async function loadAtStart(file: string, stateFolder: string): Promise<StartSettings> {
  const loaded = await loadTolerant(file);
  if (loaded.state === "good") {
    const kept = await keepGood(loaded, stateFolder);
    return { settings: loaded.settings, source: "file", sentence: kept, problems: loaded.problems, loaded };
  }
  const lastGood = await loadLastGood(file, stateFolder);
  if (lastGood !== null) {
    const sentence = `${file} has mistakes: playing with the last good settings (${lastGoodFile(stateFolder)}).`;
    // What a bad value falls back to is in the last good settings, not the default.
    const { problems } = loaded.bytes === null ? loaded : loadSettingsBytes(file, loaded.bytes, "check");
    return { settings: lastGood, source: "lastGood", sentence, problems, loaded };
  }
  if (loaded.state === "badValues") {
    const sentence = `${file} has mistakes: playing with the defaults of the settings concerned.`;
    return {
      settings: loaded.settings,
      source: "fileWithDefaults",
      sentence,
      problems: loaded.problems,
      loaded,
    };
  }
  const sentence = `${file} cannot be used and there are no last good settings: playing with all defaults.`;
  return { settings: DEFAULT_SETTINGS, source: "defaults", sentence, problems: loaded.problems, loaded };
}

/** All defaults, whatever the file says: it is not even looked into, and a change of it is noticed. */
export async function startWithDefaults(file: string, sentence: string): Promise<StartSettings> {
  const nothing = unreadableSettings(file, "not read");
  const bytes = await readBounded(file, MAX_SETTINGS_BYTES).catch(() => null);
  const loaded = { ...nothing, problems: [], bytes };
  return { settings: DEFAULT_SETTINGS, source: "defaults", sentence, problems: [], loaded };
}

/**
 * Stores settings without mistakes as the last good ones, and as a snapshot; migrated ones replace the file, whose old
 * content is kept beside it.
 *
 * @returns a sentence for the log
 */
export async function keepGood(loaded: LoadedSettings, stateFolder: string): Promise<string> {
  const notes = [`Settings read from ${loaded.file}.`];
  if (loaded.migratedFrom !== null) notes.push(await replaceMigrated(loaded));
  try {
    await storeLastGood(stateFolder, loaded.text ?? "");
    await takeSnapshot(stateFolder, loaded.text ?? "", "good");
  } catch (error) {
    notes.push(`They cannot be kept as the last good ones: ${messageOf(error)}.`);
  }
  return notes.join(" ");
}

async function replaceMigrated(loaded: LoadedSettings): Promise<string> {
  const { file, migratedFrom, bytes, text } = loaded;
  try {
    const backup = await writeBackup(file, `${file}.version-${migratedFrom}`, bytes ?? Buffer.alloc(0));
    await atomicRewrite(file, text ?? "");
    return `They were converted from version ${migratedFrom}; the old file is ${backup}.`;
  } catch (error) {
    return `They were converted from version ${migratedFrom}, but not written: ${messageOf(error)}.`;
  }
}

/** Never over another backup: an owner may have gone back and edited. */
async function writeBackup(file: string, wanted: string, bytes: Buffer): Promise<string> {
  for (let number = 1; ; number += 1) {
    const backup = number === 1 ? wanted : `${wanted}-${number}`;
    try {
      const there = await readBounded(backup, MAX_SETTINGS_BYTES);
      if (there.equals(bytes)) return backup;
    } catch (error) {
      if (!isAppError(error, "FILE_MISSING")) throw error;
      await atomicWrite(backup, bytes);
      return backup;
    }
    if (number > 100) throw new Error(`${file} has 100 backups already`);
  }
}

async function loadLastGood(file: string, stateFolder: string): Promise<Settings | null> {
  const text = await readLastGood(stateFolder);
  if (text === null) return null;
  const loaded = loadSettingsBytes(file, Buffer.from(text), "play");
  return loaded.state === "good" ? loaded.settings : null;
}

async function readAndCheck(file: string, mode: CheckMode): Promise<LoadedSettings> {
  try {
    return loadSettingsBytes(file, await readBounded(file, MAX_SETTINGS_BYTES), mode);
  } catch (error) {
    return unreadableSettings(file, messageOf(error));
  }
}

/** @param reason - a sentence that may begin with the file's name */
export function unreadableSettings(file: string, reason: string): LoadedSettings {
  const got = reason.startsWith(`${file}: `) ? reason.slice(file.length + 2) : reason;
  const problem: Problem = {
    severity: "error",
    file,
    line: 1,
    column: 1,
    path: "",
    expected: "a settings file that can be read",
    got,
    hint: "",
  };
  return {
    file,
    state: "unusable",
    settings: DEFAULT_SETTINGS,
    problems: [problem],
    text: null,
    bytes: null,
    migratedFrom: null,
  };
}
