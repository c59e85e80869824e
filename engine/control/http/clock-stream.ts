// SPDX-License-Identifier: GPL-3.0-or-later
// The clock for everybody who watches: at every tick the status is encoded once and sent to each
// reader that keeps up. A reader that does not keep up misses updates instead of getting old ones,
// and is cut off when it stays behind.
//
// How we know that a reader is behind: bytes wait in our own queue, or a ping that travels behind
// the updates comes back late. The second sees what the first cannot: the system's socket buffers
// hold minutes of updates before our queue begins to fill.

import { WebSocket } from "ws";
import { clockJson } from "../status-json.ts";
import type { TransportFace } from "../transport-face.ts";
import { SteadyTimer } from "./steady-timer.ts";

/** More than this in our queue means that the reader does not take what it gets. */
const MAX_WAITING_BYTES = 16 * 1024;
const PING_EVERY_MS = 500;
/** A ping that is out for longer means the same. */
const MAX_PING_MS = 1000;
/** A reader that is behind for this long is cut off. */
const MAX_BEHIND_MS = 5000;
/** The rate is measured over this window, or over the last two ticks of a slower clock. */
const RATE_WINDOW_MS = 1000;

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
}

interface Reader {
  readonly socket: WebSocket;
  behindMs: number;
  sincePingMs: number;
  isPingOut: boolean;
}

/** Thread: control. */
export class ClockStream {
  readonly #dependencies: ClockStreamDependencies;
  readonly #intervalMs: number;
  readonly #timer: SteadyTimer;
  readonly #readers = new Set<Reader>();
  readonly #tickTimesMs: number[] = [];
  #seq = 0;
  #updatesSent = 0;
  #updatesDropped = 0;
  #readersCutOff = 0;

  constructor(dependencies: ClockStreamDependencies) {
    this.#dependencies = dependencies;
    this.#intervalMs = 1000 / dependencies.clockHz;
    this.#timer = new SteadyTimer({
      hz: dependencies.clockHz,
      monotonicMs: dependencies.monotonicMs,
      onTick: (sinceLastMs) => this.#tick(sinceLastMs),
    });
  }

  /** True while there is a reader; without one nothing runs. */
  get isTicking(): boolean {
    return this.#timer.isRunning;
  }

  /** Owns: a place in the stream until `socket` closes. */
  add(socket: WebSocket): void {
    const reader: Reader = { socket, behindMs: 0, sincePingMs: 0, isPingOut: false };
    this.#readers.add(reader);
    socket.on("pong", () => {
      reader.isPingOut = false;
    });
    // What a reader says is not listened to; it is read, so that its closing is noticed.
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
    };
  }

  #tick(sinceLastMs: number): void {
    const nowMs = this.#dependencies.monotonicMs();
    this.#tickTimesMs.push(nowMs);
    while (this.#tickTimesMs.length > 2 && nowMs - (this.#tickTimesMs[0] ?? nowMs) > RATE_WINDOW_MS) {
      this.#tickTimesMs.shift();
    }
    // When this process was suspended, its readers were not slow: a long pause counts as two ticks.
    const elapsedMs = Math.min(sinceLastMs, 2 * this.#intervalMs);
    const { transport, wallMs } = this.#dependencies;
    const update = Buffer.from(JSON.stringify(clockJson(transport.status(), wallMs(), this.#seq)));
    this.#seq += 1;
    this.#updatesSent += 1;
    for (const reader of this.#readers) this.#serve(reader, update, elapsedMs);
  }

  #serve(reader: Reader, update: Buffer, elapsedMs: number): void {
    const { socket } = reader;
    if (socket.readyState !== WebSocket.OPEN) return;
    reader.sincePingMs += elapsedMs;
    const isBehind =
      socket.bufferedAmount > MAX_WAITING_BYTES || (reader.isPingOut && reader.sincePingMs > MAX_PING_MS);
    if (isBehind) {
      this.#updatesDropped += 1;
      reader.behindMs += elapsedMs;
      if (reader.behindMs < MAX_BEHIND_MS) return;
      this.#readersCutOff += 1;
      socket.terminate(); // a closing handshake would wait behind the bytes that are not read
      return;
    }
    reader.behindMs = 0;
    socket.send(update, { binary: false });
    if (!reader.isPingOut && reader.sincePingMs >= PING_EVERY_MS) {
      reader.isPingOut = true;
      reader.sincePingMs = 0;
      socket.ping();
    }
  }

  #rest(): void {
    this.#timer.stop();
    this.#tickTimesMs.length = 0;
  }

  #actualHz(): number {
    const first = this.#tickTimesMs[0];
    const last = this.#tickTimesMs.at(-1);
    if (first === undefined || last === undefined || last <= first) return 0;
    return ((this.#tickTimesMs.length - 1) * 1000) / (last - first);
  }
}
