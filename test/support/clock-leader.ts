// SPDX-License-Identifier: GPL-3.0-or-later
// A drum machine that gives MIDI clock on a serial port. The program behind it is
// test/support/native/clock-leader.cc; deploy/test builds it into build/tools.
// `await using leader = await ClockLeader.start()` leaves no process behind.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { testTool } from "./pty-recorder.ts";
import { eventually } from "./running-box.ts";

export class ClockLeader implements AsyncDisposable {
  /** To be named as a serial port. */
  readonly path: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: string[] = [];
  #asked = 0;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>, slave: string) {
    this.#process = child;
    this.path = slave;
  }

  static async start(): Promise<ClockLeader> {
    const child = spawn(testTool("clock-leader"), [], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const [slave] = (await Promise.race([
      once(lines, "line"),
      once(child, "error").then(([error]) => Promise.reject(error)),
    ])) as [string];
    const leader = new ClockLeader(child, slave);
    lines.on("line", (line) => leader.#answers.push(line));
    return leader;
  }

  /** Ticks at `bpm` from now on, each up to `jitterMs` early or late. */
  async run(bpm: number, jitterMs = 0): Promise<void> {
    await this.#say(`tempo ${bpm}`);
    await this.#say(`jitter ${jitterMs * 1000}`);
    await this.#say("run");
  }

  setTempo(bpm: number): Promise<number> {
    return this.#say(`tempo ${bpm}`);
  }

  /** No more ticks, as if the cable were out. */
  rest(): Promise<number> {
    return this.#say("rest");
  }

  /** @returns Link's clock at the first tick of the song, in microseconds */
  play(): Promise<number> {
    return this.#say("start");
  }

  /** @returns Link's clock at the next tick, in microseconds */
  continue(): Promise<number> {
    return this.#say("continue");
  }

  stop(): Promise<number> {
    return this.#say("stop");
  }

  locate(sixteenths: number): Promise<number> {
    return this.#say(`position ${sixteenths}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.stdin.end();
    await once(this.#process, "close");
  }

  /** @returns the time in the answer */
  async #say(line: string): Promise<number> {
    const number = this.#asked;
    this.#asked += 1;
    this.#process.stdin.write(`${line}\n`);
    const answer = await eventually(`the leader answers ${line}`, () => this.#answers[number]);
    return Number(answer.slice(line.length + 1));
  }
}
