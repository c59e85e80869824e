// SPDX-License-Identifier: GPL-3.0-or-later
// The owner's sessions and racks stand in for those that came with Downbeat: what lies beside the settings
// under the same name is read in their place, and what is not there is read from what came. So one rack
// can be changed without a copy of all the others.

import { existsSync } from "node:fs";
import path from "node:path";

export class OwnFiles {
  readonly #own: string;
  readonly #shipped: string;
  readonly #asked = new Set<string>();

  /**
   * @param ownFolder - of the settings file
   * @param shippedFolder - of the settings that came with Downbeat
   */
  constructor(ownFolder: string, shippedFolder: string) {
    this.#own = path.resolve(ownFolder);
    this.#shipped = path.resolve(shippedFolder);
  }

  /** Where `file` is read from. */
  placeOf(file: string): string {
    const name = nameIn(this.#own, file) ?? nameIn(this.#shipped, file);
    if (name === null) return file;
    const own = path.join(this.#own, name);
    this.#asked.add(own);
    if (existsSync(own)) return own;
    const shipped = path.join(this.#shipped, name);
    return existsSync(shipped) ? shipped : file;
  }

  /** Files of the owner that count as soon as they are there. */
  get wanted(): readonly string[] {
    return [...this.#asked];
  }
}

/** Relative to the folder; null when it is elsewhere. */
function nameIn(folder: string, file: string): string | null {
  const name = path.relative(folder, path.resolve(file));
  return name === "" || name.startsWith("..") || path.isAbsolute(name) ? null : name;
}
