// SPDX-License-Identifier: GPL-3.0-or-later
// The clock for everybody who watches: at every tick the status is encoded and framed once, and the
// same bytes are written to each reader that keeps up. A reader that does not keep up misses updates
// instead of getting old ones, and is cut off when it stays behind (clock-reader.ts).
//
// Many readers are served in slices, and commands get in between. When a round is not done at the next
// tick, that tick is left out: what is too much makes the clock slower, not the commands.

import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { SteadyTimer } from "../../base/steady-timer.ts";
import { clockJson } from "../status-json.ts";
import type { TransportFace } from "../transport-face.ts";
import { ClockReader } from "./clock-reader.ts";
import { textFrame } from "./text-frame.ts";

/** The rate is measured over this window, or over the last two ticks of a slower clock. */
const RATE_WINDOW_MS = 1000;
/** Readers that are served in one go: a few milliseconds. */
const SLICE = 256;
/** Readers that come together are pinged one after the other. */
const PING_STEP_MS = 37;

export interface ClockStreamDependencies {
  readonly transport: TransportFace;
  /** Updates per second, 1 to 120. */
  readonly clockHz: number;
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
}

export interface ClockMetrics {
  readonly readers: number;
  /** Ticks that had a reader. */
  readonly updatesSent: number;
  /** Updates that a reader missed because it was behind. */
  readonly updatesDropped: number;
  readonly readersCutOff: number;
  /** Measured over the last second; 0 without readers. */
  readonly actualHz: number;
  /** Asked for. */
  readonly targetHz: number;
}

/** Thread: control. */
export class ClockStream {
  readonly #dependencies: ClockStreamDependencies;
  readonly #readers = new Set<ClockReader>();
  readonly #tickTimesMs: number[] = [];
  #hz: number;
  #timer: SteadyTimer;
  #joined = 0;
  /** The next slice of a round that is under way. */
  #nextSlice: NodeJS.Immediate | undefined;
  /** Since the last round began. */
  #elapsedMs = 0;
  #seq = 0;
  #updatesSent = 0;
  #updatesDropped = 0;
  #readersCutOff = 0;

  constructor(dependencies: ClockStreamDependencies) {
    this.#dependencies = dependencies;
    this.#hz = dependencies.clockHz;
    this.#timer = this.#makeTimer();
  }

  /** True while there is a reader; without one nothing runs. */
  get isTicking(): boolean {
    return this.#timer.isRunning;
  }

  /** Another rate from now on, 1 to 120; readers stay. */
  setHz(hz: number): void {
    if (hz === this.#hz) return;
    this.#timer.stop();
    this.#tickTimesMs.length = 0;
    this.#hz = hz;
    this.#timer = this.#makeTimer();
    if (this.#readers.size > 0) this.#timer.start();
  }

  /** Owns: a place in the stream until `socket`, which lives on `connection`, closes. */
  add(socket: WebSocket, connection: Socket): void {
    const { transport } = this.#dependencies;
    this.#joined += 1;
    const reader = new ClockReader({
      socket,
      connection,
      hostMicros: () => transport.hostMicros(),
      firstPingMs: this.#joined * PING_STEP_MS,
    });
    this.#readers.add(reader);
    socket.on("close", () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#rest();
    });
    this.#timer.start();
  }

  metrics(): ClockMetrics {
    return {
      readers: this.#readers.size,
      updatesSent: this.#updatesSent,
      updatesDropped: this.#updatesDropped,
      readersCutOff: this.#readersCutOff,
      actualHz: this.#actualHz(),
      targetHz: this.#hz,
    };
  }

  #makeTimer(): SteadyTimer {
    const { monotonicMs } = this.#dependencies;
    return new SteadyTimer({ hz: this.#hz, monotonicMs, onTick: (sinceLastMs) => this.#tick(sinceLastMs) });
  }

  #tick(sinceLastMs: number): void {
    // When this process was suspended, its readers were not slow: a long pause counts as two ticks.
    this.#elapsedMs += Math.min(sinceLastMs, 2000 / this.#hz);
    if (this.#nextSlice !== undefined) return;
    const nowMs = this.#dependencies.monotonicMs();
    this.#tickTimesMs.push(nowMs);
    while (this.#tickTimesMs.length > 2 && nowMs - (this.#tickTimesMs[0] ?? nowMs) > RATE_WINDOW_MS) {
      this.#tickTimesMs.shift();
    }
    const { transport, wallMs } = this.#dependencies;
    const frame = textFrame(JSON.stringify(clockJson(transport.status(), wallMs(), this.#seq)));
    this.#seq += 1;
    this.#updatesSent += 1;
    const elapsedMs = this.#elapsedMs;
    this.#elapsedMs = 0;
    this.#serve([...this.#readers], 0, frame, elapsedMs);
  }

  #serve(readers: readonly ClockReader[], from: number, frame: Buffer, elapsedMs: number): void {
    this.#nextSlice = undefined;
    for (const reader of readers.slice(from, from + SLICE)) {
      const served = reader.serve(frame, elapsedMs);
      if (served === "dropped" || served === "cutOff") this.#updatesDropped += 1;
      if (served === "cutOff") this.#readersCutOff += 1;
    }
    const next = from + SLICE;
    if (next < readers.length && this.#readers.size > 0)
      this.#nextSlice = setImmediate(() => this.#serve(readers, next, frame, elapsedMs));
  }

  #rest(): void {
    this.#timer.stop();
    clearImmediate(this.#nextSlice);
    this.#nextSlice = undefined;
    this.#tickTimesMs.length = 0;
  }

  #actualHz(): number {
    const first = this.#tickTimesMs[0];
    const last = this.#tickTimesMs.at(-1);
    if (first === undefined || last === undefined || last <= first) return 0;
    return ((this.#tickTimesMs.length - 1) * 1000) / (last - first);
  }
}
