// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of lit and dark pixels, in the order in which OLED controllers keep theirs: eight rows are one page, a
// byte is one column of a page, its lowest bit the topmost row. What is drawn outside is cut off.

export const WIDTH = 128;
export const HEIGHT = 64;
/** Rows of a page. */
export const PAGE_ROWS = 8;

export class Frame {
  readonly width: number;
  readonly height: number;
  /** `width` bytes for each page. */
  readonly bytes: Uint8Array;

  /** @param height - a multiple of 8 */
  constructor(width = WIDTH, height = HEIGHT) {
    this.width = width;
    this.height = height;
    this.bytes = new Uint8Array(width * (height / PAGE_ROWS));
  }

  isLit(x: number, y: number): boolean {
    if (!this.#isInside(x, y)) return false;
    return ((this.bytes[this.#index(x, y)] ?? 0) & (1 << (y % PAGE_ROWS))) !== 0;
  }

  set(x: number, y: number, isLit: boolean): void {
    if (!this.#isInside(x, y)) return;
    const index = this.#index(x, y);
    const bit = 1 << (y % PAGE_ROWS);
    const byte = this.bytes[index] ?? 0;
    this.bytes[index] = isLit ? byte | bit : byte & ~bit;
  }

  #isInside(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.width && y < this.height;
  }

  #index(x: number, y: number): number {
    return Math.floor(y / PAGE_ROWS) * this.width + x;
  }
}
