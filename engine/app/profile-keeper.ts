// SPDX-License-Identifier: GPL-3.0-or-later
// The profiles of the synths at the ports while the box runs: read again when their files are saved, and
// told in the log.

import { isDeepStrictEqual } from "node:util";
import type { Logger } from "../base/logger.ts";
import type { Problem } from "../config/problem.ts";
import type { Settings } from "../config/schema.ts";
import type { FoundSynths } from "./found-synths.ts";
import type { LoadedProfiles, PortProfile } from "./profile-source.ts";

export interface ProfileKeeperOptions {
  readonly settingsFile: string;
  readonly log: Logger;
  readonly report: (problems: readonly Problem[]) => void;
  /** Watches the keeper's `files` from when it resolves, and no longer those of the last call. */
  readonly watch: () => Promise<void>;
  /** Who is at the ports whose settings leave it open. */
  readonly found: () => FoundSynths;
}

/** A profile may extend one that extends another, and each is watched before it is read the last time. */
const MAX_ROUNDS = 3;

export class ProfileKeeper {
  readonly #options: ProfileKeeperOptions;
  #loaded: LoadedProfiles | null = null;
  #files: readonly string[] = [];

  constructor(options: ProfileKeeperOptions) {
    this.#options = options;
  }

  get ports(): readonly PortProfile[] {
    return this.#loaded?.ports ?? [];
  }

  /** Were they read yet? */
  get isLoaded(): boolean {
    return this.#loaded !== null;
  }

  /** To be watched. */
  get files(): readonly string[] {
    return this.#files;
  }

  /** Reads what the ports ask for; a profile with mistakes leaves what was good before. */
  async load(settings: Settings): Promise<void> {
    // Loaded late: without a synth at a port nothing is read.
    const { loadProfiles } = await import("./profile-source.ts");
    const read = (): Promise<LoadedProfiles> =>
      loadProfiles(settings, this.#options.settingsFile, this.#loaded, this.#options.found());
    let loaded = await read();
    // Read once more now that they are watched: one may have been saved in between.
    for (let round = 0; round < MAX_ROUNDS && !isDeepStrictEqual(loaded.files, this.#files); round += 1) {
      this.#files = loaded.files;
      await this.#options.watch();
      loaded = await read();
    }
    this.#options.report(loaded.problems);
    for (const { port, profile } of loaded.ports) {
      const before = this.ports.find((other) => other.port === port)?.profile;
      if (isDeepStrictEqual(before, profile)) continue;
      this.#options.log.info({ port, profile: profile.id }, `port ${port} plays ${profile.name}`);
    }
    this.#loaded = loaded;
  }
}
