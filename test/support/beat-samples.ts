// SPDX-License-Identifier: GPL-3.0-or-later
// Beats over time, as boxes tell them: how far two are apart, and how straight the line of one is.
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineState } from "../../engine/binding/rt-messages.ts";

const MICROS_PER_MINUTE = 60_000_000;
const MS_PER_MINUTE = 60_000;

export interface BeatSample<T> {
  /** performance.now() just before the states were asked for. */
  readonly atMs: number;
  readonly value: T;
}

const EVERY_MS = 4;

/** Asks every few milliseconds, for a while or until `isOver`. */
export async function sample<T>(
  forMs: number,
  ask: () => T,
  isOver: (value: T) => boolean = () => false,
): Promise<BeatSample<T>[]> {
  const samples: BeatSample<T>[] = [];
  for (const until = performance.now() + forMs; performance.now() < until; await sleep(EVERY_MS)) {
    const atMs = performance.now();
    const value = ask();
    samples.push({ atMs, value });
    if (isOver(value)) break;
  }
  return samples;
}

/** Asks every few milliseconds while the test does something else, and never after its own end. */
export class BackgroundSamples<T> implements AsyncDisposable {
  readonly #values: T[] = [];
  readonly #over: Promise<unknown>;
  #isStopping = false;

  constructor(ask: () => T | Promise<T>) {
    this.#over = this.#run(ask).then(
      () => null,
      (error: unknown) => error,
    );
  }

  /** Everything that was answered. @throws what `ask` threw */
  async stop(): Promise<readonly T[]> {
    this.#isStopping = true;
    const error = await this.#over;
    if (error !== null) throw error;
    return this.#values;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    await this.#over;
  }

  async #run(ask: () => T | Promise<T>): Promise<void> {
    for (; !this.#isStopping; await sleep(EVERY_MS)) this.#values.push(await ask());
  }
}

/** The beat of its line at a host time near that of the state. */
export function lineBeatAt(state: EngineState, hostMicros: number): number {
  return state.lineBeat + ((hostMicros - state.hostMicros) * state.tempoBpm) / MICROS_PER_MINUTE;
}

/** The smallest move that brings one phase to the other, in beats. */
export function phaseBetween(from: number, to: number, quantum: number): number {
  const way = to - from;
  return way - Math.round(way / quantum) * quantum;
}

/** How much later the other box has a phase than this one, at the same host time, in milliseconds. */
export function phaseErrorMs(one: EngineState, other: EngineState): number {
  const theirs = lineBeatAt(other, one.hostMicros);
  return (phaseBetween(theirs, one.lineBeat, one.quantum) * MS_PER_MINUTE) / one.tempoBpm;
}

export interface Straightness {
  /** Of a straight line at the first sample's tempo, in milliseconds, ahead or behind. */
  readonly worstMs: number;
  /** From one sample to the next: the most that the pace was off, as a part of it, beyond a microsecond of rounding. */
  readonly worstPace: number;
  /** From one sample to the next, in milliseconds. */
  readonly worstStepMs: number;
}

/** How straight beats ran over host time. `beatOf`: which beat of the state. */
export function straightnessOf(
  states: readonly EngineState[],
  beatOf: (state: EngineState) => number,
): Straightness {
  const [first] = states;
  if (first === undefined) throw new Error("straightness of no samples");
  const errorMs = (state: EngineState): number =>
    ((beatOf(state) - beatOf(first)) * MS_PER_MINUTE) / first.tempoBpm -
    (state.hostMicros - first.hostMicros) / 1000;
  let worstMs = 0;
  let worstStepMs = 0;
  let worstPace = 0;
  let before = first;
  for (const state of states) {
    const passedMs = (state.hostMicros - before.hostMicros) / 1000;
    if (passedMs <= 0) continue;
    const stepMs = Math.abs(errorMs(state) - errorMs(before));
    worstMs = Math.max(worstMs, Math.abs(errorMs(state)));
    worstStepMs = Math.max(worstStepMs, stepMs);
    worstPace = Math.max(worstPace, Math.max(0, stepMs - 0.002) / passedMs);
    before = state;
  }
  return { worstMs, worstPace, worstStepMs };
}
