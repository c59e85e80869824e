// SPDX-License-Identifier: GPL-3.0-or-later
// When the machine itself was held up: on each processor a thread that nothing of ours can keep from running looks at the
// clock. What an emulated processor loses to its host is no fault of what runs on it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

/** How often the clock is looked at. */
const EVERY_MS = 5;
/** Above all threads of the engine. */
const PRIORITY = "90";

const watcher = (stallMs: number): string => `
  const sleeping = new Int32Array(new SharedArrayBuffer(4));
  for (let before = performance.now(); ; ) {
    Atomics.wait(sleeping, 0, 0, ${EVERY_MS});
    const now = performance.now();
    if (now - before > ${EVERY_MS + stallMs}) require("node:fs").writeSync(1, Math.round(now - before) + "\\n");
    before = now;
  }`;

/** Needs the right to run with realtime priority. */
export class StallWatch implements AsyncDisposable {
  readonly #watchers: readonly ChildProcess[];
  readonly #stallsMs: number[] = [];

  private constructor(stallMs: number) {
    this.#watchers = Array.from({ length: availableParallelism() }, (_, processor) => {
      const pinned = ["--cpu-list", String(processor), "chrt", "--fifo", PRIORITY];
      const child = spawn("taskset", [...pinned, process.execPath, "-e", watcher(stallMs)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        for (const line of text.trim().split("\n")) this.#stallsMs.push(Number(line));
      });
      return child;
    });
  }

  /** @param stallMs - what is shorter does not count */
  static async start(stallMs: number): Promise<StallWatch> {
    const watch = new StallWatch(stallMs);
    await Promise.all(watch.#watchers.map((child) => once(child, "spawn")));
    return watch;
  }

  /** How long each of them was, in ms, on any processor. */
  get stallsMs(): readonly number[] {
    return this.#stallsMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#watchers.map((child) => once(child, "close"));
    for (const child of this.#watchers) child.kill("SIGKILL");
    await Promise.all(ended);
  }
}
