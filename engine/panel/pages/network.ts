// SPDX-License-Identifier: GPL-3.0-or-later
// How to reach the box: its name, its addresses, and how well its radio hears.

import { CANVAS_WIDTH, type Canvas } from "../canvas.ts";
import { MEDIUM, SMALL } from "../font.ts";
import { drawSignal } from "../gauges.ts";
import type { NetworkPicture } from "../picture.ts";
import { drawText, fitText, largestFitting, textWidth } from "../text.ts";

const LINES_Y = 18;
const LINE_ROWS = 11;
const MOST_LINES = 4;

export function drawNetwork(canvas: Canvas, { host, addresses, wifi, port }: NetworkPicture): void {
  const title = largestFitting([MEDIUM, SMALL], host, CANVAS_WIDTH);
  drawText(canvas, title.font, title.text, 0, title.font === MEDIUM ? -4 : 3);
  let line = 0;
  const nextY = (): number => LINES_Y + line++ * LINE_ROWS;
  if (addresses.length === 0) drawText(canvas, SMALL, "no network", 0, nextY());
  const room = MOST_LINES - (wifi === null ? 0 : 1) - (port === null ? 0 : 1);
  for (const { face, address } of addresses.slice(0, Math.max(1, room))) {
    const y = nextY();
    const text = fitText(SMALL, address, CANVAS_WIDTH);
    const left = CANVAS_WIDTH - textWidth(SMALL, text);
    drawText(canvas, SMALL, fitText(SMALL, face, left - 4), 0, y);
    drawText(canvas, SMALL, text, left, y);
  }
  if (wifi !== null) {
    const y = nextY();
    let right = CANVAS_WIDTH;
    if (wifi.signalDbm !== null) {
      right -= 15;
      drawSignal(canvas, wifi.signalDbm, right, y + 1);
      const text = `${wifi.signalDbm} dBm`;
      right -= textWidth(SMALL, text) + 4;
      drawText(canvas, SMALL, text, right, y);
    }
    drawText(canvas, SMALL, fitText(SMALL, wifi.network, right - 4), 0, y);
  }
  if (port !== null) drawText(canvas, SMALL, `HTTP port ${port}`, 0, nextY());
}
