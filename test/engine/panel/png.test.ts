// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the display are PNG files that others can read.

import { crc32, inflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { framePng } from "../../../engine/panel/png.ts";
import { anyFrame } from "../../support/frame-art.ts";

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

function chunksOf(png: Buffer): readonly Chunk[] {
  expect(png.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks.push({ type: body.toString("ascii", 0, 4), data: body.subarray(4) });
    at += 12 + length;
  }
  return chunks;
}

test("every pixel is there, as large as asked for", () => {
  fc.assert(
    fc.property(anyFrame, fc.integer({ min: 1, max: 5 }), (frame, scale) => {
      const chunks = chunksOf(framePng(frame, scale));
      expect(chunks.map(({ type }) => type)).toEqual(["IHDR", "PLTE", "IDAT", "IEND"]);
      const header = chunks[0]?.data ?? Buffer.alloc(0);
      expect([header.readUInt32BE(0), header.readUInt32BE(4)]).toEqual([128 * scale, 64 * scale]);
      const pixels = inflateSync(chunks[2]?.data ?? Buffer.alloc(0));
      const rowLength = 1 + 16 * scale;
      expect(pixels.length).toBe(rowLength * 64 * scale);
      const wrong: string[] = [];
      for (let y = 0; y < 64 * scale; y += 1) {
        for (let x = 0; x < 128 * scale; x += 1) {
          const bit = ((pixels[y * rowLength + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
          if ((bit === 1) !== frame.isLit(Math.floor(x / scale), Math.floor(y / scale)))
            wrong.push(`${x},${y}`);
        }
      }
      expect(wrong).toEqual([]);
    }),
    { numRuns: 20 },
  );
});
