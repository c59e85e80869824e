// SPDX-License-Identifier: GPL-3.0-or-later
// Hands that turn several knobs of one controller at once, up and down, each so many times a second.
import { setTimeout as sleep } from "node:timers/promises";
import type { PtyRecorder } from "./pty-recorder.ts";

export interface Sweep {
  /** Controllers of the knobs, on channel 1. */
  readonly numbers: readonly number[];
  /** Messages of each knob in a second. */
  readonly rateHz: number;
}

const TOP = 127;
/** A line of the recorder's program, and a block of the engine, hold this many steps. */
const STEPS_AT_ONCE = 10;

/** Up and down again, one step each time: no message says what the one before said. */
export function placeAt(step: number, knob: number): number {
  const place = (step + knob * 16) % (2 * TOP);
  return place <= TOP ? place : 2 * TOP - place;
}

/**
 * Turns until `until` says so, in time whatever the machine is busy with.
 *
 * @returns how many messages each knob sent
 */
export async function sweepKnobs(
  keys: PtyRecorder,
  { numbers, rateHz }: Sweep,
  until: () => boolean,
): Promise<number> {
  const startMs = performance.now();
  let step = 0;
  while (!until()) {
    const due = Math.min(Math.floor(((performance.now() - startMs) * rateHz) / 1000), step + STEPS_AT_ONCE);
    const bytes: number[] = [];
    for (; step < due; step += 1)
      for (const [knob, number] of numbers.entries()) bytes.push(0xb0, number, placeAt(step, knob));
    if (bytes.length > 0) keys.send(...bytes);
    await sleep(2);
  }
  return step;
}
