// SPDX-License-Identifier: GPL-3.0-or-later
// Where the session is that the settings name.

import { dirname, isAbsolute, join, resolve } from "node:path";

export interface SessionPlaceOptions {
  /** `session` from the settings. */
  readonly session: string;
  readonly settingsFile: string;
  /** The folder of the settings that came with Downbeat. */
  readonly shippedFolder: string;
  readonly exists: (path: string) => boolean;
}

/**
 * Looks beside the settings file, then among what was shipped, so that settings in a folder of their own
 * can still name the first session.
 *
 * @returns an absolute path; one that does not exist when neither place has the file
 */
export function sessionPlace(options: SessionPlaceOptions): string {
  const { session, settingsFile, shippedFolder, exists } = options;
  if (isAbsolute(session)) return session;
  const beside = join(dirname(resolve(settingsFile)), session);
  if (exists(beside)) return beside;
  const shipped = join(resolve(shippedFolder), session);
  return exists(shipped) ? shipped : beside;
}
