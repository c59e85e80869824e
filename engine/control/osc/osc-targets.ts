// SPDX-License-Identifier: GPL-3.0-or-later
// Who gets feedback: the targets of the settings, and programs that subscribed, for as long as they
// say so again.
//
// The sender of a datagram can be made up. So that nobody makes us send a stream to somebody else, a
// subscriber that is not on this machine must send back a number that was sent to its address. The
// number is computed, not remembered: a flood of strangers costs no memory.

import { createHmac, randomBytes } from "node:crypto";
import { V4MAPPED } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/** A subscription that is not renewed ends after this. */
export const LEASE_MS = 10_000;
const MAX_SUBSCRIBERS = 16;
/** Names of targets are looked up this often: a tablet gets another address now and then. */
const LOOK_UP_EVERY_MS = 60_000;

export interface OscEndpoint {
  readonly address: string;
  readonly port: number;
}

export type Subscription = "new" | "renewed" | "full" | { readonly confirm: number };

interface Target {
  readonly host: string;
  readonly port: number;
}

/** Thread: control. */
export class OscTargets {
  readonly #fixed: readonly Target[];
  readonly #family: 4 | 6;
  readonly #secret = randomBytes(32);
  #found: readonly OscEndpoint[] = [];
  /** By address and port: when it ends. */
  readonly #leases = new Map<string, { readonly endpoint: OscEndpoint; endsMs: number }>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param targets - `host:port`, an IPv6 address in brackets
   * @param family - of our own socket: 6 reaches both kinds
   */
  constructor(targets: readonly string[], family: 4 | 6) {
    this.#fixed = targets.map(targetOf);
    this.#family = family;
  }

  /** Looks for the targets of the settings. */
  async start(): Promise<void> {
    await this.#lookUp();
    if (this.#fixed.some(({ host }) => isIP(host) === 0))
      this.#timer = setInterval(() => void this.#lookUp(), LOOK_UP_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Everybody at `nowMs`, of a clock that never jumps. */
  all(nowMs: number): readonly OscEndpoint[] {
    for (const [key, { endsMs }] of this.#leases) if (endsMs <= nowMs) this.#leases.delete(key);
    return [...this.#found, ...[...this.#leases.values()].map(({ endpoint }) => endpoint)];
  }

  /** Targets of the settings at the address of `from`, at other ports: an app may listen elsewhere than it sends. */
  besides(from: OscEndpoint): readonly OscEndpoint[] {
    const address = plain(from.address);
    return this.#found.filter((each) => plain(each.address) === address && each.port !== from.port);
  }

  /** @param token - the number that `from` was sent */
  subscribe(from: OscEndpoint, token: unknown, nowMs: number): Subscription {
    const isProven =
      isLoopback(from.address) || [0, 1].some((age) => token === this.#token(from, nowMs, age));
    if (!isProven) return { confirm: this.#token(from, nowMs, 0) };
    const key = keyOf(from);
    const lease = this.#leases.get(key);
    if (lease !== undefined && lease.endsMs > nowMs) {
      lease.endsMs = nowMs + LEASE_MS;
      return "renewed";
    }
    if (lease === undefined && this.#leases.size >= MAX_SUBSCRIBERS) return "full";
    this.#leases.set(key, { endpoint: from, endsMs: nowMs + LEASE_MS });
    return "new";
  }

  unsubscribe(from: OscEndpoint): void {
    this.#leases.delete(keyOf(from));
  }

  /** Good for the time of one to two leases. */
  #token(to: OscEndpoint, nowMs: number, age: number): number {
    const window = Math.floor(nowMs / LEASE_MS) - age;
    const hash = createHmac("sha256", this.#secret)
      .update(`${keyOf(to)} ${window}`)
      .digest();
    return hash.readUInt32BE() & 0x7fff_ffff;
  }

  async #lookUp(): Promise<void> {
    const found = await Promise.all(this.#fixed.map((target) => this.#endpointOf(target)));
    this.#found = found.filter((each) => each !== undefined);
  }

  async #endpointOf({ host, port }: Target): Promise<OscEndpoint | undefined> {
    try {
      const options = this.#family === 4 ? { family: 4 } : { family: 6, hints: V4MAPPED };
      const { address } = await lookup(host, options);
      // An address that needs no looking up comes back as it is.
      const isMapped = this.#family === 6 && isIP(address) === 4;
      return { address: isMapped ? `::ffff:${address}` : address, port };
    } catch {
      return undefined; // not there now: it is looked for again
    }
  }
}

function targetOf(target: string): Target {
  const colon = target.lastIndexOf(":");
  const host = target.slice(0, colon).replace(/^\[|\]$/g, "");
  return { host: host === "localhost" ? "127.0.0.1" : host, port: Number(target.slice(colon + 1)) };
}

function keyOf({ address, port }: OscEndpoint): string {
  return `${plain(address)} ${port}`;
}

/** An IPv4 address as it is, also when it came through an IPv6 socket. */
function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}

/** Datagrams of other machines cannot have such a sender: the system throws them away. */
function isLoopback(address: string): boolean {
  return address === "::1" || plain(address).startsWith("127.");
}
