// SPDX-License-Identifier: GPL-3.0-or-later
// A file that is either the old one or the new one, whenever the power fails: written beside, synced,
// renamed over, and the folder synced, so that the new name survives too. What root writes belongs to whom
// the old file, or the folder, belonged to: the service must still be able to read it.

import { link, lstat, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError, messageOf, systemCodeOf } from "./errors.ts";

let counter = 0;

/**
 * Makes missing folders. Two writers at once: one whole file wins.
 *
 * @param options.mode - permissions of a new file, 0o644 unless given
 * @throws {AppError} `FILE_WRITE_FAILED`; the old file is untouched and nothing is left behind
 */
export async function atomicWrite(
  path: string,
  content: string | Uint8Array,
  options: { readonly mode?: number } = {},
): Promise<void> {
  await writeBeside(path, content, options.mode ?? 0o644, null, (temporary) => rename(temporary, path));
}

/**
 * The same for a file that a person owns: it keeps its permissions, and a link goes on leading to it.
 *
 * @throws {AppError} `FILE_WRITE_FAILED`
 */
export async function atomicRewrite(path: string, content: string | Uint8Array): Promise<void> {
  const real = await realpath(path).catch(() => path);
  const facts = await stat(real).catch(() => null);
  const mode = facts === null ? null : facts.mode & 0o777;
  await writeBeside(real, content, mode ?? 0o644, mode, (temporary) => rename(temporary, real));
}

/**
 * The same for a file that must not be there yet.
 *
 * @returns false when it is; nothing was written then
 * @throws {AppError} `FILE_WRITE_FAILED`
 */
export async function atomicCreate(
  path: string,
  content: string | Uint8Array,
  options: { readonly mode?: number } = {},
): Promise<boolean> {
  let isNew = true;
  await writeBeside(path, content, options.mode ?? 0o644, null, async (temporary) => {
    try {
      await link(temporary, path);
    } catch (error) {
      if (systemCodeOf(error) !== "EEXIST") throw error;
      isNew = false;
    }
    await rm(temporary);
  });
  return isNew;
}

/** After a rename of its own, so that it survives: a folder that cannot be synced is none the worse. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch {
    // Some file systems cannot sync a folder; the rename itself has succeeded.
  } finally {
    await handle.close();
  }
}

/** @param exactMode - whatever the umask says; null leaves it to the umask */
async function writeBeside(
  path: string,
  content: string | Uint8Array,
  mode: number,
  exactMode: number | null,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  counter += 1;
  const temporary = `${path}.${process.pid}-${counter}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      if (exactMode !== null) await file.chmod(exactMode);
      const owner = process.getuid?.() === 0 ? await ownerFor(path, folder) : null;
      if (owner !== null) await file.chown(owner.uid, owner.gid);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(temporary);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new AppError("FILE_WRITE_FAILED", `${path}: cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function ownerFor(
  path: string,
  folder: string,
): Promise<{ readonly uid: number; readonly gid: number }> {
  return lstat(path).catch(() => stat(folder));
}
