// SPDX-License-Identifier: GPL-3.0-or-later
// Names that a plan calls things by: what the engine takes as an id (native/app/json-reader.cpp).

import { z } from "zod";

const MAX_ID_BYTES = 128;

/** Colons separate the parts of an address, as in `drums:kick`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[:\x00-\x1f\x7f]/;

export function isPlanId(id: string): boolean {
  return id !== "" && Buffer.byteLength(id) <= MAX_ID_BYTES && !FORBIDDEN.test(id);
}

/** The same name as an id: other characters become a dash, and what is too long ends early. */
export function planIdOf(name: string): string {
  const plain = [...name].map((letter) => (FORBIDDEN.test(letter) ? "-" : letter));
  while (Buffer.byteLength(plain.join("")) > MAX_ID_BYTES) plain.pop();
  return plain.join("") || "-";
}

export const planIdSchema = z
  .string()
  .refine(isPlanId)
  .meta({ expected: `text, not empty, without colons, at most ${MAX_ID_BYTES} bytes` });
