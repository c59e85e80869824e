// SPDX-License-Identifier: GPL-3.0-or-later
// Finds out which synths are at the ports whose settings leave it open (`profile: auto`): from what the engine heard
// when it asked them, and from the names of their ports.

import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { MidiPortStatus } from "../binding/engine-status.ts";
import { AUTO_PROFILE, type Settings } from "../config/schema.ts";
import type { Origin, Shelf } from "../profiles/shelf.ts";
import { type Candidate, type FoundProfileId, findWhoIsThere } from "../profiles/who-is-there.ts";
import {
  type FoundSynths,
  identityText,
  NO_SYNTHS,
  readFoundSynths,
  writeFoundSynths,
} from "./found-synths.ts";

export interface SynthFinderOptions {
  readonly settingsFile: string;
  readonly stateFolder: string;
  readonly log: Logger;
}

/** The player's own profiles come before those that came with Downbeat. */
const RANKS: Readonly<Record<Origin, number>> = { settings: 0, folder: 1, builtIn: 2 };

/** Thread: control. */
export class SynthFinder {
  readonly #options: SynthFinderOptions;
  #found: FoundSynths = NO_SYNTHS;
  /** What was looked at last. */
  #seen = "";

  constructor(options: SynthFinderOptions) {
    this.#options = options;
  }

  /** Also of synths that are away now. */
  get found(): FoundSynths {
    return this.#found;
  }

  /** Takes up what was found before this process. */
  async start(): Promise<void> {
    this.#found = await readFoundSynths(this.#options.stateFolder);
  }

  /** @returns whether it found others than before. Looks only when something is new; never throws */
  async look(settings: Settings, ports: readonly MidiPortStatus[]): Promise<boolean> {
    const open = settings.midi.ports.filter(({ profile }) => profile === AUTO_PROFILE).map(({ id }) => id);
    const known = ports.filter((port) => open.includes(port.id) && isKnown(port));
    const seen = JSON.stringify([open, settings.profiles, settings.cc_profiles, known.map(sightOf)]);
    if (seen === this.#seen) return false;
    this.#seen = seen;
    try {
      const found = new Map([...this.#found].filter(([id]) => open.includes(id)));
      const candidates = known.length === 0 ? [] : await this.#candidates(settings);
      for (const port of known) {
        const synth = findWhoIsThere(candidates, whoOf(port));
        if (synth === null) found.delete(port.id);
        else found.set(port.id, synth);
        this.#say(port, synth, this.#found.get(port.id));
      }
      if (textOf(found) === textOf(this.#found)) return false;
      this.#found = found;
      await writeFoundSynths(this.#options.stateFolder, found);
    } catch (error) {
      this.#options.log.warn({}, messageOf(error));
    }
    return true;
  }

  /** Every profile that says how its synth is found. */
  async #candidates(settings: Settings): Promise<readonly Candidate[]> {
    const { openShelf } = await import("./profile-source.ts");
    const shelf: Shelf = await openShelf(settings, this.#options.settingsFile);
    const candidates: Candidate[] = [];
    for (const { id, origin } of shelf.entries) {
      const found = await shelf.find(id);
      if (found !== null) candidates.push({ profile: found.profile, rank: RANKS[origin] });
    }
    return candidates;
  }

  #say(port: MidiPortStatus, synth: FoundProfileId | null, before: FoundProfileId | undefined): void {
    const answer = port.identity?.replies[0];
    if (synth === null && answer !== undefined)
      this.#options.log.info(
        { port: port.id },
        `port ${port.id}: who is there answers ${identityText(answer)}, which no profile knows: midi.ports[].profile names one`,
      );
    else if (synth !== null && synth.profile !== before?.profile)
      this.#options.log.info(
        { port: port.id },
        `port ${port.id}: ${synth.profile} is there, by ${synth.by === "answer" ? "its answer" : "the name of the port"}`,
      );
  }
}

/** Not while an answer may come: until then it is who it was. */
function isKnown({ state, identity }: MidiPortStatus): boolean {
  return state === "open" && identity?.state !== "waiting";
}

function whoOf({ kind, name, identity }: MidiPortStatus) {
  return { answers: identity?.replies ?? [], portName: kind === "match" ? name : null };
}

function sightOf(port: MidiPortStatus) {
  return [port.id, whoOf(port)];
}

function textOf(found: FoundSynths): string {
  return JSON.stringify([...found].sort());
}
