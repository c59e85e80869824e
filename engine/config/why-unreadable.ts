// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a file that another file names can be read, without reading it: it may be a long sample.

import { accessSync, constants } from "node:fs";
import { messageOf, systemCodeOf } from "../base/errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "permission denied",
  ELOOP: "a circle of links",
  ENAMETOOLONG: "a name that is too long",
};

/** The reason as part of a sentence, null when the file can be read. */
export function whyUnreadable(path: string): string | null {
  try {
    accessSync(path, constants.R_OK);
    return null;
  } catch (error) {
    return REASONS[systemCodeOf(error) ?? ""] ?? messageOf(error);
  }
}
