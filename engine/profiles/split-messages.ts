// SPDX-License-Identifier: GPL-3.0-or-later
// A stream of MIDI bytes as messages, each with its status. Realtime bytes may stand anywhere.

const DATA_BYTES: Readonly<Record<number, number>> = {
  128: 2,
  144: 2,
  160: 2,
  176: 2,
  192: 1,
  208: 1,
  224: 2,
};

/** Bytes that belong to no message, and a message that is cut off, are left out. */
export function splitMessages(bytes: readonly number[]): readonly (readonly number[])[] {
  const messages: (readonly number[])[] = [];
  let status = 0;
  let data: number[] = [];
  for (const byte of bytes) {
    if (byte >= 0xf8) {
      messages.push([byte]);
    } else if (byte === 0xf7 && status === 0xf0) {
      messages.push([0xf0, ...data, 0xf7]);
      status = 0;
    } else if (byte >= 0x80) {
      status = byte;
      data = [];
    } else if (status !== 0) {
      data.push(byte);
      if (status === 0xf0 || data.length < (DATA_BYTES[status & 0xf0] ?? Number.POSITIVE_INFINITY)) continue;
      messages.push([status, ...data]);
      data = [];
    }
  }
  return messages;
}
