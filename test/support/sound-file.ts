// SPDX-License-Identifier: GPL-3.0-or-later
// The samples of a WAV file as they were written, byte by byte.
import { readFileSync } from "node:fs";

export interface WavFile {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bytesPerFrame: number;
  /** Frames that the file says it has. */
  readonly frames: number;
  readonly data: Buffer;
}

export function readWav(file: string): WavFile {
  const bytes = readFileSync(file);
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE")
    throw new Error(`${file}: expected a WAV file`);
  let format: Buffer | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString("latin1", at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const chunk = bytes.subarray(at + 8, at + 8 + length);
    if (name === "fmt ") format = chunk;
    if (name === "data" && format !== null) {
      const bytesPerFrame = format.readUInt16LE(12);
      return {
        channels: format.readUInt16LE(2),
        sampleRate: format.readUInt32LE(4),
        bytesPerFrame,
        frames: length / bytesPerFrame,
        data: chunk,
      };
    }
    // Chunks begin at even places.
    at += 8 + length + (length % 2);
  }
  throw new Error(`${file}: expected samples, found none`);
}
