// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody at a terminal: a program in a pty, what is typed, and what is seen.
import { spawn } from "node:child_process";
import { eventually, plainEnvironment } from "./running-box.ts";

const ESC = String.fromCharCode(27);
/** Colours and places of the cursor. */
const CONTROL = new RegExp(`${ESC}(\\[[0-9;?]*[A-Za-z]|[=>])|\\r|\\x07`, "g");
const BACK = String.fromCharCode(8);
/** A letter that was taken back. */
const WIPED = new RegExp(`[^\\n${BACK}]${BACK}`, "g");

export class TypedTerminal implements AsyncDisposable {
  readonly #process;
  readonly #ended: Promise<number | null>;
  #seen = "";

  /** @param command - for a shell */
  constructor(command: string, environment: NodeJS.ProcessEnv = {}) {
    this.#process = spawn("script", ["-qefc", command, "/dev/null"], {
      env: { ...plainEnvironment(), TERM: "dumb", ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#process.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#seen += text;
    });
    this.#process.stdin.on("error", () => undefined);
    this.#ended = new Promise((resolve) => this.#process.once("close", (code) => resolve(code)));
  }

  get ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Without colours, and with what was wiped out gone. */
  get seen(): string {
    let text = this.#seen.replace(CONTROL, "");
    for (let before = ""; before !== text; ) {
      before = text;
      text = text.replace(WIPED, "");
    }
    return text;
  }

  type(keys: string): void {
    this.#process.stdin.write(keys);
  }

  /** Waits until it was seen. */
  async sees(what: RegExp): Promise<void> {
    try {
      await eventually(String(what), () => what.test(this.seen));
    } catch (cause) {
      throw new Error(`expected ${what}, saw ${JSON.stringify(this.seen)}`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    this.#process.kill("SIGKILL");
    await this.#ended;
  }
}
