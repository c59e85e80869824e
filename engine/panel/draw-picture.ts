// SPDX-License-Identifier: GPL-3.0-or-later
// A picture as pixels.

import { unreachable } from "../base/unreachable.ts";
import { Canvas, CENTRED, type Shift } from "./canvas.ts";
import type { Frame } from "./frame.ts";
import { drawBoot, drawShutdown } from "./pages/boot.ts";
import { drawNetwork } from "./pages/network.ts";
import { drawParameter } from "./pages/parameter.ts";
import { drawPlay } from "./pages/play.ts";
import { drawTrouble } from "./pages/trouble.ts";
import type { Picture } from "./picture.ts";

/** The same picture gives the same frame. */
export function drawPicture(picture: Picture, shift: Shift = CENTRED): Frame {
  const canvas = new Canvas(shift);
  drawPage(canvas, picture);
  return canvas.frame;
}

function drawPage(canvas: Canvas, picture: Picture): void {
  switch (picture.page) {
    case "boot":
      return drawBoot(canvas, picture);
    case "play":
      return drawPlay(canvas, picture);
    case "parameter":
      return drawParameter(canvas, picture);
    case "network":
      return drawNetwork(canvas, picture);
    case "trouble":
      return drawTrouble(canvas, picture);
    case "shutdown":
      return drawShutdown(canvas, picture);
    default:
      return unreachable(picture);
  }
}
