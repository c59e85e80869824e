// SPDX-License-Identifier: GPL-3.0-or-later
// One reader of the clock: whether it keeps up, and its questions for the time.
//
// How we know that a reader is behind: bytes wait in our own queue, or a ping that travels behind
// the updates comes back late. The second sees what the first cannot: the system's socket buffers
// hold minutes of updates before our queue begins to fill.

import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { TokenBucket } from "../../base/token-bucket.ts";

/** More than this in our queue means that the reader does not take what it gets. */
const MAX_WAITING_BYTES = 16 * 1024;
const PING_EVERY_MS = 1000;
/** A ping that is out for longer means the same. */
const MAX_PING_MS = 1000;
/** A reader that is behind for this long is cut off. */
const MAX_BEHIND_MS = 5000;
/** Questions for the time that are answered. */
const MAX_QUESTIONS_PER_SECOND = 20;
const MAX_QUESTION_BYTES = 128;

export type Served = "sent" | "dropped" | "cutOff" | "gone";

export interface ClockReaderOptions {
  readonly socket: WebSocket;
  /** The connection under `socket`: updates are written there, framed already. */
  readonly connection: Socket;
  /** Link's clock now, in microseconds. */
  readonly hostMicros: () => number;
  /** Spreads the pings of many readers. */
  readonly firstPingMs: number;
}

/** Thread: control. */
export class ClockReader {
  readonly #socket: WebSocket;
  readonly #connection: Socket;
  readonly #hostMicros: () => number;
  #behindMs = 0;
  #sincePingMs: number;
  #isPingOut = false;
  readonly #questions = new TokenBucket(MAX_QUESTIONS_PER_SECOND);

  constructor({ socket, connection, hostMicros, firstPingMs }: ClockReaderOptions) {
    this.#socket = socket;
    this.#connection = connection;
    this.#hostMicros = hostMicros;
    this.#sincePingMs = PING_EVERY_MS - (firstPingMs % PING_EVERY_MS);
    socket.on("pong", () => {
      this.#isPingOut = false;
    });
    socket.on("message", (data, isBinary) => {
      if (!isBinary) this.#answer(String(data));
    });
  }

  /**
   * @param frame - a whole WebSocket frame, the same for every reader
   * @param elapsedMs - since the last call
   */
  serve(frame: Buffer, elapsedMs: number): Served {
    if (this.#socket.readyState !== WebSocket.OPEN) return "gone";
    this.#sincePingMs += elapsedMs;
    if (this.#isBehind) {
      this.#behindMs += elapsedMs;
      if (this.#behindMs < MAX_BEHIND_MS) return "dropped";
      this.#socket.terminate(); // a closing handshake would wait behind the bytes that are not read
      return "cutOff";
    }
    this.#behindMs = 0;
    this.#connection.write(frame);
    if (!this.#isPingOut && this.#sincePingMs >= PING_EVERY_MS) {
      this.#isPingOut = true;
      this.#sincePingMs = 0;
      this.#socket.ping();
    }
    return "sent";
  }

  get #isBehind(): boolean {
    if (this.#connection.writableLength > MAX_WAITING_BYTES) return true;
    return this.#isPingOut && this.#sincePingMs > MAX_PING_MS;
  }

  /** `{"ping":N}`, and what time it is. Anything else is nothing that a reader can say. */
  #answer(text: string): void {
    const linkMicros = this.#hostMicros();
    if (text.length > MAX_QUESTION_BYTES || !this.#questions.take(linkMicros / 1000)) return;
    const ping = pingOf(text);
    if (ping === undefined || this.#socket.readyState !== WebSocket.OPEN || this.#isBehind) return;
    this.#socket.send(JSON.stringify({ pong: ping, link_us: linkMicros }));
  }
}

function pingOf(text: string): number | undefined {
  try {
    const { ping } = JSON.parse(text) ?? {};
    return typeof ping === "number" ? ping : undefined;
  } catch {
    return undefined;
  }
}
