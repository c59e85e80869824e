// SPDX-License-Identifier: GPL-3.0-or-later
// Sync monitor: the session in one line. It changes nothing for anybody.
import { Link } from "../../engine/link/link.ts";
import { pause, readOptions } from "./example.ts";

const options = readOptions("Shows tempo, beat, phase and peers of a Link session in one line.");
const { quantum, end } = options;
const isTerminal = process.stdout.isTTY === true && !options.json;

using link = new Link(options.tempo);
link.enableStartStopSync(true);
link.enable(true);

while (!end.aborted) {
  // One moment for everything on the line: capture first, then ask the copy.
  const state = link.captureAppSessionState();
  const now = link.clock().micros();
  const facts = {
    micros: Number(now),
    tempo: state.tempo(),
    beat: state.beatAtTime(now, quantum),
    phase: state.phaseAtTime(now, quantum),
    quantum,
    peers: link.numPeers(),
    isPlaying: state.isPlaying(),
  };
  process.stdout.write(
    options.json ? `${JSON.stringify(facts)}\n` : isTerminal ? `\r${line(facts)}` : `${line(facts)}\n`,
  );
  await pause(isTerminal ? 33 : 100, end);
}
if (isTerminal) process.stdout.write("\n");

function line(facts: {
  readonly tempo: number;
  readonly beat: number;
  readonly phase: number;
  readonly peers: number;
  readonly isPlaying: boolean;
}): string {
  const beats = Math.ceil(quantum);
  const done = Math.floor(facts.phase) + 1;
  return [
    `${facts.tempo.toFixed(2).padStart(6)} bpm`,
    `beat ${facts.beat.toFixed(2).padStart(9)}`,
    `phase ${facts.phase.toFixed(2)} [${"#".repeat(done)}${"-".repeat(Math.max(0, beats - done))}]`,
    facts.peers === 0 ? "alone   " : `${facts.peers} peer${facts.peers === 1 ? " " : "s"}  `,
    facts.isPlaying ? "playing" : "stopped",
  ].join("  ");
}
