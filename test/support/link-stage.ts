// SPDX-License-Identifier: GPL-3.0-or-later
// Where boxes and LinkHut play together: two sides of a cable, LinkHut on the right with the JACK server
// it needs, boxes on both. `await using stage = await LinkStage.make()`; end the players first.
import { setTimeout as sleep } from "node:timers/promises";
import { percentilesOf } from "../bench/support/figures.ts";
import { JackServer } from "./jack-server.ts";
import { LinkBox, type LinkBoxOptions } from "./link-box.ts";
import { LinkHut } from "./link-hut.ts";
import { NetworkNamespaces } from "./network-namespaces.ts";

/** Of two sessions that began within 500 ms of each other Link keeps a random one. */
export const FOUNDER_AGE_MS = 1200;
/** A peer that is gone without a word is missed after 6.08 s; this is patience with a busy machine. */
export const VANISHED_MS = 12_000;
/** Nothing that is heard may differ by more than this between two players. */
export const TOGETHER_MS = 3;

export interface HutOptions {
  readonly tempo?: number;
  readonly startStopSync?: boolean;
  readonly isPlaying?: boolean;
}

type OwnBoxOptions = Omit<LinkBoxOptions, "inside">;

export class LinkStage implements AsyncDisposable {
  readonly net: NetworkNamespaces;
  readonly #jack: JackServer;

  private constructor(net: NetworkNamespaces, jack: JackServer) {
    this.net = net;
    this.#jack = jack;
  }

  /** @throws when this user may not make network namespaces */
  static async make(): Promise<LinkStage> {
    const net = NetworkNamespaces.make();
    try {
      return new LinkStage(net, await JackServer.start(net.inside("right")));
    } catch (error) {
      net[Symbol.dispose]();
      throw error;
    }
  }

  /** A LinkHut on the right, its Link still off. */
  hut(): Promise<LinkHut> {
    return LinkHut.start(this.#jack, this.net.inside("right"));
  }

  /** A LinkHut that was there long before anybody else. */
  async foundingHut(options: HutOptions = {}): Promise<LinkHut> {
    const hut = await this.hut();
    try {
      await hut.setTempo(options.tempo ?? 120);
      if (options.startStopSync === true) await hut.enableStartStopSync();
      await hut.enableLink();
      if (options.isPlaying === true) await hut.play();
      await sleep(FOUNDER_AGE_MS);
    } catch (error) {
      await hut.kill();
      throw error;
    }
    return hut;
  }

  boxOnTheLeft(options: OwnBoxOptions = {}): Promise<LinkBox> {
    return LinkBox.start({ ...options, inside: this.net.inside("left") });
  }

  boxOnTheRight(options: OwnBoxOptions = {}): Promise<LinkBox> {
    return LinkBox.start({ ...options, inside: this.net.inside("right") });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#jack[Symbol.asyncDispose]();
    this.net[Symbol.dispose]();
  }
}

/** Waits until both tell of as many peers. */
export async function together(box: LinkBox, hut: LinkHut, peers = 1): Promise<void> {
  await box.is(`${peers} peers`, (state) => state.peers === peers);
  await hut.shows(`${peers} peers`, (state) => state.peers === peers);
}

/** Equal, for Link's whole microseconds per beat and LinkHut's two decimals. */
export function isNear(bpm: number, wanted: number): boolean {
  return Math.abs(bpm - wanted) < 0.006;
}

export function magnitudes(values: readonly number[]): number[] {
  return values.map(Math.abs);
}

/** Milliseconds in a few words. */
export function spreadText(values: readonly number[]): string {
  const { count, p50, p99, max } = percentilesOf(values);
  return `p50 ${p50.toFixed(3)}, p99 ${p99.toFixed(3)}, max ${max.toFixed(3)} ms (${count})`;
}
