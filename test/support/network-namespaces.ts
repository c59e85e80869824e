// SPDX-License-Identifier: GPL-3.0-or-later
// Two computers on one cable, inside this one: two network namespaces joined by a pair of virtual
// Ethernet devices. They share the kernel and with it the clock, so times on both sides compare exactly.
// Needs root. Programs that are started inside end in order when the test process is gone.
import { execFileSync } from "node:child_process";

export type Side = "left" | "right";

const SIDES: readonly Side[] = ["left", "right"];
const DEVICE = "cable";
const ADDRESSES: Readonly<Record<Side, string>> = { left: "10.77.0.1/24", right: "10.77.0.2/24" };
const MULTICAST = "224.0.0.0/4";

let made = 0;

export class NetworkNamespaces implements Disposable {
  readonly #names: Readonly<Record<Side, string>>;

  private constructor() {
    made += 1;
    const name = `downbeat-${process.pid}-${made}`;
    this.#names = { left: `${name}-left`, right: `${name}-right` };
  }

  /** Makes both, joined and up, with addresses of one network. @throws when this user may not */
  static make(addresses: Readonly<Record<Side, string>> = ADDRESSES): NetworkNamespaces {
    removeAbandoned();
    const namespaces = new NetworkNamespaces();
    process.once("exit", namespaces.#remove);
    try {
      namespaces.#make(addresses);
    } catch (cause) {
      namespaces[Symbol.dispose]();
      throw new Error(
        `tests with Link peers make network namespaces and could not (${reasonOf(cause)}). Run them as root, with iproute2 installed`,
        { cause },
      );
    }
    return namespaces;
  }

  #make(addresses: Readonly<Record<Side, string>>): void {
    const { left, right } = this.#names;
    for (const side of SIDES) ip("netns", "add", this.#names[side]);
    ip("link", "add", DEVICE, "netns", left, "type", "veth", "peer", "name", DEVICE, "netns", right);
    for (const side of SIDES) {
      // Link peers in one namespace meet over loopback only.
      this.#ip(side, "link", "set", "lo", "up");
      this.#ip(side, "addr", "add", addresses[side], "dev", DEVICE);
      this.#plugIn(side);
    }
  }

  /** The words in front of a command that run it on this side; the process keeps its number. */
  inside(side: Side): readonly string[] {
    return [...this.#enter(side), "setpriv", "--pdeathsig", "TERM"];
  }

  /** Not `ip netns exec`, which also mounts, and that is refused where the root is no mount point. */
  #enter(side: Side): readonly [string, string] {
    return ["nsenter", `--net=/run/netns/${this.#names[side]}`];
  }

  #ip(side: Side, ...args: readonly string[]): void {
    const [program, ...words] = [...this.#enter(side), "ip", ...args];
    execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Pulls the cable at one end: both sides lose their carrier. */
  unplug(side: Side): void {
    this.#ip(side, "link", "set", DEVICE, "down");
  }

  plug(side: Side): void {
    this.#plugIn(side);
  }

  /** Another address on this side's end, in place of the one it has; while the cable is out. */
  readdress(side: Side, address: string): void {
    this.#ip(side, "addr", "flush", "dev", DEVICE);
    this.#ip(side, "addr", "add", address, "dev", DEVICE);
  }

  /** End what runs inside first: a namespace lives as long as its processes. */
  [Symbol.dispose](): void {
    process.off("exit", this.#remove);
    this.#remove();
  }

  #plugIn(side: Side): void {
    this.#ip(side, "link", "set", DEVICE, "up");
    // The kernel forgets routes when a device goes down.
    this.#ip(side, "route", "replace", MULTICAST, "dev", DEVICE);
  }

  readonly #remove = (): void => {
    for (const side of SIDES) removeNamespace(this.#names[side]);
  };
}

/** What a test process left that was killed before it could tidy up. */
function removeAbandoned(): void {
  for (const [name, pid] of listedNames().matchAll(/^downbeat-(\d+)-\d+-(?:left|right)\b/gm))
    if (!isThere(Number(pid))) removeNamespace(name);
}

function listedNames(): string {
  try {
    return ip("netns", "list");
  } catch {
    return "";
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function removeNamespace(name: string): void {
  try {
    ip("netns", "del", name);
  } catch {
    // It was never made, or is gone already.
  }
}

/** What `ip` said, or why it did not run. */
function reasonOf(cause: unknown): string {
  const said = (cause as { stderr?: string }).stderr?.trim();
  return said === undefined || said === "" ? String(cause) : said;
}

function ip(...args: readonly string[]): string {
  return execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
