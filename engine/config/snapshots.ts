// SPDX-License-Identifier: GPL-3.0-or-later
// The settings of before: numbered copies of what was taken, as it was written, in the state folder. The
// same settings are there once, and their number stays theirs. A file is called NUMBER.TURN.yaml: the turn
// says which was taken last, so that one rename moves a snapshot to the front. Wall clocks of boxes start
// anywhere: they are told to people and decide nothing.

import { lchown, lstat, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { atomicCreate, syncFolder } from "../base/atomic-write.ts";
import { AppError, messageOf, systemCodeOf } from "../base/errors.ts";
import { readBounded } from "./bounded-read.ts";
import { MAX_SETTINGS_BYTES } from "./settings-text.ts";

/** Settings that were taken. */
export const KEPT_SNAPSHOTS = 20;
/** Settings with mistakes, kept because `restore` replaced them. */
export const KEPT_MISTAKES = 5;

export type SnapshotKind = "good" | "mistakes";

export interface Snapshot {
  /** From 1; never given to another. */
  readonly number: number;
  /** The highest was taken last. */
  readonly turn: number;
  readonly kind: SnapshotKind;
  readonly file: string;
  /** When it was taken last, by the wall clock of then. */
  readonly takenAtMs: number;
}

export function snapshotFolder(stateFolder: string): string {
  return join(stateFolder, "settings-snapshots");
}

/**
 * Taken last comes first. Empty when there are none.
 *
 * @throws {AppError} `FILE_READ_FAILED` when the folder is there and may not be read
 */
export async function listSnapshots(stateFolder: string): Promise<readonly Snapshot[]> {
  const folder = snapshotFolder(stateFolder);
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    if (systemCodeOf(cause) === "ENOENT") return [];
    const hint = systemCodeOf(cause) === "EACCES" ? ". Try again with sudo" : "";
    throw new AppError("FILE_READ_FAILED", `${folder}: ${messageOf(cause)}${hint}`, { cause });
  }
  const byNumber = new Map<number, Snapshot>();
  for (const name of names) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const file = join(folder, name);
    const facts = await lstat(file).catch(() => null);
    // Another process has just moved it, or taken it away. A link is none of ours: root may be reading.
    if (facts === null || !facts.isFile()) continue;
    const snapshot: Snapshot = {
      number: Number(match[1]),
      turn: Number(match[2]),
      kind: match[3] === undefined ? "good" : "mistakes",
      file,
      takenAtMs: facts.mtimeMs,
    };
    const other = byNumber.get(snapshot.number);
    if (other === undefined || other.turn < snapshot.turn) byNumber.set(snapshot.number, snapshot);
  }
  return [...byNumber.values()].sort((one, other) => other.turn - one.turn);
}

const NAME = /^(\d{1,9})\.(\d{1,9})(\.mistakes)?\.yaml$/;

/** @throws {AppError} `FILE_MISSING`, `FILE_READ_FAILED` */
export async function readSnapshot({ file }: Snapshot): Promise<string> {
  return (await readBounded(file, MAX_SETTINGS_BYTES)).toString("utf8");
}

const MAX_ATTEMPTS = 50;

/**
 * Keeps `text`; settings that are there already move to the front. What is too old goes.
 *
 * @returns the snapshot that has it
 * @throws {AppError} `FILE_WRITE_FAILED`
 */
export async function takeSnapshot(stateFolder: string, text: string, kind: SnapshotKind): Promise<Snapshot> {
  await makeFolder(stateFolder);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const all = await listSnapshots(stateFolder);
    const turn = (all[0]?.turn ?? 0) + 1;
    const known = await findSnapshot(all, text);
    if (known !== null) {
      if (known.turn === turn - 1 && (known.kind === kind || kind === "mistakes")) return known;
      const moved = await moveSnapshot(stateFolder, known, turn, kind);
      if (moved !== null) return moved;
      continue;
    }
    const number = all.reduce((most, other) => Math.max(most, other.number), 0) + 1;
    const file = join(snapshotFolder(stateFolder), nameOf(number, turn, kind));
    // Another process may have had the same thought.
    if (!(await atomicCreate(file, text, { mode: 0o600 }))) continue;
    const snapshot: Snapshot = { number, turn, kind, file, takenAtMs: Date.now() };
    await forgetOld([snapshot, ...all]);
    return snapshot;
  }
  throw new AppError("FILE_WRITE_FAILED", `${snapshotFolder(stateFolder)}: others write there all the time`);
}

/** The one of `all` that holds `text`, or null. */
export async function findSnapshot(all: readonly Snapshot[], text: string): Promise<Snapshot | null> {
  for (const snapshot of all) {
    const there = await readSnapshot(snapshot).catch(() => null);
    if (there === text) return snapshot;
  }
  return null;
}

/** @returns null when another process was quicker */
async function moveSnapshot(
  stateFolder: string,
  known: Snapshot,
  turn: number,
  wanted: SnapshotKind,
): Promise<Snapshot | null> {
  // What was taken once is good, whoever replaces it.
  const kind = known.kind === "good" ? "good" : wanted;
  const folder = snapshotFolder(stateFolder);
  const file = join(folder, nameOf(known.number, turn, kind));
  try {
    await rename(known.file, file);
  } catch (cause) {
    if (systemCodeOf(cause) === "ENOENT") return null;
    throw new AppError("FILE_WRITE_FAILED", `${file}: cannot be written: ${messageOf(cause)}`, { cause });
  }
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
  await syncFolder(folder);
  return { ...known, turn, kind, file, takenAtMs: now.getTime() };
}

/** @param all - taken last comes first */
async function forgetOld(all: readonly Snapshot[]): Promise<void> {
  const good = all.filter(({ kind }) => kind === "good").slice(KEPT_SNAPSHOTS);
  const mistakes = all.filter(({ kind }) => kind === "mistakes").slice(KEPT_MISTAKES);
  for (const { file } of [...good, ...mistakes]) await rm(file, { force: true });
}

function nameOf(number: number, turn: number, kind: SnapshotKind): string {
  return `${number}.${turn}${kind === "good" ? "" : ".mistakes"}.yaml`;
}

/** One that root makes belongs to whom the state folder belongs to. */
async function makeFolder(stateFolder: string): Promise<void> {
  const folder = snapshotFolder(stateFolder);
  try {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (made === undefined || process.getuid?.() !== 0) return;
    const { uid, gid } = await stat(stateFolder);
    await lchown(folder, uid, gid);
  } catch (cause) {
    throw new AppError("FILE_WRITE_FAILED", `${folder}: cannot be made: ${messageOf(cause)}`, { cause });
  }
}
