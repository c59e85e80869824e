// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between two frames, in tiles of eight by eight pixels, as runs that a display takes in one go.

import { Frame, PAGE_ROWS } from "./frame.ts";

const TILE_COLUMNS = 8;
/** To begin a run costs about as many bytes on the bus as a tile has: a gap of one tile is cheaper to send along. */
const CHEAP_GAP_COLUMNS = TILE_COLUMNS;

/** Bytes of one page from a column on. */
export interface Run {
  readonly page: number;
  readonly column: number;
  readonly bytes: Uint8Array;
}

/** @param shown - what the display has; null: nobody knows */
export function changedRuns(shown: Frame | null, wanted: Frame): readonly Run[] {
  const runs: Run[] = [];
  for (let page = 0; page < wanted.height / PAGE_ROWS; page += 1) runs.push(...pageRuns(shown, wanted, page));
  return runs;
}

/** A whole page, whatever the display has there. */
export function pageRun(wanted: Frame, page: number): Run {
  return { page, column: 0, bytes: wanted.bytes.slice(page * wanted.width, (page + 1) * wanted.width) };
}

export function applyRun(frame: Frame, { page, column, bytes }: Run): void {
  frame.bytes.set(bytes, page * frame.width + column);
}

export function copyOf(frame: Frame): Frame {
  const copy = new Frame(frame.width, frame.height);
  copy.bytes.set(frame.bytes);
  return copy;
}

function pageRuns(shown: Frame | null, wanted: Frame, page: number): readonly Run[] {
  const start = page * wanted.width;
  const spans: { from: number; to: number }[] = [];
  for (let column = 0; column < wanted.width; column += TILE_COLUMNS) {
    if (shown !== null && isSameTile(shown, wanted, start + column)) continue;
    const last = spans.at(-1);
    if (last !== undefined && column - last.to <= CHEAP_GAP_COLUMNS) last.to = column + TILE_COLUMNS;
    else spans.push({ from: column, to: column + TILE_COLUMNS });
  }
  return spans.map(({ from, to }) => ({
    page,
    column: from,
    bytes: wanted.bytes.slice(start + from, start + to),
  }));
}

function isSameTile(shown: Frame, wanted: Frame, start: number): boolean {
  for (let index = start; index < start + TILE_COLUMNS; index += 1)
    if (shown.bytes[index] !== wanted.bytes[index]) return false;
  return true;
}
