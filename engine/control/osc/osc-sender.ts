// SPDX-License-Identifier: GPL-3.0-or-later
// Sends OSC to programs elsewhere, and looks their names up beforehand: a name that nobody knows delays no
// message for another.

import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIPv6 } from "node:net";
import { type OscFeedback, packetOf } from "./osc-packet.ts";

/** A tablet gets another address now and then. */
const LOOK_UP_EVERY_MS = 60_000;
/** One that is not there is not asked for with every message: an answer may take seconds of a thread. */
const LOOK_AGAIN_MS = 5000;
/** Of one program while it is looked up; older ones are left out. */
const MAX_WAITING = 16;
/** Datagrams that wait to be sent; beyond it they are left out, like any datagram that is lost. */
const MAX_SEND_QUEUE_BYTES = 256 * 1024;

export interface OscPlace {
  readonly host: string;
  readonly port: number;
}

interface Found {
  address: string | null;
  /** When it was looked up last. */
  askedAtMs: number;
  isUnderWay: boolean;
  readonly waiting: { readonly port: number; readonly packet: Buffer }[];
}

/** Thread: control. */
export class OscSender {
  readonly #hosts = new Map<string, Found>();
  readonly #sockets = new Map<"udp4" | "udp6", Socket>();
  #leftOut = 0;

  /** Datagrams that were not sent. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Never throws: what cannot be sent is lost, like any datagram. */
  send({ host, port }: OscPlace, message: OscFeedback): void {
    const found = this.#hosts.get(host) ?? {
      address: null,
      askedAtMs: Number.NEGATIVE_INFINITY,
      isUnderWay: false,
      waiting: [],
    };
    this.#hosts.set(host, found);
    const packet = packetOf(message);
    if (found.address === null) {
      found.waiting.push({ port, packet });
      if (found.waiting.length > MAX_WAITING) {
        found.waiting.shift();
        this.#leftOut += 1;
      }
    } else this.#post(found.address, port, packet);
    const everyMs = found.address === null ? LOOK_AGAIN_MS : LOOK_UP_EVERY_MS;
    if (performance.now() - found.askedAtMs > everyMs) void this.#lookUp(host, found);
  }

  stop(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
    this.#hosts.clear();
  }

  async #lookUp(host: string, found: Found): Promise<void> {
    if (found.isUnderWay) return;
    found.isUnderWay = true;
    found.askedAtMs = performance.now();
    try {
      found.address = (await lookup(host)).address;
      for (const { port, packet } of found.waiting.splice(0)) this.#post(found.address, port, packet);
    } catch {
      // Not there now: it is looked for again after a while.
      this.#leftOut += found.waiting.splice(0).length;
    } finally {
      found.isUnderWay = false;
    }
  }

  #post(address: string, port: number, packet: Buffer): void {
    const socket = this.#socketOf(isIPv6(address) ? "udp6" : "udp4");
    if (socket.getSendQueueSize() > MAX_SEND_QUEUE_BYTES) {
      this.#leftOut += 1;
      return;
    }
    try {
      socket.send(packet, port, address, () => {});
    } catch {
      this.#leftOut += 1;
    }
  }

  #socketOf(kind: "udp4" | "udp6"): Socket {
    const socket = this.#sockets.get(kind) ?? createSocket(kind).on("error", () => {});
    socket.unref();
    this.#sockets.set(kind, socket);
    return socket;
  }
}
