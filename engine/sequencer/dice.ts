// SPDX-License-Identifier: GPL-3.0-or-later
// Chance by a seed and a place, without a state: the n-th throw of a seed is always the same.

/** 0 or more, below 1. The mixing is SplitMix32's. */
export function diceAt(seed: number, place: number): number {
  let x = (Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) + Math.imul(place + 1, 0x9e37_79b9)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0_aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a_2d97);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}

/** Throws one after the other, of one seed. */
export class Dice {
  readonly #seed: number;
  #place: number;

  constructor(seed: number, place = 0) {
    this.#seed = seed;
    this.#place = place;
  }

  /** Throws so far. */
  get place(): number {
    return this.#place;
  }

  next(): number {
    const thrown = diceAt(this.#seed, this.#place);
    this.#place += 1;
    return thrown;
  }

  /** A whole number from 0, below `count`. */
  below(count: number): number {
    return Math.min(count - 1, Math.floor(this.next() * count));
  }

  /** @returns undefined when there is nothing to pick */
  pick<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.below(items.length)];
  }

  /** One of the keys; those with more weight come more often. null when no weight is above 0. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key | null {
    const entries = (Object.entries(weights) as [Key, number][]).filter(([, weight]) => weight > 0);
    const sum = entries.reduce((total, [, weight]) => total + weight, 0);
    let left = this.next() * sum;
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)?.[0] ?? null;
  }
}
