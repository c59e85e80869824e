// SPDX-License-Identifier: GPL-3.0-or-later
// A wall clock of a program's own, which a test may set: test/support/native/wall-clock.c.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { testTool } from "./pty-recorder.ts";

export class WallClock implements Disposable {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "downbeat-wall-"));
  readonly #file: number;

  constructor() {
    this.#file = openSync(this.#path, "w");
    this.setOffset(0);
  }

  /** The words in front of a program that live by this clock. */
  get inside(): readonly string[] {
    return ["env", `LD_PRELOAD=${testTool("wall-clock.so")}`, `DOWNBEAT_WALL_CLOCK=${this.#path}`];
  }

  /** From now on the program's clock is this far ahead of the machine's, or behind. */
  setOffset(seconds: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(Math.round(seconds * 1e6)));
    writeSync(this.#file, bytes, 0, 8, 0);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #path(): string {
    return path.join(this.#folder, "offset");
  }
}
