// SPDX-License-Identifier: GPL-3.0-or-later
// Ableton's own Link peer, LinkHut (Debian's ableton-link-utils): played through its keys, watched
// through its status line, which it prints a hundred times a second.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { JackServer } from "./jack-server.ts";
import { eventually } from "./running-box.ts";

/** One status line. */
export interface HutState {
  /** performance.now() when it was read here. */
  readonly atMs: number;
  readonly isEnabled: boolean;
  readonly peers: number;
  readonly quantum: number;
  readonly hasStartStopSync: boolean;
  readonly isPlaying: boolean;
  /** Two decimals. */
  readonly tempoBpm: number;
  /** Two decimals. */
  readonly beat: number;
  /** Which beat of the quantum its metronome shows, from 1. */
  readonly metro: number;
}

const LINE =
  /^(yes|no) *\| (\d+) *\| ([\d.]+) *\| (yes|no) +\[(playing|stopped)\] *\| ([\d.]+) *\| (-?[\d.]+) *\| ([XO]+)/;
const ATTEMPTS = 20;
const KEY_PATIENCE_MS = 5000;

export class LinkHut implements AsyncDisposable {
  /** Every line so far. */
  readonly states: HutState[] = [];
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<void>;
  #rest = "";
  #trouble = "";

  private constructor(server: JackServer, inside: readonly string[]) {
    const [program = "LinkHut", ...args] = [...inside, "LinkHut"];
    this.#process = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: server.environment });
    // It is told by its end that it has gone.
    this.#process.stdin.on("error", () => undefined);
    this.#process.stdout.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#trouble += text;
    });
    process.once("exit", this.#kill);
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        process.off("exit", this.#kill);
        resolve();
      };
      this.#process.once("error", (error) => {
        this.#trouble += String(error);
        end();
      });
      this.#process.once("close", end);
    });
  }

  /** Starts it with Link off, at 120 bpm, stopped; again when the JACK server is not there yet. */
  static async start(server: JackServer, inside: readonly string[] = []): Promise<LinkHut> {
    for (let attempt = 1; ; attempt += 1) {
      const hut = new LinkHut(server, inside);
      await eventually("LinkHut shows its state or ends", () => hut.states.length > 0 || hut.#isGone);
      if (!hut.#isGone) return hut;
      if (attempt === ATTEMPTS) throw new Error(`LinkHut does not run: ${hut.#trouble}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** What it shows now. */
  get state(): HutState {
    const newest = this.states.at(-1);
    if (newest === undefined) throw new Error("LinkHut has not shown anything yet");
    return newest;
  }

  async enableLink(): Promise<void> {
    if (!this.state.isEnabled) await this.#press("a", "Link enabled", (state) => state.isEnabled);
  }

  async enableStartStopSync(): Promise<void> {
    if (!this.state.hasStartStopSync)
      await this.#press("s", "start-stop sync", (state) => state.hasStartStopSync);
  }

  async play(): Promise<void> {
    if (!this.state.isPlaying) await this.#press(" ", "play", (state) => state.isPlaying);
  }

  async stop(): Promise<void> {
    if (this.state.isPlaying) await this.#press(" ", "stop", (state) => !state.isPlaying);
  }

  /** One key for each bpm, each shown before the next is pressed. */
  async setTempo(bpm: number): Promise<void> {
    while (Math.round(bpm - this.state.tempoBpm) !== 0) await this.nudgeTempo(bpm > this.state.tempoBpm);
  }

  /** 1 bpm up or down. */
  async nudgeTempo(isUp: boolean): Promise<void> {
    const wanted = this.state.tempoBpm + (isUp ? 1 : -1);
    await this.#press(isUp ? "e" : "w", `${wanted} bpm`, (state) => Math.abs(state.tempoBpm - wanted) < 0.05);
  }

  /** As pressed by somebody who does not look at the answer. */
  pressTempoKey(isUp: boolean): void {
    this.#process.stdin.write(isUp ? "e" : "w");
  }

  /** Waits until it shows something. */
  shows(what: string, isIt: (state: HutState) => boolean, patienceMs?: number): Promise<HutState> {
    return eventually(
      `LinkHut shows ${what}; it shows ${JSON.stringify(this.state)}`,
      () => {
        if (this.#isGone) throw new Error(`LinkHut ended: ${this.#trouble}`);
        return isIt(this.state) ? this.state : null;
      },
      patienceMs,
    );
  }

  /** Says goodbye to its peers, and to its JACK server, which minds clients that die. */
  async quit(): Promise<void> {
    this.#process.stdin.write("q");
    const timer = setTimeout(this.#kill, KEY_PATIENCE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Gone without a word. */
  async kill(): Promise<void> {
    this.#kill();
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isGone) await this.quit();
  }

  get #isGone(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async #press(key: string, what: string, isIt: (state: HutState) => boolean): Promise<void> {
    this.#process.stdin.write(key);
    await this.shows(what, isIt, KEY_PATIENCE_MS);
  }

  #take(text: string): void {
    const atMs = performance.now();
    const lines = (this.#rest + text).split(/[\r\n]/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const match = LINE.exec(line);
      if (match === null) continue;
      const [, enabled, peers, quantum, sync, playing, tempo, beat, metro = ""] = match;
      this.states.push({
        atMs,
        isEnabled: enabled === "yes",
        peers: Number(peers),
        quantum: Number(quantum),
        hasStartStopSync: sync === "yes",
        isPlaying: playing === "playing",
        tempoBpm: Number(tempo),
        beat: Number(beat),
        metro: metro.replaceAll("O", "").length,
      });
    }
  }

  readonly #kill = (): void => {
    this.#process.kill("SIGKILL");
  };
}
