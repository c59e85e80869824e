// SPDX-License-Identifier: GPL-3.0-or-later
// Calls at a steady rate: every tick aims at its own place on a grid from the start, so lateness
// does not add up. Ticks that were missed (a busy or suspended process) are skipped, not made up.

export interface SteadyTimerOptions {
  /** 1 to 120. */
  readonly hz: number;
  /** @param sinceLastMs - time since the last tick, or since the start */
  readonly onTick: (sinceLastMs: number) => void;
  /** Milliseconds of a clock that never jumps. */
  readonly monotonicMs: () => number;
}

/** Thread: control. */
export class SteadyTimer {
  readonly #options: SteadyTimerOptions;
  readonly #intervalMs: number;
  #timeout: NodeJS.Timeout | undefined;
  #originMs = 0;
  #tick = 0;
  #lastMs = 0;

  constructor(options: SteadyTimerOptions) {
    this.#options = options;
    this.#intervalMs = 1000 / options.hz;
  }

  get isRunning(): boolean {
    return this.#timeout !== undefined;
  }

  start(): void {
    if (this.isRunning) return;
    this.#originMs = this.#options.monotonicMs();
    this.#lastMs = this.#originMs;
    this.#tick = 0;
    this.#aim();
  }

  stop(): void {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
  }

  #aim(): void {
    const targetMs = this.#originMs + (this.#tick + 1) * this.#intervalMs;
    const waitMs = Math.max(0, targetMs - this.#options.monotonicMs());
    this.#timeout = setTimeout(() => this.#fire(), waitMs);
  }

  #fire(): void {
    const nowMs = this.#options.monotonicMs();
    // A timeout may come a little early: then it still counts as the tick it was meant to be.
    const reached = Math.floor((nowMs - this.#originMs) / this.#intervalMs);
    this.#tick = Math.max(this.#tick + 1, reached);
    const sinceLastMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    this.#aim();
    this.#options.onTick(sinceLastMs);
  }
}
