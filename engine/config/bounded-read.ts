// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a file that may be anything: a pipe would be waited for, a disk image would fill the memory.

import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { AppError, messageOf, systemCodeOf } from "../base/errors.ts";

/**
 * @returns at most `maxBytes` + 1 bytes: one more says that the file is larger
 * @throws {AppError} `FILE_MISSING`, or `FILE_READ_FAILED` for whatever is no readable file
 */
export async function readBounded(file: string, maxBytes: number): Promise<Buffer> {
  try {
    // Not blocking: opening a pipe would wait for its writer.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) throw new AppError("FILE_READ_FAILED", `${file}: is not a file`);
      const buffer = Buffer.alloc(Math.min(facts.size, maxBytes) + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = systemCodeOf(error) === "ENOENT" ? "FILE_MISSING" : "FILE_READ_FAILED";
    throw new AppError(code, `${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/** The system's reason as part of a sentence. */
function reasonOf(error: unknown): string {
  switch (systemCodeOf(error)) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "may not be read by this user";
    case "EISDIR":
      return "is a folder";
    case "ELOOP":
      return "is a link that leads to itself";
    default:
      return messageOf(error);
  }
}
