// SPDX-License-Identifier: GPL-3.0-or-later
// Does this process end again and again? Every start is a strike until it has lived for a minute or was ended
// in order. After six in one boot of the machine it runs with default settings: whatever the owner's do to it,
// he can reach the box and mend them. The engine counts its own: native/engine/strike-book.hpp.
// docs/decisions/strikes-count-within-one-boot.md says why boots count.

import path from "node:path";
import { z } from "zod";
import { atomicWrite } from "../base/atomic-write.ts";
import { readBounded } from "../config/bounded-read.ts";
import { bootId } from "../platform/boot-id.ts";

/** So many quick deaths, and the default settings are tried. */
export const STRIKES_FOR_DEFAULTS = 6;
/** A start that has lived for so long is no strike. */
export const WELL_MS = 60_000;

const MOST_STRIKES = 1000;
const MAX_BYTES = 4096;

const fileSchema = z.object({
  version: z.literal(1),
  boot: z.string().max(128),
  strikes: z.int().min(0).max(MOST_STRIKES),
  /** What a person should know while the default settings play; empty when the owner's do. */
  trouble: z.string().max(4000),
});

type StrikeRecord = Omit<z.output<typeof fileSchema>, "version">;

export interface StrikeBookOptions {
  readonly stateFolder: string;
  /** Of the machine; unknown, as an empty text, is one boot for ever. */
  readonly boot?: string;
}

/** One for the life of a process. Nothing here throws: a book that cannot be written counts nothing. */
export class StrikeBook {
  readonly #stateFolder: string;
  #record: StrikeRecord;
  #isOpen = false;
  #timer: NodeJS.Timeout | null = null;
  /** One write after the other. */
  #writing: Promise<void> = Promise.resolve();

  constructor({ stateFolder, boot = bootId() }: StrikeBookOptions) {
    this.#stateFolder = stateFolder;
    this.#record = { boot, strikes: 0, trouble: "" };
  }

  /**
   * Counts this start; it is in the file when this resolves.
   *
   * @returns how many starts before it, in this boot, ended within a minute
   */
  async begin(): Promise<number> {
    const before = await readRecord(this.#stateFolder);
    const strikes = before !== null && before.boot === this.#record.boot ? before.strikes : 0;
    this.#record = { ...this.#record, strikes: Math.min(strikes + 1, MOST_STRIKES), trouble: "" };
    this.#isOpen = true;
    this.#timer = setTimeout(() => this.forget(), WELL_MS);
    this.#timer.unref();
    await this.#write();
    return strikes;
  }

  /** It lives: nothing counts any more. Also when the owner has changed what it died of. */
  forget(): void {
    this.#close();
    this.#record = { ...this.#record, strikes: 0 };
    void this.#write();
  }

  /** @param trouble - a sentence for displays and `downbeat status`; empty ends it */
  say(trouble: string): void {
    if (this.#record.trouble === trouble) return;
    this.#record = { ...this.#record, trouble };
    void this.#write();
  }

  /** It ends in order: this start does not count, those before it do. Resolves when that is written. */
  async takeBack(): Promise<void> {
    const strikes = this.#isOpen ? Math.max(0, this.#record.strikes - 1) : this.#record.strikes;
    this.#close();
    this.#record = { ...this.#record, strikes, trouble: "" };
    await this.#write();
  }

  #close(): void {
    this.#isOpen = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #write(): Promise<void> {
    const content = `${JSON.stringify({ version: 1, ...this.#record })}\n`;
    this.#writing = this.#writing
      .then(() => atomicWrite(fileOf(this.#stateFolder), content, { mode: 0o600 }))
      .catch(() => undefined);
    return this.#writing;
  }
}

/** Why the default settings play, for those who look from outside; empty when they do not. */
export async function readTrouble(stateFolder: string, boot: string = bootId()): Promise<string> {
  const record = await readRecord(stateFolder);
  return record !== null && record.boot === boot ? record.trouble : "";
}

function fileOf(stateFolder: string): string {
  return path.join(stateFolder, "node-strikes.json");
}

/** Null when there is none, or it makes no sense: then something begins. */
async function readRecord(stateFolder: string): Promise<StrikeRecord | null> {
  try {
    const text = (await readBounded(fileOf(stateFolder), MAX_BYTES)).toString("utf8");
    return fileSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
