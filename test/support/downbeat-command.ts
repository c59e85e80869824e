// SPDX-License-Identifier: GPL-3.0-or-later
// The command line as a script uses it: run a verb, look at what it printed and how it ended.
import { spawn } from "node:child_process";
import { DOWNBEAT, plainEnvironment } from "./running-box.ts";

export interface CommandResult {
  /** 128 + N when signal N ended it, as shells say it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

export interface CommandOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** What is typed; nothing unless given. */
  readonly input?: string;
  /** False: standard output is closed at once, as after `| head`. */
  readonly readsOutput?: boolean;
  /** Called for each piece of standard output. */
  readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** Called as soon as the process is there. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
}

export function downbeat(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(DOWNBEAT, args, {
      cwd: options.cwd,
      env: { ...plainEnvironment(), ...options.environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    // One that asks nothing may have ended before.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
    // Of a test that ran out of time nothing goes on running.
    const killWithUs = (): void => kill("SIGKILL");
    process.once("exit", killWithUs);
    if (options.readsOutput === false) child.stdout.destroy();
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      options.onOutput?.(text, kill);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", killWithUs);
      resolve({ exitCode: code ?? 128 + (SIGNAL_NUMBERS[signal ?? ""] ?? 0), stdout, stderr });
    });
    options.onStart?.(kill);
  });
}
