// SPDX-License-Identifier: GPL-3.0-or-later
// Whether anybody plays: after silence of hands it is time to drift, after a touch to be back. The engine
// comes back by itself when a mapped control moves; others who play (a page, a tablet) are seen here.

export interface IdleMoment {
  /** Host time, now. */
  readonly hostMicros: number;
  /** Host time of the last touch of a mapped control; 0: none. */
  readonly touchedMicros: number;
  readonly isPlaying: boolean;
}

export type IdleOrder = "drift" | "return";

/** Thread: control. */
export class IdleWatch {
  #lastMicros: number | null = null;
  #touched = 0;
  #isDrifting = false;

  get isDrifting(): boolean {
    return this.#isDrifting;
  }

  /** Somebody did something that the engine does not call a touch. @returns what to do now */
  touch(hostMicros: number): IdleOrder | null {
    this.#lastMicros = hostMicros;
    return this.#end();
  }

  /** @returns what to do now; null: nothing */
  look({ hostMicros, touchedMicros, isPlaying }: IdleMoment, afterSeconds: number): IdleOrder | null {
    if (touchedMicros > this.#touched) {
      this.#touched = touchedMicros;
      this.#lastMicros = Math.max(this.#lastMicros ?? touchedMicros, touchedMicros);
      // The engine is on its way back already; the same said again does no harm.
      return this.#end();
    }
    // A box that nobody has touched yet counts from when it was looked at first, and silence is no play.
    if (this.#lastMicros === null || !isPlaying) {
      this.#lastMicros = hostMicros;
      return isPlaying ? null : this.#end();
    }
    if (this.#isDrifting || hostMicros - this.#lastMicros < afterSeconds * 1e6) return null;
    this.#isDrifting = true;
    return "drift";
  }

  /** It is not wanted any more. */
  stop(): IdleOrder | null {
    this.#lastMicros = null;
    return this.#end();
  }

  #end(): IdleOrder | null {
    if (!this.#isDrifting) return null;
    this.#isDrifting = false;
    return "return";
  }
}
