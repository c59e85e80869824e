// SPDX-License-Identifier: GPL-3.0-or-later
// A program that is started for its times: when it was made, was ready and ended, in microseconds of the
// host clock. The work is done by test/bench/native/start-timer.cc.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { testTool } from "../../support/pty-recorder.ts";

export class TimedProgram {
  readonly #timer: ChildProcessByStdio<Writable, Readable, null>;
  readonly #told = new Map<string, readonly number[]>();

  private constructor(timer: ChildProcessByStdio<Writable, Readable, null>) {
    this.#timer = timer;
    createInterface({ input: timer.stdout }).on("line", (line) => {
      const [what = "", ...numbers] = line.split(" ");
      this.#told.set(what, numbers.map(Number));
      timer.emit(`told-${what}`);
    });
  }

  static async start(program: string, args: readonly string[] = []): Promise<TimedProgram> {
    const timed = new TimedProgram(
      spawn(testTool("start-timer"), [program, ...args], { stdio: ["pipe", "pipe", "ignore"] }),
    );
    await timed.#waitFor("started");
    return timed;
  }

  get startedMicros(): number {
    return this.#told.get("started")?.[0] ?? Number.NaN;
  }

  get pid(): number {
    return this.#told.get("started")?.[1] ?? Number.NaN;
  }

  /** Until it tells its service manager that it is ready. */
  async microsToReady(): Promise<number> {
    const [micros = Number.NaN] = await this.#waitFor("ready");
    return micros - this.startedMicros;
  }

  /** Until it ends by itself. */
  async microsToEnd(): Promise<number> {
    const [micros = Number.NaN] = await this.#waitFor("ended");
    return micros - this.startedMicros;
  }

  /** Ends it with SIGTERM. */
  async stop(): Promise<void> {
    this.#timer.stdin.end();
    await this.#waitFor("ended");
  }

  async #waitFor(what: string): Promise<readonly number[]> {
    const told = this.#told.get(what);
    if (told !== undefined) return told;
    await Promise.race([
      once(this.#timer, `told-${what}`),
      once(this.#timer, "close").then(() => Promise.reject(new Error(`start-timer ended before "${what}"`))),
    ]);
    return this.#told.get(what) ?? [];
  }
}
