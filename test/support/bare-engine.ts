// SPDX-License-Identifier: GPL-3.0-or-later
// The engine alone, without any Node: `downbeat-engine --null` on a state folder, as a service manager
// starts it. `await using engine = BareEngine.start(folder)` leaves no process behind.
import { type ChildProcess, spawn } from "node:child_process";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import type { EngineStatus } from "../../engine/binding/engine-status.ts";
import { engineProgram } from "../../engine/binding/places.ts";
import { eventually, plainEnvironment, transportOf } from "./running-box.ts";

export class BareEngine implements AsyncDisposable {
  readonly stateFolder: string;
  /** Exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
  readonly #process: ChildProcess;
  #output = "";

  private constructor(
    stateFolder: string,
    args: readonly string[],
    inside: readonly string[],
    isNull: boolean,
  ) {
    this.stateFolder = stateFolder;
    const [program = engineProgram(), ...rest] = [...inside, engineProgram()];
    const driver = isNull ? ["--null"] : [];
    this.#process = spawn(program, [...rest, "--state", stateFolder, ...driver, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: plainEnvironment(),
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    process.once("exit", this.#kill);
    this.ended = new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("close", (code, signal) => {
        process.off("exit", this.#kill);
        resolve(code ?? signal ?? "");
      });
    });
  }

  /**
   * @param inside - a program in front of the engine, with its options: `env NAME=VALUE`
   * @param isNull - false takes the audio device of the plan
   */
  static start(
    stateFolder: string,
    args: readonly string[] = [],
    inside: readonly string[] = [],
    isNull = true,
  ): BareEngine {
    return new BareEngine(stateFolder, args, inside, isNull);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** What it printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Its status once the audio thread runs. */
  playing(): Promise<EngineStatus> {
    return eventually(`the engine plays; it said: ${this.#output}`, async () => {
      if (this.#isGone()) throw new Error(`the engine ended: ${this.#output}`);
      const status = await statusOf(this.stateFolder);
      return status !== null && transportOf(status).blocks > 0 ? status : null;
    });
  }

  /** Ends it with SIGTERM. */
  async stop(): Promise<number | string> {
    this.#process.kill("SIGTERM");
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isGone()) return;
    this.#process.kill("SIGTERM");
    const timer = setTimeout(this.#kill, 5000);
    await this.ended.catch(() => undefined);
    clearTimeout(timer);
  }

  readonly #kill = (): void => {
    this.#process.kill("SIGKILL");
  };

  #isGone(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }
}

/** What the engine of a state folder says of itself; null while none answers. */
export async function statusOf(stateFolder: string): Promise<EngineStatus | null> {
  let client: EngineClient;
  try {
    client = await EngineClient.connect(stateFolder, "observer", "test");
  } catch {
    return null;
  }
  try {
    return (await client.request("status")).status as EngineStatus;
  } catch {
    return null;
  } finally {
    client.close();
  }
}
