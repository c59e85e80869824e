// SPDX-License-Identifier: GPL-3.0-or-later
// A position in seconds as people read it.

/**
 * "MM:SS.mmm"; the minutes grow past 99 instead of turning into hours.
 *
 * @param seconds - 0 or more; less reads as zero
 */
export function formatTime(seconds: number): string {
  // Rounded once, as whole milliseconds: 59.9996 s is 01:00.000, never 00:60.000.
  const totalMs = Math.max(0, Math.round(seconds * 1000));
  const minutes = Math.floor(totalMs / 60_000);
  const wholeSeconds = Math.floor(totalMs / 1000) % 60;
  return `${pad(minutes, 2)}:${pad(wholeSeconds, 2)}.${pad(totalMs % 1000, 3)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
