// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 over the samples of a sound file. Headers hold names and times; only the sound counts.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

const DATA = "data";
const DS64 = "ds64";
const RF64_SIZE = 0xffffffff;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Of a WAV or RF64 file its data; of any other file all of it. */
export async function hashSamples(file: string): Promise<string> {
  const span = await dataSpan(file);
  const hash = createHash("sha256");
  const options = span === null ? {} : { start: span.start, end: span.end - 1 };
  if (span === null || span.end > span.start)
    for await (const chunk of createReadStream(file, options)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Where the samples are, or null when this is no WAV file. */
async function dataSpan(file: string): Promise<Span | null> {
  const handle = await open(file, "r");
  try {
    const head = Buffer.alloc(12);
    await handle.read(head, 0, head.length, 0);
    const kind = head.toString("latin1", 0, 4);
    if ((kind !== "RIFF" && kind !== "RF64") || head.toString("latin1", 8) !== "WAVE") return null;
    let longSize = 0;
    const { size: fileSize } = await handle.stat();
    for (let at = 12; at + 8 <= fileSize; ) {
      const chunk = Buffer.alloc(24);
      await handle.read(chunk, 0, chunk.length, at);
      const name = chunk.toString("latin1", 0, 4);
      const size = chunk.readUInt32LE(4);
      if (name === DS64) longSize = Number(chunk.readBigUInt64LE(16));
      if (name === DATA) {
        const bytes = size === RF64_SIZE ? longSize : size;
        return { start: at + 8, end: Math.min(at + 8 + bytes, fileSize) };
      }
      at += 8 + size + (size % 2);
    }
    return null;
  } finally {
    await handle.close();
  }
}
