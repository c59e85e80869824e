// SPDX-License-Identifier: GPL-3.0-or-later
// What a WAV file says of itself, read without the library that wrote it.
import { readFileSync } from "node:fs";

export interface WavFile {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  readonly frames: number;
  /** The samples as they are stored. */
  readonly data: Buffer;
}

export function readWav(file: string): WavFile {
  const bytes = readFileSync(file);
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE")
    throw new Error(`${file}: expected a WAV file, got ${bytes.toString("latin1", 0, 12)}`);
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    chunks.set(bytes.toString("latin1", at, at + 4), bytes.subarray(at + 8, at + 8 + length));
    // Chunks begin at even places.
    at += 8 + length + (length % 2);
  }
  const format = chunks.get("fmt ");
  const data = chunks.get("data");
  if (format === undefined || data === undefined) throw new Error(`${file}: expected format and data chunks`);
  const channels = format.readUInt16LE(2);
  const bitsPerSample = format.readUInt16LE(14);
  return {
    sampleRate: format.readUInt32LE(4),
    channels,
    bitsPerSample,
    frames: data.length / (channels * (bitsPerSample / 8)),
    data,
  };
}
