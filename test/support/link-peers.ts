// SPDX-License-Identifier: GPL-3.0-or-later
// Plain Ableton Link peers, as many as wanted, in a process of their own: test/support/native/link-peers.cc.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { testTool } from "./pty-recorder.ts";
import { eventually } from "./running-box.ts";

/** What a peer shows for a time. */
export interface PeerShown {
  /** Link's microseconds. */
  readonly at: number;
  readonly beat: number;
  readonly phase: number;
  readonly tempoBpm: number;
  readonly isPlaying: boolean;
  readonly peers: number;
}

/** What Link told a peer by itself. */
export interface PeerEvent {
  readonly event: "peers" | "tempo" | "playing";
  readonly peer: number;
  /** Link's microseconds. */
  readonly at: number;
  readonly value: number | boolean;
}

interface Answer {
  readonly at: number;
  readonly peers?: readonly PeerShown[];
  readonly isReady?: boolean;
  readonly isUnknown?: boolean;
}

export interface LinkPeersOptions {
  readonly count?: number;
  readonly tempo?: number;
  /** A program in front, with its options. */
  readonly inside?: readonly string[];
}

export class LinkPeers implements AsyncDisposable {
  /** Everything that happened so far. */
  readonly events: PeerEvent[] = [];
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #ended: Promise<void>;
  readonly #waiting: ((answer: Answer) => void)[] = [];

  private constructor({ count = 1, tempo = 120, inside = [] }: LinkPeersOptions) {
    const tool = testTool("link-peers");
    const [program = tool, ...args] = [...inside, tool, String(count), String(tempo)];
    this.#process = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#process.stdin.on("error", () => undefined);
    createInterface({ input: this.#process.stdout }).on("line", (line) => {
      const said = JSON.parse(line) as { readonly answer?: Answer } & PeerEvent;
      if (said.answer === undefined) this.events.push(said);
      else this.#waiting.shift()?.(said.answer);
    });
    process.once("exit", this.#kill);
    this.#ended = new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("close", () => {
        process.off("exit", this.#kill);
        resolve();
      });
    });
  }

  /** Starts them, off the network. */
  static async start(options: LinkPeersOptions = {}): Promise<LinkPeers> {
    const peers = new LinkPeers(options);
    const ready = new Promise<Answer>((resolve) => peers.#waiting.push(resolve));
    await Promise.race([
      ready,
      peers.#ended.then(() => Promise.reject(new Error("link-peers ended at its start"))),
    ]);
    return peers;
  }

  /** @returns Link's microseconds when it was done */
  enable(isEnabled = true): Promise<number> {
    return this.#do(isEnabled ? "enable" : "disable");
  }

  /** One of them alone. */
  enableOne(peer: number, isEnabled = true): Promise<number> {
    return this.#do(`${isEnabled ? "start" : "end"} ${peer}`);
  }

  /** The first of them sets the tempo. */
  setTempo(bpm: number): Promise<number> {
    return this.#do(`tempo ${bpm}`);
  }

  /** The first of them plays or stops. */
  setPlaying(isPlaying: boolean): Promise<number> {
    return this.#do(isPlaying ? "play" : "stop");
  }

  /** The first of them sets so many tempi, the last one 141 bpm. */
  burst(changes: number, millis: number): Promise<number> {
    return this.#do(`burst ${changes} ${millis}`);
  }

  /** What each shows for a time of Link's clock; 0 is now. */
  async at(micros: number, quantum = 4): Promise<readonly PeerShown[]> {
    return (await this.#ask(`at ${micros} ${quantum}`)).peers ?? [];
  }

  /** What the first of them shows. */
  async first(micros = 0, quantum = 4): Promise<PeerShown> {
    const [shown] = await this.at(micros, quantum);
    if (shown === undefined) throw new Error("link-peers has no peer");
    return shown;
  }

  /** Waits until all of them show it. */
  all(what: string, isIt: (peer: PeerShown) => boolean, patienceMs?: number): Promise<true> {
    return eventually(
      `all peers show ${what}`,
      async () => (await this.at(0)).every(isIt) || null,
      patienceMs,
    );
  }

  /** Gone without a word. */
  async kill(): Promise<void> {
    this.#kill();
    await this.#ended;
  }

  /** They say goodbye. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    const timer = setTimeout(this.#kill, 5000);
    await this.#ended;
    clearTimeout(timer);
  }

  async #do(command: string): Promise<number> {
    return (await this.#ask(command)).at;
  }

  async #ask(command: string): Promise<Answer> {
    const answer = new Promise<Answer>((resolve) => this.#waiting.push(resolve));
    this.#process.stdin.write(`${command}\n`);
    const said = await Promise.race([
      answer,
      this.#ended.then(() => Promise.reject(new Error(`link-peers is gone: ${command}`))),
    ]);
    if (said.isUnknown === true) throw new Error(`link-peers does not know: ${command}`);
    return said;
  }

  readonly #kill = (): void => {
    this.#process.kill("SIGKILL");
  };
}
