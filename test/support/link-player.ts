// SPDX-License-Identifier: GPL-3.0-or-later
// A musician with our Link in a process of its own. `await using player = await LinkPlayer.start(...)`.
import { setTimeout as sleep } from "node:timers/promises";
import { FOUNDER_AGE_MS } from "./link-stage.ts";
import { type Facts, ScriptRun } from "./script-run.ts";

/** What it answers: its state at one moment. */
export interface PlayerState {
  readonly micros: number;
  readonly tempo: number;
  readonly beat: number;
  readonly phase: number;
  readonly isPlaying: boolean;
  readonly timeForIsPlaying: number;
  readonly peers: number;
}

export class LinkPlayer implements AsyncDisposable {
  readonly run: ScriptRun;
  #asked = 0;

  private constructor(run: ScriptRun) {
    this.run = run;
  }

  static async start(tempo: number, inside: readonly string[]): Promise<LinkPlayer> {
    const run = ScriptRun.start("test/support/scripts/link-player.ts", {
      arguments: [String(tempo)],
      inside,
    });
    await run.line("ready", ({ event }) => event === "ready");
    return new LinkPlayer(run);
  }

  /** One that was there long before anybody else. */
  static async found(tempo: number, inside: readonly string[]): Promise<LinkPlayer> {
    const player = await LinkPlayer.start(tempo, inside);
    await sleep(FOUNDER_AGE_MS);
    return player;
  }

  /** Lines until now: what is heard later has a higher number. */
  get heardSoFar(): number {
    return this.run.lines.length;
  }

  async ask(command: Facts = {}): Promise<PlayerState> {
    this.#asked += 1;
    const id = this.#asked;
    this.run.send({ ...command, id });
    return (await this.run.line(`answer ${id}`, ({ answer }) => answer === id)) as unknown as PlayerState;
  }

  /** At microseconds of Link's clock, for cycles of 4 beats. */
  at(micros: number): Promise<PlayerState> {
    return this.ask({ sample: String(micros) });
  }

  /** Waits until a callback has told it. */
  hears(what: Facts, from = 0, patienceMs?: number): Promise<Facts> {
    const isIt = (line: Facts): boolean =>
      Object.entries(what).every(([key, value]) =>
        typeof value === "number" && typeof line[key] === "number"
          ? Math.abs(line[key] - value) < 0.006
          : line[key] === value,
      );
    return this.run.line(JSON.stringify(what), isIt, from, patienceMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run[Symbol.asyncDispose]();
  }
}

/** Between two phases, as the shorter way round the cycle, in microseconds. */
export function phaseErrorMicros(one: number, other: number, quantum: number, tempo: number): number {
  let beats = one - other;
  beats -= quantum * Math.round(beats / quantum);
  return (Math.abs(beats) * 60e6) / tempo;
}
