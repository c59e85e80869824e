// SPDX-License-Identifier: GPL-3.0-or-later
// A file from disk as a document; one that cannot be read is a document that says why.

import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { messageOf, systemCodeOf } from "../base/errors.ts";
import { type Document, MAX_JSON_BYTES, parseDocument, unreadableDocument } from "./document.ts";

/** Gives the bytes of a file or throws as the system does. Tests and archives bring their own. */
export type ReadFile = (path: string) => Promise<Uint8Array | string>;

export async function loadDocument(path: string, readFile: ReadFile): Promise<Document> {
  try {
    return parseDocument(path, await readFile(path));
  } catch (error) {
    return unreadableDocument(path, REASONS[systemCodeOf(error) ?? ""] ?? messageOf(error));
  }
}

/**
 * Reads a plain file from disk, never more than a document may have: a device, a pipe or a file
 * that grows while it is read does not hold anybody up.
 */
export async function readPlainFile(path: string): Promise<Uint8Array> {
  // Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new Error("not a plain file");
    const bytes = Buffer.alloc(Math.min(facts.size, MAX_JSON_BYTES) + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EISDIR: "a folder",
  ELOOP: "a circle of links",
};
