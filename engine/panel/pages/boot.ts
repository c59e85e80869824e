// SPDX-License-Identifier: GPL-3.0-or-later
// The first and the last page: who this is, what it waits for, and goodbye.

import { CANVAS_WIDTH, type Canvas } from "../canvas.ts";
import { MEDIUM, SMALL } from "../font.ts";
import { drawBeats } from "../gauges.ts";
import type { BootPicture, ShutdownPicture } from "../picture.ts";
import { drawText, fitText, textWidth, wrapText } from "../text.ts";

const NAME = "Downbeat";
const NAME_Y = 6;
const BEATS = { x: 13, y: 28, width: CANVAS_WIDTH - 26, height: 5 };
const LINES_Y = 38;
const LINE_ROWS = 11;
const MOST_LINES = 2;

export function drawBoot(canvas: Canvas, { version, waitsFor }: BootPicture): void {
  drawName(canvas);
  drawBeats(canvas, BEATS, 0, 4);
  drawLines(canvas, [fitText(SMALL, waitsFor, CANVAS_WIDTH), version]);
}

export function drawShutdown(canvas: Canvas, { sentence }: ShutdownPicture): void {
  drawName(canvas);
  drawLines(canvas, wrapText(SMALL, sentence, CANVAS_WIDTH).slice(0, MOST_LINES));
}

function drawName(canvas: Canvas): void {
  drawText(canvas, MEDIUM, NAME, centre(textWidth(MEDIUM, NAME)), NAME_Y - 4);
}

function drawLines(canvas: Canvas, lines: readonly string[]): void {
  for (const [index, line] of lines.entries())
    drawText(canvas, SMALL, line, centre(textWidth(SMALL, line)), LINES_Y + index * LINE_ROWS);
}

function centre(width: number): number {
  return Math.max(0, Math.floor((CANVAS_WIDTH - width) / 2));
}
