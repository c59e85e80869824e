// SPDX-License-Identifier: GPL-3.0-or-later
// How much of something is allowed: so many at once, and as many again each second.

/** Thread: control. */
export class TokenBucket {
  readonly #perSecond: number;
  #tokens: number;
  #lastMs: number | undefined;

  /** @param perSecond - also how many may come at once */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  /** @param nowMs - of a clock that never jumps; true when one more is allowed */
  take(nowMs: number): boolean {
    const elapsedMs = nowMs - (this.#lastMs ?? nowMs);
    this.#lastMs = nowMs;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + (elapsedMs / 1000) * this.#perSecond);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
