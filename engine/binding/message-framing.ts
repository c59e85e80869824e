// SPDX-License-Identifier: GPL-3.0-or-later
// Messages on the control socket: four bytes of length, little-endian, then JSON text.

/** The engine's answers may be this long; a longer one means that we are not talking to an engine. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** `message` with its length in front. */
export function frameMessage(message: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(message), "utf8");
  const framed = Buffer.allocUnsafe(4 + text.length);
  framed.writeUInt32LE(text.length, 0);
  text.copy(framed, 4);
  return framed;
}

/** Collects bytes and gives whole messages back. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /**
   * @returns the texts that are complete now
   * @throws {RangeError} when a message longer than MAX_MESSAGE_BYTES is announced
   */
  append(chunk: Buffer): string[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const texts: string[] = [];
    while (this.#bytes >= 4) {
      const length = this.#peekLength();
      if (length > MAX_MESSAGE_BYTES) throw new RangeError(`a message of ${length} bytes was announced`);
      if (this.#bytes < 4 + length) break;
      const all = Buffer.concat(this.#chunks);
      texts.push(all.toString("utf8", 4, 4 + length));
      const rest = all.subarray(4 + length);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#bytes = rest.length;
    }
    return texts;
  }

  #peekLength(): number {
    // Once, so that a long message in many pieces is not copied for each of them.
    if ((this.#chunks[0]?.length ?? 0) < 4) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]?.readUInt32LE(0) ?? 0;
  }
}
