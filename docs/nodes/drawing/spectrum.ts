// SPDX-License-Identifier: GPL-3.0-or-later
// The spectrum of a sound: powers of overlapping pieces under a Hann window, averaged.
import type { Sound } from "./sound.ts";

export const SPECTRUM_FRAMES = 8192;

/**
 * Power of each bin from 0 Hz to half the sample rate; a sine of full scale in the middle of a bin is 1.
 *
 * @param range - the frames that count, from and to; what is beside them is under the ends of the window
 */
export function spectrumOf(sound: Sound, [from, to]: readonly [number, number]): Float64Array {
  const size = SPECTRUM_FRAMES;
  const window = Float64Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size),
  );
  const powers = new Float64Array(size / 2 + 1);
  // From half a window before until half a window after, so that every frame counts the same.
  const starts: number[] = [];
  for (let at = from - size / 2; at < to - size / 4; at += size / 4) starts.push(at);
  for (const start of starts) {
    const re = window.map((weight, i) => weight * (sound[start + i] ?? 0));
    const im = new Float64Array(size);
    transform(re, im);
    // The window's mean is a half, and a sine has half of its amplitude on each side of 0 Hz.
    powers.forEach((power, k) => {
      powers[k] = power + ((re[k] ?? 0) ** 2 + (im[k] ?? 0) ** 2) * (4 / size) ** 2;
    });
  }
  return powers.map((power) => power / starts.length);
}

/** Fourier transform in place; the length is a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i += 1) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      swap(re, i, j);
      swap(im, i, j);
    }
  }
  for (let half = 1; half < size; half *= 2) {
    for (let k = 0; k < half; k += 1) {
      const c = Math.cos((Math.PI * k) / half);
      const s = -Math.sin((Math.PI * k) / half);
      for (let a = k; a < size; a += 2 * half) {
        const b = a + half;
        const x = at(re, b) * c - at(im, b) * s;
        const y = at(re, b) * s + at(im, b) * c;
        re[b] = at(re, a) - x;
        im[b] = at(im, a) - y;
        re[a] = at(re, a) + x;
        im[a] = at(im, a) + y;
      }
    }
  }
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = at(values, i);
  values[i] = at(values, j);
  values[j] = kept;
}
