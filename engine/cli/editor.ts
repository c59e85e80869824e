// SPDX-License-Identifier: GPL-3.0-or-later
// The editor of whoever sits at the terminal, and questions between two of its runs.
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { createInterface, type Interface } from "node:readline";
import { AppError } from "../base/errors.ts";
import { visibleText } from "../base/visible-text.ts";

/** Tried where neither VISUAL nor EDITOR says one. */
const EDITORS = ["sensible-editor", "editor", "nano", "vi"];

/**
 * The command line of the editor, as a shell reads it.
 *
 * @throws {AppError} `EDITOR_FAILED` when there is none
 */
export function editorCommand(environment: NodeJS.ProcessEnv): string {
  for (const command of [environment.VISUAL, environment.EDITOR])
    if (command !== undefined && command.trim() !== "") return command;
  const folders = (environment.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const found = EDITORS.find((name) => folders.some((folder) => isProgram(path.join(folder, name))));
  if (found !== undefined) return found;
  throw new AppError(
    "EDITOR_FAILED",
    `expected an editor in VISUAL or EDITOR, or one of ${EDITORS.join(", ")}, got none. Set EDITOR, or install nano`,
  );
}

/**
 * Resolves when the editor has ended.
 *
 * @throws {AppError} `EDITOR_FAILED` when it cannot be started or ends with an error
 */
export async function openEditor(command: string, file: string): Promise<void> {
  // Ctrl-C at the terminal is for the editor, which is in the same group of processes.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn("/bin/sh", ["-c", `${command} "$@"`, "sh", file], { stdio: "inherit" });
      child.once("error", (cause) => reject(editorFailed(command, cause.message)));
      child.once("close", (code, signal) => {
        if (code === 0) resolve();
        else reject(editorFailed(command, signal ?? `exit ${code}`));
      });
    });
  } finally {
    process.off("SIGINT", ignore);
  }
}

function editorFailed(command: string, reason: string): AppError {
  return new AppError("EDITOR_FAILED", `${visibleText(command)}: ended with an error (${reason})`);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Asks on standard error and reads lines from standard input; between questions the terminal is left alone. */
export class Questions {
  #lines: Interface | null = null;
  readonly #waiting: string[] = [];
  #isOver = false;
  #wake: () => void = () => undefined;

  /**
   * Asks until the answer is one of the letters.
   *
   * @param choices - what each letter does: `{ e: "edit again" }`
   * @returns null when nobody is there to answer
   */
  async choose<Letter extends string>(
    choices: Readonly<Partial<Record<Letter, string>>>,
  ): Promise<Letter | null> {
    const letters = Object.keys(choices) as Letter[];
    for (;;) {
      const shown = letters.map((letter) => `[${letter}] ${choices[letter]}`).join(", ");
      process.stderr.write(`${shown}? `);
      const line = await this.#line();
      if (line === null) {
        process.stderr.write("\n");
        return null;
      }
      const answer = letters.find((letter) => letter === line.trim().toLowerCase().slice(0, 1));
      if (answer !== undefined) return answer;
    }
  }

  stop(): void {
    this.#lines?.close();
  }

  async #line(): Promise<string | null> {
    const lines = this.#lines ?? this.#open();
    lines.resume();
    while (this.#waiting.length === 0 && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    lines.pause();
    return this.#waiting.shift() ?? null;
  }

  #open(): Interface {
    // The terminal edits the line itself.
    const lines = createInterface({ input: process.stdin, terminal: false });
    lines.on("line", (line) => {
      this.#waiting.push(line);
      this.#wake();
    });
    lines.on("close", () => {
      this.#isOver = true;
      this.#wake();
    });
    this.#lines = lines;
    return lines;
  }
}
