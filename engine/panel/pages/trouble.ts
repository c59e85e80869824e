// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong, as a sentence that can be read while playing. A long one is shown piece by piece.

import { CANVAS_WIDTH, type Canvas } from "../canvas.ts";
import { SMALL } from "../font.ts";
import type { TroublePicture } from "../picture.ts";
import { drawText, textWidth, wrapText } from "../text.ts";

const HEADER_ROWS = 11;
const LINES_Y = 11;
const LINE_ROWS = 10;
const LINES = 5;
/** How long a piece of a sentence is shown. */
export const PIECE_MS = 4000;

/** How many pieces a sentence needs. */
export function troublePieces(sentence: string): number {
  return Math.max(1, Math.ceil(wrapText(SMALL, sentence, CANVAS_WIDTH).length / LINES));
}

export function drawTrouble(canvas: Canvas, { sentence, number, count, shownMs }: TroublePicture): void {
  drawText(canvas, SMALL, count > 1 ? `⚠ trouble ${number} of ${count}` : "⚠ trouble", 2, 0);
  const lines = wrapText(SMALL, sentence, CANVAS_WIDTH);
  const pieces = Math.max(1, Math.ceil(lines.length / LINES));
  const piece = Math.floor(Math.max(0, shownMs) / PIECE_MS) % pieces;
  if (pieces > 1) {
    const place = `${piece + 1}/${pieces}`;
    drawText(canvas, SMALL, place, CANVAS_WIDTH - textWidth(SMALL, place) - 2, 0);
  }
  canvas.invert({ x: 0, y: 0, width: CANVAS_WIDTH, height: HEADER_ROWS });
  for (const [row, line] of lines.slice(piece * LINES, (piece + 1) * LINES).entries())
    drawText(canvas, SMALL, line, 0, LINES_Y + row * LINE_ROWS);
}
