// SPDX-License-Identifier: GPL-3.0-or-later
// A service manager that listens: what a program tells systemd, message by message. The socket is made by
// test/support/native/notify-listener.cc, because Node has none of that kind.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { testTool } from "./pty-recorder.ts";

export interface Notification {
  /** Microseconds of the host clock, when it was taken. */
  readonly micros: number;
  /** `{"READY": "1", "STATUS": "playing"}` */
  readonly fields: Readonly<Record<string, string>>;
}

export class NotifyListener implements AsyncDisposable {
  /** For NOTIFY_SOCKET. */
  readonly path: string;
  readonly messages: Notification[] = [];
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>, path: string) {
    this.#process = child;
    this.path = path;
  }

  static async start(): Promise<NotifyListener> {
    const child = spawn(testTool("notify-listener"), [], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const [path] = (await Promise.race([
      once(lines, "line"),
      once(child, "error").then(([error]) => Promise.reject(error)),
    ])) as [string];
    const listener = new NotifyListener(child, path);
    lines.on("line", (line) => {
      const space = line.indexOf(" ");
      const fields = line
        .slice(space + 1)
        .split("\t")
        .map((field) => [field.slice(0, field.indexOf("=")), field.slice(field.indexOf("=") + 1)]);
      listener.messages.push({ micros: Number(line.slice(0, space)), fields: Object.fromEntries(fields) });
    });
    return listener;
  }

  /** What was told under `key`, oldest first. */
  told(key: string): readonly string[] {
    return this.messages.flatMap(({ fields }) => (fields[key] === undefined ? [] : [fields[key]]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.stdin.end();
    await once(this.#process, "close");
  }
}
