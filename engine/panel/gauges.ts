// SPDX-License-Identifier: GPL-3.0-or-later
// What is not text: bars, level meters, beats, and words in a box.

import type { Box, Canvas } from "./canvas.ts";
import { SMALL } from "./font.ts";
import { drawText, textWidth } from "./text.ts";

/** Quieter than this, a meter is dark. */
const QUIETEST_DB = -48;

/** A frame that is filled up to a place, 0 to 1. */
export function drawBar(canvas: Canvas, box: Box, ratio: number): void {
  canvas.outline(box);
  const room = box.width - 4;
  const filled = Math.round(clamped(ratio) * room);
  canvas.fill({ x: box.x + 2, y: box.y + 2, width: filled, height: box.height - 4 });
}

/** A level in decibels, left to right; a mark at full scale stays lit. */
export function drawMeter(canvas: Canvas, box: Box, peak: number): void {
  const db = peak > 0 ? 20 * Math.log10(peak) : Number.NEGATIVE_INFINITY;
  const ratio = clamped((db - QUIETEST_DB) / -QUIETEST_DB);
  const last = box.width - 1;
  canvas.fill({ ...box, x: box.x + last, width: 1 });
  // Dots show where there would be sound.
  for (let x = box.x; x < box.x + last; x += 4) canvas.set(x, box.y);
  canvas.fill({ ...box, width: Math.round(ratio * last) });
}

/** More beats than this in a cycle are one bar that fills. */
const MOST_BEATS = 16;
const BEAT_GAP = 2;

/** The cycle, one field for each beat: the one that is now is tall. */
export function drawBeats(canvas: Canvas, box: Box, phase: number, quantum: number): void {
  if (!Number.isInteger(quantum) || quantum > MOST_BEATS || quantum < 1) {
    drawBar(canvas, box, quantum > 0 ? phase / quantum : 0);
    return;
  }
  const now = Math.min(quantum - 1, Math.max(0, Math.floor(phase)));
  for (let beat = 0; beat < quantum; beat += 1) {
    const from = Math.round((beat * (box.width + BEAT_GAP)) / quantum);
    const to = Math.round(((beat + 1) * (box.width + BEAT_GAP)) / quantum) - BEAT_GAP;
    const field = { x: box.x + from, y: box.y, width: to - from, height: box.height };
    if (beat === now) canvas.fill(field);
    else canvas.fill({ ...field, y: box.y + box.height - 2, height: 2 });
  }
}

const TAG_ROWS = 9;

/** A word, dark on light when `isOn`. @returns its width */
export function drawTag(canvas: Canvas, text: string, x: number, y: number, isOn: boolean): number {
  const width = tagWidth(text);
  drawText(canvas, SMALL, text, x + 2, y - 1);
  if (isOn) canvas.invert({ x, y, width, height: TAG_ROWS });
  return width;
}

export function tagWidth(text: string): number {
  return textWidth(SMALL, text) + 4;
}

/** Four bars of a radio's signal. @returns its width */
export function drawSignal(canvas: Canvas, signalDbm: number, x: number, y: number): number {
  const steps = [-82, -72, -64, -55];
  for (const [step, least] of steps.entries()) {
    const height = 2 + step * 2;
    const box = { x: x + step * 4, y: y + 8 - height, width: 3, height };
    if (signalDbm >= least) canvas.fill(box);
    else canvas.fill({ ...box, y: y + 7, height: 1 });
  }
  return steps.length * 4 - 1;
}

function clamped(ratio: number): number {
  return Number.isFinite(ratio) ? Math.min(1, Math.max(0, ratio)) : 0;
}
