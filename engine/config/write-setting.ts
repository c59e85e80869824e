// SPDX-License-Identifier: GPL-3.0-or-later
// Changes one value of the settings file and nothing else: comments, order and the rest stay.
import { readFile } from "node:fs/promises";
import { isScalar, parseDocument } from "yaml";
import { atomicRewrite } from "../base/atomic-write.ts";
import { AppError, messageOf } from "../base/errors.ts";

/**
 * @param key - "audio.latencyOffsetMs"
 * @throws {AppError} `CONFIG_UNREADABLE`, `CONFIG_INVALID` when it is no YAML, `FILE_WRITE_FAILED`
 */
export async function writeSetting(
  file: string,
  key: string,
  value: number | string | boolean,
): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new AppError("CONFIG_UNREADABLE", `${file}: ${messageOf(cause)}`, { cause });
  }
  await atomicRewrite(file, withSetting(file, text, key, value));
}

/** The same for a text. */
export function withSetting(
  file: string,
  text: string,
  key: string,
  value: number | string | boolean,
): string {
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (mistake !== undefined)
    throw new AppError("CONFIG_INVALID", `${file}: ${mistake.message}. Nothing was written`);
  const place = key.split(".");
  const there: unknown = document.getIn(place, true);
  // A value that is there is cut out and replaced: the library would move comments about.
  if (isScalar(there) && there.range !== null && there.range !== undefined) {
    const [start, end] = there.range;
    return `${text.slice(0, start)}${JSON.stringify(value)}${text.slice(end)}`;
  }
  document.setIn(place, value);
  return document.toString({ lineWidth: 0 });
}
