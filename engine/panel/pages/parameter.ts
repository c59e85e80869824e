// SPDX-License-Identifier: GPL-3.0-or-later
// What a hand moves: whose it is, what it is, where it is now. The value is as large as it fits.

import { CANVAS_HEIGHT, CANVAS_WIDTH, type Canvas } from "../canvas.ts";
import { LARGE, MEDIUM, SMALL } from "../font.ts";
import { drawBar, drawTag, tagWidth } from "../gauges.ts";
import type { ParameterPicture } from "../picture.ts";
import { drawText, fitText, largestFitting, textWidth } from "../text.ts";

const NAME_Y = 10;
/** Where digits and capitals stand. */
const FOOT_Y = 47;
const BAR = { x: 0, y: 51, width: CANVAS_WIDTH, height: CANVAS_HEIGHT - 51 };
const UNIT_GAP = 5;

export function drawParameter(canvas: Canvas, { place, name, value, ratio, bank }: ParameterPicture): void {
  let right = CANVAS_WIDTH;
  if (bank !== null) {
    const word = fitText(SMALL, bank, CANVAS_WIDTH / 3);
    right -= tagWidth(word);
    drawTag(canvas, word, right, 1, true);
  }
  drawText(canvas, SMALL, fitText(SMALL, place, right - 3), 0, 0);
  drawText(canvas, SMALL, fitText(SMALL, name, CANVAS_WIDTH), 0, NAME_Y);
  drawValue(canvas, value);
  if (ratio !== null) drawBar(canvas, BAR, ratio);
}

/** `-3.1 dB` has large digits and a smaller unit; `Sawtooth` is a word. */
function drawValue(canvas: Canvas, value: string): void {
  const [, digits = "", unit = ""] = /^(-?[\d.]+)(?: (.{1,4}))?$/.exec(value) ?? [];
  const width = textWidth(LARGE, digits) + (unit === "" ? 0 : UNIT_GAP + textWidth(MEDIUM, unit));
  if (digits !== "" && width <= CANVAS_WIDTH) {
    const end = drawText(canvas, LARGE, digits, 0, FOOT_Y - LARGE.height);
    if (unit !== "") drawText(canvas, MEDIUM, unit, end + UNIT_GAP, FOOT_Y - MEDIUM_FOOT);
    return;
  }
  const { font, text } = largestFitting([MEDIUM, SMALL], value, CANVAS_WIDTH);
  drawText(canvas, font, text, 0, font === MEDIUM ? FOOT_Y - MEDIUM_FOOT - 3 : FOOT_Y - SMALL_FOOT - 6);
}

/** From the top of marks to the line that letters stand on. */
const MEDIUM_FOOT = 18;
const SMALL_FOOT = 9;
