// SPDX-License-Identifier: GPL-3.0-or-later
// Frames as text that can be looked at, and frames of any pixels.

import fc from "fast-check";
import { Frame } from "../../engine/panel/frame.ts";

/** `#` is lit, `.` is dark. */
export function frameArt(frame: Frame): string {
  let art = "";
  for (let y = 0; y < frame.height; y += 1) {
    for (let x = 0; x < frame.width; x += 1) art += frame.isLit(x, y) ? "#" : ".";
    art += "\n";
  }
  return art;
}

export function litPixels(frame: Frame): number {
  return [...frameArt(frame)].filter((pixel) => pixel === "#").length;
}

/** Mostly dark, as frames are, with runs of other bytes anywhere. */
export const anyFrame = fc
  .array(
    fc.record({
      start: fc.integer({ min: 0, max: 1023 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
    }),
    { maxLength: 12 },
  )
  .map((patches) => {
    const frame = new Frame();
    for (const { start, bytes } of patches) frame.bytes.set(bytes.subarray(0, 1024 - start), start);
    return frame;
  });
