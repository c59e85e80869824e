// SPDX-License-Identifier: GPL-3.0-or-later
// The one calm line that a terminal shows while the box plays.
import type { EngineState } from "../binding/rt-messages.ts";
import { formatBarBeat } from "../transport/bar-beat.ts";

export interface LineFacts {
  readonly state: EngineState | null;
  /** "null driver", "ALSA USB Audio", and so on. */
  readonly audio: string;
  readonly midiPorts: readonly string[];
  /** Something that the player should know; shown in place of the port list. */
  readonly trouble: string | null;
}

const SYMBOLS = { playing: "playing", stopped: "stopped", paused: "paused " } as const;

/** "122.00 bpm", always as wide. */
function tempoText(bpm: number): string {
  return `${bpm.toFixed(2).padStart(6)} bpm`;
}

function peersText(state: EngineState): string {
  if (!state.linkEnabled) return "Link off";
  if (state.peers === 0) return "Link alone";
  return state.peers === 1 ? "Link 1 peer" : `Link ${state.peers} peers`;
}

/**
 * @param width - columns of the terminal; the line is cut to fit, never wrapped
 */
export function statusLine(facts: LineFacts, width: number): string {
  const { state } = facts;
  if (state === null) return cut(facts.trouble ?? "waiting for the engine", width);
  const parts = [
    state.waitingForQuantum ? "waiting" : SYMBOLS[state.status],
    tempoText(state.tempoBpm),
    formatBarBeat(state.songBeat).padStart(6),
    peersText(state),
    facts.audio,
    facts.midiPorts.length === 0 ? "no MIDI port" : `MIDI ${facts.midiPorts.join(", ")}`,
    `load ${Math.round(state.loadRatio * 100)
      .toString()
      .padStart(2)} %`,
    state.xruns === 1 ? "1 xrun" : `${state.xruns} xruns`,
  ];
  if (facts.trouble !== null) parts.push(facts.trouble);
  return cut(parts.join(" | "), width);
}

function cut(text: string, width: number): string {
  const room = Math.max(20, width - 1);
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/** Writes the line over itself; log lines that come in between keep a line of their own. */
export class StatusLineWriter {
  readonly #out: NodeJS.WriteStream;
  #shown = "";

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(line: string): void {
    if (line === this.#shown) return;
    this.#shown = line;
    this.#out.write(`\r\x1b[2K${line}`);
  }

  /** A sentence above the line. */
  say(sentence: string): void {
    this.#out.write(`\r\x1b[2K${sentence}\n${this.#shown}`);
  }

  /** Leaves the cursor on a new line. */
  end(): void {
    if (this.#shown !== "") this.#out.write("\n");
    this.#shown = "";
  }
}
