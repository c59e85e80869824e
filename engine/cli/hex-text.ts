// SPDX-License-Identifier: GPL-3.0-or-later

/** A MIDI message for people: two hexadecimal digits for each byte. */
export function hexText(message: readonly number[]): string {
  return message.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
}
