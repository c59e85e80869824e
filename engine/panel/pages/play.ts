// SPDX-License-Identifier: GPL-3.0-or-later
// The page of the stage: tempo and beat across the room; the rest for whoever stands before it.

import { formatBarBeat } from "../../base/bar-beat.ts";
import { CANVAS_WIDTH, type Canvas } from "../canvas.ts";
import { LARGE, MEDIUM, SMALL } from "../font.ts";
import { drawBeats, drawMeter, drawTag, tagWidth } from "../gauges.ts";
import type { LinkPicture, PlayPicture } from "../picture.ts";
import { drawText, fitText, largestFitting, textWidth } from "../text.ts";

const TEMPO_Y = 13;
const BEATS_Y = 39;
const BEATS_ROWS = 6;
const LINE_Y = 45;
const METER_Y = 57;
const SIGNS = { playing: "▶", stopped: "■", paused: "⏸", waiting: "▶" } as const;
/** What waits, or is lost, goes on and off so often. */
const BLINKS_PER_BEAT = 2;

export function drawPlay(canvas: Canvas, picture: PlayPicture): void {
  const isBright = Math.floor(picture.phase * BLINKS_PER_BEAT) % 2 === 0;
  drawHeader(canvas, picture, isBright);
  drawTempo(canvas, picture);
  const beats = { x: 0, y: BEATS_Y, width: CANVAS_WIDTH, height: BEATS_ROWS };
  drawBeats(canvas, beats, picture.phase, picture.quantum);
  drawCompany(canvas, picture, isBright);
  for (const [side, peak] of picture.levels.entries())
    drawMeter(canvas, { x: 0, y: METER_Y + side * 3, width: CANVAS_WIDTH, height: 2 }, peak);
}

function drawHeader(canvas: Canvas, { status, name, isRecording }: PlayPicture, isBright: boolean): void {
  let right = CANVAS_WIDTH;
  if (isRecording) {
    right -= tagWidth("REC");
    drawTag(canvas, "REC", right, 1, true);
  }
  const from = 8;
  if (status !== "waiting" || isBright) drawText(canvas, SMALL, SIGNS[status], 0, 0);
  drawText(canvas, SMALL, fitText(SMALL, name, right - from - 3), from, 0);
}

/** The whole beats a minute large, what follows the point smaller, then bar and beat. */
function drawTempo(canvas: Canvas, { tempoBpm, songBeat }: PlayPicture): void {
  const [whole = "", part = ""] = tempoBpm.toFixed(2).split(".");
  const end = drawText(canvas, LARGE, whole, 0, TEMPO_Y) + 3;
  const behind = drawText(canvas, SMALL, `.${part}`, end, TEMPO_Y - 1);
  drawText(canvas, SMALL, "bpm", end, TEMPO_Y + 15);
  const left = behind + 4;
  const { font, text } = largestFitting([MEDIUM, SMALL], formatBarBeat(songBeat), CANVAS_WIDTH - left);
  drawText(canvas, font, text, CANVAS_WIDTH - textWidth(font, text), TEMPO_Y + (font === MEDIUM ? 6 : 15));
}

function drawCompany(canvas: Canvas, { link, clockIn, clockOut }: PlayPicture, isBright: boolean): void {
  let right = CANVAS_WIDTH;
  if (clockOut) {
    right -= tagWidth("OUT");
    drawTag(canvas, "OUT", right, LINE_Y + 1, true);
    right -= 2;
  }
  if (clockIn !== "off") {
    right -= tagWidth("IN");
    drawTag(canvas, "IN", right, LINE_Y + 1, clockIn === "locked" || (clockIn === "lost" && isBright));
    right -= 2;
  }
  drawText(canvas, SMALL, fitText(SMALL, linkText(link), right - 2), 0, LINE_Y);
}

/** `Link 2 good`. */
function linkText({ peers, health }: LinkPicture): string {
  if (peers === null) return "Link off";
  if (peers === 0) return `Link ${health === "lost" ? "lost" : "alone"}`;
  const people = peers === 1 ? "1 peer" : `${peers} peers`;
  return `Link ${people}${health === null || health === "alone" ? "" : `, ${health}`}`;
}
