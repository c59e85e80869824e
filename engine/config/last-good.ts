// SPDX-License-Identifier: GPL-3.0-or-later
// The last settings without a mistake, kept as they were written, in the state folder: what plays when
// the settings file is damaged or gone.

import { join } from "node:path";
import { atomicWrite } from "../base/atomic-write.ts";
import { readBounded } from "./bounded-read.ts";
import { MAX_SETTINGS_BYTES } from "./settings-text.ts";

export function lastGoodFile(stateFolder: string): string {
  return join(stateFolder, "settings.last-good.yaml");
}

/**
 * Writes only what is new: the medium is a memory card.
 *
 * @throws {AppError} `FILE_WRITE_FAILED`
 */
export async function storeLastGood(stateFolder: string, text: string): Promise<void> {
  if ((await readLastGood(stateFolder)) === text) return;
  await atomicWrite(lastGoodFile(stateFolder), text);
}

/** @returns null when there is none, or it cannot be read */
export async function readLastGood(stateFolder: string): Promise<string | null> {
  try {
    return (await readBounded(lastGoodFile(stateFolder), MAX_SETTINGS_BYTES)).toString("utf8");
  } catch {
    return null;
  }
}
