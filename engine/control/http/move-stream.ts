// SPDX-License-Identifier: GPL-3.0-or-later
// What mappings do, for everybody who watches: a display, a page, a recording. A reader that does not keep
// up gets the newest place of each knob instead of old ones, and is told how many presses it has missed.

import type { WebSocket } from "ws";
import type { MappingFace, MoveJson } from "../mapping-face.ts";

export const MAPPING_PATH = "/ws/mapping";

/** A reader with so much unread waits for more. */
const MAX_UNREAD_BYTES = 64 * 1024;
/** Behind for so long: it is gone. */
const MAX_BEHIND_MS = 15_000;
const RETRY_MS = 50;
/** A tablet that lost its Wi-Fi says nothing: it is asked. */
const PING_EVERY_MS = 10_000;
const MAX_MISSED_PINGS = 2;

interface Reader {
  readonly socket: WebSocket;
  /** Newest of each mapping that moves evenly. */
  readonly waiting: Map<string, MoveJson>;
  /** Presses and notes that it has missed, and has not been told of. */
  lost: number;
  behindSinceMs: number | null;
  missedPings: number;
}

export interface MoveStreamDependencies {
  readonly mapping: MappingFace;
  /** Milliseconds of a clock that never jumps. */
  readonly monotonicMs: () => number;
}

/** Thread: control. */
export class MoveStream {
  readonly #dependencies: MoveStreamDependencies;
  readonly #readers = new Set<Reader>();
  #timer: NodeJS.Timeout | undefined;
  #pings: NodeJS.Timeout | undefined;
  #off: (() => void) | undefined;

  constructor(dependencies: MoveStreamDependencies) {
    this.#dependencies = dependencies;
  }

  get count(): number {
    return this.#readers.size;
  }

  /** Owns: a place among the readers until `socket` closes. */
  add(socket: WebSocket): void {
    const { mapping } = this.#dependencies;
    const reader: Reader = { socket, waiting: new Map(), lost: 0, behindSinceMs: null, missedPings: 0 };
    this.#readers.add(reader);
    socket.send(JSON.stringify({ type: "picture", ...mapping.picture() }));
    this.#off ??= mapping.events.on("moved", (move) => this.#tell(move));
    this.#pings ??= setInterval(() => this.#pingAll(), PING_EVERY_MS);
    socket.on("pong", () => {
      reader.missedPings = 0;
    });
    socket.on("close", () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#rest();
    });
  }

  #rest(): void {
    this.#off?.();
    this.#off = undefined;
    clearInterval(this.#timer);
    this.#timer = undefined;
    clearInterval(this.#pings);
    this.#pings = undefined;
  }

  #pingAll(): void {
    for (const reader of this.#readers) {
      const { socket } = reader;
      if (reader.missedPings >= MAX_MISSED_PINGS) {
        socket.terminate();
        continue;
      }
      reader.missedPings += 1;
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  }

  #tell(move: MoveJson): void {
    for (const reader of this.#readers) {
      if (reader.behindSinceMs === null && reader.socket.bufferedAmount <= MAX_UNREAD_BYTES) {
        reader.socket.send(JSON.stringify({ type: "move", ...move }));
        continue;
      }
      reader.behindSinceMs ??= this.#dependencies.monotonicMs();
      const isPlace = move.kind === "param" || move.kind === "midi" || move.kind === "outside";
      if (isPlace) reader.waiting.set(move.mapping, move);
      else reader.lost += 1;
      this.#timer ??= setInterval(() => this.#catchUp(), RETRY_MS);
    }
  }

  #catchUp(): void {
    const nowMs = this.#dependencies.monotonicMs();
    for (const reader of this.#readers) {
      if (reader.behindSinceMs === null) continue;
      if (reader.socket.bufferedAmount > 0) {
        if (nowMs - reader.behindSinceMs > MAX_BEHIND_MS) reader.socket.terminate();
        continue;
      }
      if (reader.lost > 0) reader.socket.send(JSON.stringify({ type: "lost", count: reader.lost }));
      for (const move of reader.waiting.values())
        reader.socket.send(JSON.stringify({ type: "move", ...move }));
      reader.waiting.clear();
      reader.lost = 0;
      reader.behindSinceMs = null;
    }
    if ([...this.#readers].some(({ behindSinceMs }) => behindSinceMs !== null)) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
