// SPDX-License-Identifier: GPL-3.0-or-later
// The clock that all times of Link are on. It is no wall clock: it counts from when the machine started,
// nobody sets it, and every process on the machine reads the same.
import { linkClockFunctions } from "../binding/addon.ts";
import { checkTicks, checkTime, type HostMicros, MAX_TIME_MICROS } from "./arguments.ts";

/** On no system is a tick shorter than a nanosecond. */
const MAX_TICKS = MAX_TIME_MICROS * 1000n;

export class LinkClock {
  readonly #clock = linkClockFunctions();

  /** Now. */
  micros(): HostMicros {
    return this.#clock.micros();
  }

  /** Now, in what the system counts in: nanoseconds on Linux, mach absolute time on macOS. */
  ticks(): bigint {
    return this.#clock.ticks();
  }

  /** On Linux the microsecond that the tick lies in, on macOS the nearest. */
  ticksToMicros(ticks: bigint): HostMicros {
    return this.#clock.ticksToMicros(checkTicks("LinkClock.ticksToMicros", "ticks", ticks, MAX_TICKS));
  }

  /** The tick at which the microsecond begins. */
  microsToTicks(micros: HostMicros): bigint {
    return this.#clock.microsToTicks(checkTime("LinkClock.microsToTicks", "micros", micros));
  }
}
