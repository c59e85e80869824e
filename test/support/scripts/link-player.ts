// SPDX-License-Identifier: GPL-3.0-or-later
// A musician in a process of its own: a Link that does what standard input says and tells what it hears.
// Its driver is test/support/link-player.ts.
import { createInterface } from "node:readline";
import { Link } from "../../../engine/link/link.ts";

interface Command {
  readonly id: number;
  readonly tempo?: number;
  readonly playing?: boolean;
  readonly sync?: boolean;
  /** Microseconds as text, and a quantum. */
  readonly sample?: string;
  readonly quantum?: number;
  /** Does nothing else for so long; ms. */
  readonly stall?: number;
  /** Ends in this way. */
  readonly end?: "exit" | "close" | "throw";
}

const link = new Link(Number(process.argv[2] ?? 120));
const tell = (facts: Record<string, unknown>): void =>
  void process.stdout.write(`${JSON.stringify(facts)}\n`);
link.setNumPeersCallback((peers) => tell({ event: "peers", peers }));
link.setTempoCallback((bpm) => tell({ event: "tempo", bpm }));
link.setStartStopCallback((isPlaying) => tell({ event: "playing", isPlaying }));
link.enableStartStopSync(true);
link.enable(true);
tell({ event: "ready" });

createInterface({ input: process.stdin }).on("line", (text) => {
  const command = JSON.parse(text) as Command;
  const state = link.captureAppSessionState();
  const now = link.clock().micros();
  if (command.tempo !== undefined) state.setTempo(command.tempo, now);
  if (command.playing !== undefined) state.setIsPlaying(command.playing, now);
  if (command.tempo !== undefined || command.playing !== undefined) link.commitAppSessionState(state);
  if (command.sync !== undefined) link.enableStartStopSync(command.sync);
  const at = command.sample === undefined ? now : BigInt(command.sample);
  const quantum = command.quantum ?? 4;
  tell({
    answer: command.id,
    micros: Number(at),
    tempo: state.tempo(),
    beat: state.beatAtTime(at, quantum),
    phase: state.phaseAtTime(at, quantum),
    isPlaying: state.isPlaying(),
    timeForIsPlaying: Number(state.timeForIsPlaying()),
    peers: link.numPeers(),
  });
  if (command.stall !== undefined)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, command.stall);
  if (command.end === "exit") process.exit(0);
  if (command.end === "throw") throw new Error("as it was told");
  if (command.end === "close") {
    link.close();
    process.stdin.destroy();
  }
});
