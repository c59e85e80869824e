// SPDX-License-Identifier: GPL-3.0-or-later
// A file that is either the old one or the new one, whenever the power fails: written beside, synced,
// renamed over, and the folder synced, so that the new name survives too.

import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError, messageOf } from "./errors.ts";

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
  const folder = dirname(path);
  counter += 1;
  const temporary = `${path}.${process.pid}-${counter}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, "wx", options.mode ?? 0o644);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new AppError("FILE_WRITE_FAILED", `${path}: cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch {
    // Some file systems cannot sync a folder; the rename itself has succeeded.
  } finally {
    await handle.close();
  }
}
