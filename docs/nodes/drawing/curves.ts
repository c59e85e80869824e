// SPDX-License-Identifier: GPL-3.0-or-later
// Samples become shapes: the envelope or line of a waveform and the curve of a spectrum.
import { RATE } from "./scene-plan.ts";
import type { Sound } from "./sound.ts";
import { SPECTRUM_FRAMES, spectrumOf } from "./spectrum.ts";
import { px } from "./svg.ts";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Fewer frames than this in a column of one pixel are drawn as a line. */
const LINE_FRAMES = 8;
const FLOOR_DB = -100;

/** @param top - the level at the upper edge of the box; what is louder ends there */
export function waveShape(sound: Sound, box: Box, top: number, color: string): string {
  const y = (level: number) => px(box.top + (box.height / 2) * (1 - Math.max(-1, Math.min(1, level / top))));
  if (sound.length / box.width < LINE_FRAMES) {
    const points = Array.from(
      sound,
      (level, i) => `${px(box.left + (box.width * i) / sound.length)},${y(level)}`,
    );
    return `<polyline fill="none" stroke="${color}" stroke-width="1.3" stroke-linejoin="round" points="${points.join(" ")}"/>`;
  }
  const columns = Array.from({ length: box.width }, (_, i) =>
    sound.subarray((sound.length * i) / box.width, (sound.length * (i + 1)) / box.width),
  );
  const edge = (pick: (...levels: number[]) => number) =>
    columns.map((column, i) => `${px(box.left + i + 0.5)},${y(pick(0, ...column))}`);
  const points = [...edge(Math.max), ...edge(Math.min).reverse()];
  return `<polygon fill="${color}" fill-opacity="0.85" stroke="${color}" stroke-width="0.6" stroke-linejoin="round" points="${points.join(" ")}"/>`;
}

/** 20 Hz to 20 kHz; a column with several bins shows the loudest, so that a sine keeps its level. */
export function spectrumCurve(
  sound: Sound,
  range: readonly [number, number],
  box: Box,
  color: string,
): string {
  const powers = spectrumOf(sound, range);
  const bin = (column: number) => (20 * 1000 ** (column / box.width) * SPECTRUM_FRAMES) / RATE;
  const points = Array.from({ length: box.width + 1 }, (_, i) => {
    const power = powerBetween(powers, bin(i - 0.5), bin(i + 0.5));
    const db = Math.min(0, Math.max(FLOOR_DB, 10 * Math.log10(power + 1e-20)));
    return `${px(box.left + i)},${px(box.top + (box.height * db) / FLOOR_DB)}`;
  });
  return `<polyline fill="none" stroke="${color}" stroke-width="1.3" stroke-linejoin="round" points="${points.join(" ")}"/>`;
}

function powerBetween(powers: Float64Array, from: number, to: number): number {
  const inside = powers.subarray(Math.ceil(from), Math.ceil(to));
  if (inside.length > 0) return Math.max(...inside);
  const below = Math.floor(from);
  const share = (from + to) / 2 - below;
  return (powers[below] ?? 0) * (1 - share) + (powers[below + 1] ?? 0) * share;
}
