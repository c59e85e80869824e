// SPDX-License-Identifier: GPL-3.0-or-later
// One WebSocket text message as the bytes that go over the wire from a server (RFC 6455, 5.2): not
// masked, in one piece. Made once, it can be written to any number of connections.

const FINAL_TEXT = 0x81;
const TWO_BYTE_LENGTH = 126;
const MAX_BYTES = 65_535;

/** @param text - at most 65,535 bytes in UTF-8 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  if (length > MAX_BYTES) throw new Error(`a text frame of ours is at most ${MAX_BYTES} bytes`);
  const headLength = length < TWO_BYTE_LENGTH ? 2 : 4;
  // Not from the pool: it may wait in many queues.
  const frame = Buffer.allocUnsafeSlow(headLength + length);
  frame[0] = FINAL_TEXT;
  if (headLength === 2) {
    frame[1] = length;
  } else {
    frame[1] = TWO_BYTE_LENGTH;
    frame.writeUInt16BE(length, 2);
  }
  frame.write(text, headLength);
  return frame;
}
