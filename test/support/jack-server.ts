// SPDX-License-Identifier: GPL-3.0-or-later
// A JACK server on a dummy card for programs that cannot do without one. JACK remembers eight servers of
// a user, killed ones too until their name is used again: so there are only a few names, each with a lock.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

const NAMES = 4;
const ATTEMPTS = 1200;
/** Exit code of `flock` when another test process has the name. */
const TAKEN = 75;

export interface JackOptions {
  /** 128 otherwise. */
  readonly blockFrames?: number;
  /** Its clients too get realtime priority, and its cycles come in time on a busy machine. */
  readonly isRealtime?: boolean;
}

export class JackServer implements AsyncDisposable {
  readonly #name: string;
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  /** The exit code; null after a signal. */
  readonly #ended: Promise<number | null>;
  #trouble = "";

  private constructor(name: string, inside: readonly string[], options: JackOptions) {
    this.#name = name;
    const [program = "flock", ...args] = [
      ...inside,
      // It becomes the server, and the lock is held as long as that lives.
      ...["flock", "--nonblock", "--conflict-exit-code", String(TAKEN), "--no-fork"],
      path.join(tmpdir(), `${name}.lock`),
      ...["jackd", options.isRealtime === true ? "-R" : "-r", "-n", name],
      ...["-d", "dummy", "-r", "48000", "-p", String(options.blockFrames ?? 128)],
    ];
    this.#process = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: this.environment });
    this.#process.stdout.resume();
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#trouble = (this.#trouble + text).slice(0, 1000);
    });
    process.once("exit", this.#end);
    this.#ended = new Promise((resolve) => {
      this.#process.once("error", (error) => {
        this.#trouble += String(error);
        resolve(null);
      });
      this.#process.once("close", (code) => resolve(code));
    });
  }

  /**
   * Starts one; clients may have to try more than once until it takes them.
   *
   * @param inside - a program in front of the server that becomes it, with its options
   */
  static async start(inside: readonly string[] = [], options: JackOptions = {}): Promise<JackServer> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const server = new JackServer(`downbeat-hut-${attempt % NAMES}`, inside, options);
      // Its first words come when it has the name.
      const speaking = new Promise<"speaks">((resolve) =>
        server.#process.stdout.once("data", () => resolve("speaks")),
      );
      const outcome = await Promise.race([speaking, server.#ended]);
      if (outcome === "speaks") return server;
      process.off("exit", server.#end);
      if (outcome !== TAKEN) throw new Error(`jackd does not run: ${server.#trouble}`);
      await sleep(50);
    }
    throw new Error(`all ${NAMES} JACK servers of tests are taken`);
  }

  /** For programs that are to use this server: in front of them. */
  get inside(): readonly string[] {
    return [
      "env",
      `JACK_DEFAULT_SERVER=${this.#name}`,
      "JACK_NO_START_SERVER=1",
      "JACK_NO_AUDIO_RESERVATION=1",
    ];
  }

  /** The same as an environment. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      JACK_DEFAULT_SERVER: this.#name,
      JACK_NO_START_SERVER: "1",
      JACK_NO_AUDIO_RESERVATION: "1",
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
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
