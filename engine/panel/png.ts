// SPDX-License-Identifier: GPL-3.0-or-later
// A frame as a PNG picture of two colours.
//
// Source: W3C, Portable Network Graphics (PNG) Specification, w3.org/TR/png-3

import { crc32, deflateSync } from "node:zlib";
import type { Frame } from "./frame.ts";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const DARK = [0x0b, 0x0d, 0x10];
const LIT = [0xea, 0xf4, 0xff];
const BITS_PER_PIXEL = 1;
const BY_PALETTE = 3;

/** @param scale - pixels of the picture for each of the display's, a whole number from 1 */
export function framePng(frame: Frame, scale = 1): Buffer {
  const width = frame.width * scale;
  const height = frame.height * scale;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([BITS_PER_PIXEL, BY_PALETTE, 0, 0, 0], 8);
  const rows = Array.from({ length: frame.height }, (_, y) => rowBytes(frame, y, scale));
  const pixels = Buffer.concat(rows.flatMap((row) => Array.from({ length: scale }, () => row)));
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from([...DARK, ...LIT])),
    chunk("IDAT", deflateSync(pixels, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A zero, for no filter, then eight pixels in each byte. */
function rowBytes(frame: Frame, y: number, scale: number): Buffer {
  const row = Buffer.alloc(1 + Math.ceil((frame.width * scale) / 8));
  for (let x = 0; x < frame.width * scale; x += 1) {
    if (!frame.isLit(Math.floor(x / scale), y)) continue;
    const index = 1 + (x >> 3);
    row[index] = (row[index] ?? 0) | (0x80 >> (x & 7));
  }
  return row;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "ascii"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
