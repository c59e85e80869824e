// SPDX-License-Identifier: GPL-3.0-or-later
// What `downbeat settings` asks: the settings of before, what differs, and one of them put back. The files
// are all it needs; a daemon that runs notices a changed file by itself.

import { link } from "node:fs/promises";
import { atomicRewrite } from "../base/atomic-write.ts";
import { AppError, isAppError, systemCodeOf } from "../base/errors.ts";
import { unifiedDiff } from "../base/line-edits.ts";
import { readBounded } from "../config/bounded-read.ts";
import { diffSettings, type SettingsSection } from "../config/diff-settings.ts";
import { loadSettingsBytes } from "../config/load-settings.ts";
import type { Problem } from "../config/problem.ts";
import { MAX_SETTINGS_BYTES } from "../config/settings-text.ts";
import { listSnapshots, readSnapshot, type Snapshot, takeSnapshot } from "../config/snapshots.ts";
import type { Places } from "./places.ts";

export interface ListedSnapshot {
  readonly number: number;
  readonly takenAtMs: number;
  readonly kind: Snapshot["kind"];
  /** It is what the settings file says now. */
  readonly isNow: boolean;
  /** What differs from the one before; null for the oldest. */
  readonly sections: readonly SettingsSection[] | null;
  readonly file: string;
}

/** Taken last comes first. @throws {AppError} `FILE_READ_FAILED` */
export async function settingsHistory({
  settingsFile,
  stateFolder,
}: Places): Promise<readonly ListedSnapshot[]> {
  const all = await listSnapshots(stateFolder);
  const now = await currentText(settingsFile);
  const texts = await Promise.all(all.map((snapshot) => readSnapshot(snapshot).catch(() => null)));
  const parsed = texts.map((text) =>
    text === null ? null : loadSettingsBytes(settingsFile, Buffer.from(text), "play").settings,
  );
  return all.map(({ number, takenAtMs, kind, file }, index) => {
    const before = parsed[index + 1] ?? null;
    const settings = parsed[index] ?? null;
    const sections = before === null || settings === null ? null : diffSettings(before, settings);
    return { number, takenAtMs, kind, isNow: now !== null && texts[index] === now, sections, file };
  });
}

export interface SettingsSide {
  /** `null` is the settings file. */
  readonly number: number | null;
  readonly name: string;
  readonly text: string;
}

export interface SettingsDifference {
  readonly from: SettingsSide;
  readonly to: SettingsSide;
  readonly sections: readonly SettingsSection[];
  /** As `diff -u` says it; empty when they are equal. */
  readonly patch: string;
}

/**
 * @param from - number of a snapshot; undefined is the one that was taken before what the file says now
 * @param to - number of a snapshot; undefined is the settings file
 * @throws {AppError} `SNAPSHOT_UNKNOWN`, `FILE_MISSING`, `FILE_READ_FAILED`
 */
export async function settingsDifference(
  places: Places,
  from: number | undefined,
  to: number | undefined,
): Promise<SettingsDifference> {
  const all = await listSnapshots(places.stateFolder);
  const after =
    to === undefined ? await fileSide(places.settingsFile) : await snapshotSide(snapshotNumbered(all, to));
  const first = from === undefined ? await otherThan(all, after.text) : snapshotNumbered(all, from);
  const before = await snapshotSide(first);
  const [one, other] = [before, after].map(
    ({ text }) => loadSettingsBytes(places.settingsFile, Buffer.from(text), "play").settings,
  );
  return {
    from: before,
    to: after,
    sections: one === undefined || other === undefined ? [] : diffSettings(one, other),
    patch: unifiedDiff(before, after),
  };
}

export interface Restored {
  readonly snapshot: Snapshot;
  /** What takes it back; null when nothing was there, or nothing changed. */
  readonly replaced: { readonly number: number } | { readonly file: string } | null;
  readonly isChanged: boolean;
  /** Mistakes by today's rules, which keep the settings from being taken. */
  readonly problems: readonly Problem[];
}

/**
 * Puts a snapshot back, as it was written; what it replaces is kept as one.
 *
 * @throws {AppError} `SNAPSHOT_UNKNOWN`, `FILE_READ_FAILED`, `FILE_WRITE_FAILED`
 */
export async function restoreSettings(places: Places, number: number): Promise<Restored> {
  const { settingsFile, stateFolder } = places;
  const snapshot = snapshotNumbered(await listSnapshots(stateFolder), number);
  const text = await readSnapshot(snapshot);
  const { problems } = loadSettingsBytes(settingsFile, Buffer.from(text), "check");
  if ((await currentText(settingsFile)) === text)
    return { snapshot, replaced: null, isChanged: false, problems };
  const replaced = await keepSettings(places);
  // It is what is meant from now on: not the oldest any more.
  const kept = await takeSnapshot(stateFolder, text, snapshot.kind);
  await atomicRewrite(settingsFile, text);
  return { snapshot: kept, replaced, isChanged: true, problems };
}

/**
 * Keeps what the settings file says now as a snapshot, before something is written over it.
 *
 * @returns null when there is nothing
 * @throws {AppError} `FILE_READ_FAILED`, `FILE_WRITE_FAILED`
 */
export async function keepSettings({ settingsFile, stateFolder }: Places): Promise<Restored["replaced"]> {
  let bytes: Buffer;
  try {
    bytes = await readBounded(settingsFile, MAX_SETTINGS_BYTES);
  } catch (error) {
    if (isAppError(error, "FILE_MISSING")) return null;
    throw error;
  }
  const loaded = loadSettingsBytes(settingsFile, bytes, "check");
  const text = plainText(bytes);
  if (bytes.length > MAX_SETTINGS_BYTES || text === null) return { file: await keepBeside(settingsFile) };
  const { number } = await takeSnapshot(stateFolder, text, loaded.state === "good" ? "good" : "mistakes");
  return { number };
}

function snapshotNumbered(all: readonly Snapshot[], number: number): Snapshot {
  const found = all.find((snapshot) => snapshot.number === number);
  if (found !== undefined) return found;
  const numbers = all.map((snapshot) => snapshot.number).sort((one, other) => one - other);
  const known =
    numbers.length === 0
      ? "There are none yet: the daemon takes one whenever settings are good"
      : `There are ${numbers.join(", ")}`;
  throw new AppError("SNAPSHOT_UNKNOWN", `expected the number of a snapshot, got ${number}. ${known}`);
}

/** The one that was taken last of those that say something else. */
async function otherThan(all: readonly Snapshot[], text: string): Promise<Snapshot> {
  for (const snapshot of all) if ((await readSnapshot(snapshot)) !== text) return snapshot;
  throw new AppError("SNAPSHOT_UNKNOWN", "there are no settings of before to compare with");
}

async function snapshotSide(snapshot: Snapshot): Promise<SettingsSide> {
  const { number } = snapshot;
  return { number, name: `snapshot ${number}`, text: await readSnapshot(snapshot) };
}

async function fileSide(settingsFile: string): Promise<SettingsSide> {
  const bytes = await readBounded(settingsFile, MAX_SETTINGS_BYTES);
  return { number: null, name: settingsFile, text: bytes.toString("utf8").replace(/^\uFEFF/, "") };
}

/** As a snapshot would have it; null when it cannot be read. */
async function currentText(settingsFile: string): Promise<string | null> {
  return fileSide(settingsFile).then(
    ({ text }) => text,
    () => null,
  );
}

/** null for what is no text: a snapshot would not be the same bytes. */
function plainText(bytes: Buffer): string | null {
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text.replace(/^\uFEFF/, "") : null;
}

const MOST_BESIDE = 100;

/** By another name for the same file: it stays when the first name is given to another. */
async function keepBeside(file: string): Promise<string> {
  for (let count = 1; count <= MOST_BESIDE; count += 1) {
    const name = `${file}.replaced-${count}`;
    try {
      await link(file, name);
      return name;
    } catch (cause) {
      if (systemCodeOf(cause) !== "EEXIST")
        throw new AppError("FILE_WRITE_FAILED", `${name}: cannot be written`, { cause });
    }
  }
  throw new AppError("FILE_WRITE_FAILED", `${file}: has ${MOST_BESIDE} replaced ones beside it already`);
}
