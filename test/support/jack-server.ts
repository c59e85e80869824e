// SPDX-License-Identifier: GPL-3.0-or-later
// A JACK server on a dummy card, under a name of its own, for programs that cannot do without one.
import { type ChildProcess, spawn } from "node:child_process";

let started = 0;

export class JackServer implements AsyncDisposable {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  /** @param inside - a program in front of the server, with its options */
  constructor(inside: readonly string[] = []) {
    started += 1;
    this.#name = `downbeat-${process.pid}-${started}`;
    const [program = "jackd", ...args] = [
      ...inside,
      ...["jackd", "-r", "-n", this.#name, "-d", "dummy", "-r", "48000", "-p", "128"],
    ];
    this.#process = spawn(program, args, { stdio: "ignore", env: this.environment });
    process.once("exit", this.#end);
    this.#ended = new Promise((resolve) => {
      this.#process.once("error", () => resolve());
      this.#process.once("close", () => resolve());
    });
  }

  /** For programs that are to use this server. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      JACK_DEFAULT_SERVER: this.#name,
      JACK_NO_START_SERVER: "1",
      JACK_NO_AUDIO_RESERVATION: "1",
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // In order: a killed server leaves its shared memory behind, and JACK has room for eight.
    this.#end();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 5000);
    await this.#ended;
    clearTimeout(timer);
    process.off("exit", this.#end);
  }

  readonly #end = (): void => {
    this.#process.kill("SIGTERM");
  };
}
