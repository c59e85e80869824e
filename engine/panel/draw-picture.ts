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
  switch (picture.page) {
    case "boot":
      drawBoot(canvas, picture);
      break;
    case "play":
      drawPlay(canvas, picture);
      break;
    case "parameter":
      drawParameter(canvas, picture);
      break;
    case "network":
      drawNetwork(canvas, picture);
      break;
    case "trouble":
      drawTrouble(canvas, picture);
      break;
    case "shutdown":
      drawShutdown(canvas, picture);
      break;
    default:
      unreachable(picture);
  }
  return canvas.frame;
}
