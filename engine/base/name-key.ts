// SPDX-License-Identifier: GPL-3.0-or-later
// A name as a number, the same in every process: for what crosses shared memory. `native/base/name-key.hpp`
// computes the same.

/** FNV-1a, 32 bit, of the name's UTF-8 bytes: http://www.isthe.com/chongo/tech/comp/fnv/ */
export function nameKey(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name, "utf8")) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
