// SPDX-License-Identifier: GPL-3.0-or-later
// Which page is shown: what a hand moves first, then what somebody chose, then trouble in turn with the stage page.

import { isDeepStrictEqual } from "node:util";
import { PIECE_MS, troublePieces } from "./pages/trouble.ts";
import type { PageName } from "./picture.ts";

/** How long a value stays after the hand has rested. */
const TOUCH_MS = 2000;
/** How long the stage page is shown between two troubles. */
const PLAY_MS = 6000;

export type Choice =
  | { readonly page: Exclude<PageName, "trouble"> }
  /** `index` in the list of troubles; -1 when there is none. */
  | { readonly page: "trouble"; readonly index: number; readonly shownMs: number };

export class PageChoice {
  #chosen: PageName | null = null;
  #chosenMs = 0;
  #touchedMs = Number.NEGATIVE_INFINITY;
  #troubles: readonly string[] = [];
  #troublesMs = 0;

  get chosen(): PageName | null {
    return this.#chosen;
  }

  /** @param page - null lets it change by itself */
  choose(page: PageName | null, nowMs: number): void {
    this.#chosen = page;
    this.#chosenMs = nowMs;
  }

  touch(nowMs: number): void {
    this.#touchedMs = nowMs;
  }

  /** @param troubles - sentences, the most important first; a new one is shown at once */
  setTroubles(troubles: readonly string[], nowMs: number): void {
    if (isDeepStrictEqual(troubles, this.#troubles)) return;
    const isNews = troubles.some((sentence) => !this.#troubles.includes(sentence));
    this.#troubles = troubles;
    if (isNews) this.#troublesMs = nowMs;
  }

  get troubles(): readonly string[] {
    return this.#troubles;
  }

  at(nowMs: number): Choice {
    if (nowMs - this.#touchedMs < TOUCH_MS) return { page: "parameter" };
    if (this.#chosen === "trouble") return this.#chosenTrouble(nowMs - this.#chosenMs);
    if (this.#chosen !== null) return { page: this.#chosen };
    return this.#inTurn(nowMs - this.#troublesMs);
  }

  /** One after the other, without the stage page between. */
  #chosenTrouble(elapsedMs: number): Choice {
    const lengths = this.#lengths();
    const all = lengths.reduce((sum, length) => sum + length, 0);
    let restMs = all > 0 ? elapsedMs % all : 0;
    for (const [index, length] of lengths.entries()) {
      if (restMs < length) return { page: "trouble", index, shownMs: restMs };
      restMs -= length;
    }
    return { page: "trouble", index: -1, shownMs: 0 };
  }

  #inTurn(elapsedMs: number): Choice {
    const lengths = this.#lengths();
    const all = lengths.reduce((sum, length) => sum + length + PLAY_MS, 0);
    let restMs = all > 0 ? elapsedMs % all : 0;
    for (const [index, length] of lengths.entries()) {
      if (restMs < length) return { page: "trouble", index, shownMs: restMs };
      restMs -= length;
      if (restMs < PLAY_MS) break;
      restMs -= PLAY_MS;
    }
    return { page: "play" };
  }

  /** How long each is shown: a long sentence has more pieces. */
  #lengths(): readonly number[] {
    return this.#troubles.map((sentence) => troublePieces(sentence) * PIECE_MS);
  }
}
