// SPDX-License-Identifier: GPL-3.0-or-later
// How far a box is from a plain Link peer, at one host time of the clock that both share.
import { phaseBetween } from "./beat-samples.ts";
import type { LinkBox } from "./link-box.ts";
import type { LinkPeers } from "./link-peers.ts";

const MICROS_PER_MINUTE = 60_000_000;

/** Where the box's line is ahead of the first peer's, microseconds; later than 0 is ahead. */
export async function phaseToPeerMicros(box: LinkBox, peers: LinkPeers, quantum?: number): Promise<number> {
  const { state } = box;
  const cycle = quantum ?? state.quantum;
  const shown = await peers.first(state.hostMicros, cycle);
  const beats = phaseBetween(shown.beat, state.lineBeat, cycle);
  return (beats * MICROS_PER_MINUTE) / state.tempoBpm;
}

/** The same, again and again. */
export async function phasesToPeerMicros(
  box: LinkBox,
  peers: LinkPeers,
  forMs: number,
  quantum?: number,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (const until = performance.now() + forMs; performance.now() < until; ) {
    found.push(await phaseToPeerMicros(box, peers, quantum));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return found;
}
