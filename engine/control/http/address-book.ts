// SPDX-License-Identifier: GPL-3.0-or-later
// How many connections each address has, so that one device that opens more and more leaves room for the others.

import { isIPv4 } from "node:net";
import { isLoopback } from "./visitors.ts";

/** Thread: control. */
export class AddressBook {
  readonly #counts = new Map<string, number>();

  /**
   * Counts one more connection.
   *
   * @param most - of one address. This machine itself has no such limit: a proxy or a tunnel brings everybody from there
   * @returns false, and nothing is counted, when the address has as many already
   */
  enter(address: string | undefined, most: number): boolean {
    const name = nameOf(address);
    if (name === null) return true;
    const count = this.#counts.get(name) ?? 0;
    if (count >= most) return false;
    this.#counts.set(name, count + 1);
    return true;
  }

  /** One that entered has gone. */
  leave(address: string | undefined): void {
    const name = nameOf(address);
    const count = name === null ? undefined : this.#counts.get(name);
    if (name === null || count === undefined) return;
    if (count > 1) this.#counts.set(name, count - 1);
    else this.#counts.delete(name);
  }

  /** Addresses that have connections. */
  get size(): number {
    return this.#counts.size;
  }
}

/** null: this machine, or a connection that has ended before anybody looked. */
function nameOf(address: string | undefined): string | null {
  if (address === undefined) return null;
  const plain = address.startsWith("::ffff:") && isIPv4(address.slice(7)) ? address.slice(7) : address;
  return isLoopback(plain.includes(":") ? `[${plain}]` : plain) ? null : plain;
}
