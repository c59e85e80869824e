// SPDX-License-Identifier: GPL-3.0-or-later
// A TypeScript program run by the project's Node, in a process of its own, that prints one JSON object on
// each line. `await using run = ScriptRun.start(file)` leaves no process behind.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { projectFolder } from "../../engine/binding/places.ts";
import { eventually, plainEnvironment } from "./running-box.ts";

export type Facts = Readonly<Record<string, unknown>>;

export interface ScriptOptions {
  readonly arguments?: readonly string[];
  /** A program in front, with its options: `nsenter --net=...`. */
  readonly inside?: readonly string[];
  /** Options of Node. */
  readonly node?: readonly string[];
}

export class ScriptRun implements AsyncDisposable {
  /** Every line so far that was an object. */
  readonly lines: Facts[] = [];
  /** Exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  #text = "";
  #rest = "";
  #trouble = "";
  #isGone = false;

  private constructor(script: string, options: ScriptOptions) {
    const [program = process.execPath, ...args] = [
      ...(options.inside ?? []),
      process.execPath,
      ...(options.node ?? []),
      path.join(projectFolder(), script),
      ...(options.arguments ?? []),
    ];
    this.#process = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: plainEnvironment() });
    // It is told by its end that it has gone.
    this.#process.stdin.on("error", () => undefined);
    this.#process.stdout.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#trouble += text;
    });
    process.once("exit", this.#kill);
    this.ended = new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("close", (code, signal) => {
        this.#isGone = true;
        process.off("exit", this.#kill);
        resolve(code ?? signal ?? "");
      });
    });
  }

  /** @param script - its path in the project */
  static start(script: string, options: ScriptOptions = {}): ScriptRun {
    return new ScriptRun(script, options);
  }

  /** Everything it printed. */
  get text(): string {
    return this.#text;
  }

  /** What it said on standard error. */
  get trouble(): string {
    return this.#trouble;
  }

  send(command: Facts): void {
    this.#process.stdin.write(`${JSON.stringify(command)}\n`);
  }

  /** The first line, from number `from` on, that is so. */
  line(what: string, isIt: (line: Facts) => boolean, from = 0, patienceMs?: number): Promise<Facts> {
    return eventually(
      `a line with ${what}`,
      () => {
        const found = this.lines.slice(from).find(isIt);
        if (found === undefined && this.#isGone)
          throw new Error(`the script ended without a line with ${what}: ${this.#trouble}`);
        return found;
      },
      patienceMs,
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await this.ended;
  }

  #take(text: string): void {
    this.#text += text;
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) this.lines.push(JSON.parse(line) as Facts);
  }

  readonly #kill = (): void => {
    this.#process.kill("SIGKILL");
  };
}
