// SPDX-License-Identifier: GPL-3.0-or-later
// The part of a frame that pages draw on: two rows and columns less than the display has, so that the whole picture
// can wander a little and no pixel burns in for being lit at the same place for years.

import { Frame, HEIGHT, WIDTH } from "./frame.ts";

/** Of what pages draw on. */
export const CANVAS_WIDTH = WIDTH - 2;
export const CANVAS_HEIGHT = HEIGHT - 2;

/** Where the picture stands on the display, 0 to 2 pixels each. */
export interface Shift {
  readonly x: number;
  readonly y: number;
}

export const CENTRED: Shift = { x: 1, y: 1 };

/** Once around the centre and through it, one pixel at a time. */
const WAY: readonly Shift[] = [
  CENTRED,
  { x: 2, y: 1 },
  { x: 2, y: 2 },
  { x: 1, y: 2 },
  { x: 0, y: 2 },
  { x: 0, y: 1 },
  { x: 0, y: 0 },
  { x: 1, y: 0 },
];

const STEP_MS = 60_000;

/** Where the picture stands at a time of the monotonic clock. */
export function shiftAt(nowMs: number): Shift {
  return WAY[Math.floor(nowMs / STEP_MS) % WAY.length] ?? CENTRED;
}

/** Whole pixels; what is outside is cut off. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export class Canvas {
  readonly frame = new Frame();
  readonly #shift: Shift;

  constructor(shift: Shift = CENTRED) {
    this.#shift = shift;
  }

  set(x: number, y: number, isLit = true): void {
    if (x < 0 || y < 0 || x >= CANVAS_WIDTH || y >= CANVAS_HEIGHT) return;
    this.frame.set(x + this.#shift.x, y + this.#shift.y, isLit);
  }

  isLit(x: number, y: number): boolean {
    return this.frame.isLit(x + this.#shift.x, y + this.#shift.y);
  }

  fill(box: Box, isLit = true): void {
    for (let y = box.y; y < box.y + box.height; y += 1)
      for (let x = box.x; x < box.x + box.width; x += 1) this.set(x, y, isLit);
  }

  /** One pixel wide, inside `box`. */
  outline({ x, y, width, height }: Box): void {
    this.fill({ x, y, width, height: 1 });
    this.fill({ x, y: y + height - 1, width, height: 1 });
    this.fill({ x, y, width: 1, height });
    this.fill({ x: x + width - 1, y, width: 1, height });
  }

  invert(box: Box): void {
    for (let y = box.y; y < box.y + box.height; y += 1)
      for (let x = box.x; x < box.x + box.width; x += 1) this.set(x, y, !this.isLit(x, y));
  }
}
