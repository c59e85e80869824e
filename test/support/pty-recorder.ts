// SPDX-License-Identifier: GPL-3.0-or-later
// A synth on a UART: a pseudo terminal with a time stamp for every byte. The program behind it is
// test/support/native/pty-recorder.cc; deploy/test builds it into build/tools.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { projectFolder } from "../../engine/binding/places.ts";

/** A helper program of tests and benches; `DOWNBEAT_TOOLS` names another build. */
export function testTool(name: string): string {
  return path.join(process.env.DOWNBEAT_TOOLS ?? path.join(projectFolder(), "build", "tools"), name);
}

export interface StampedByte {
  /** CLOCK_MONOTONIC, when it was read. */
  readonly micros: number;
  readonly byte: number;
}

export class PtyRecorder {
  /** To be named as a serial port. */
  readonly path: string;
  /** What has arrived so far. */
  readonly bytes: StampedByte[] = [];
  /** When each `send` left, CLOCK_MONOTONIC. */
  readonly sentAt: number[] = [];
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>, slave: string) {
    this.#process = child;
    this.path = slave;
  }

  static async start(): Promise<PtyRecorder> {
    const child = spawn(testTool("pty-recorder"), [], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const [slave] = (await Promise.race([
      once(lines, "line"),
      once(child, "error").then(([error]) => Promise.reject(error)),
    ])) as [string];
    const recorder = new PtyRecorder(child, slave);
    lines.on("line", (line) => {
      const [micros = "", hex = ""] = line.split(" ");
      if (hex === "sent") recorder.sentAt.push(Number(micros));
      else recorder.bytes.push({ micros: Number(micros), byte: Number.parseInt(hex, 16) });
    });
    return recorder;
  }

  /** Plays into the cable: a keyboard has no other end. */
  send(...bytes: readonly number[]): void {
    this.#process.stdin.write(`${bytes.map((byte) => byte.toString(16)).join(" ")}\n`);
  }

  /** Ends the recording; everything that arrived is in `bytes`. */
  async stop(): Promise<readonly StampedByte[]> {
    if (this.#process.exitCode === null) {
      this.#process.stdin.end();
      await once(this.#process, "close");
    }
    return this.bytes;
  }
}
