// SPDX-License-Identifier: GPL-3.0-or-later
// The one calm line that a terminal shows while the box plays.

import { formatBarBeat } from "../base/bar-beat.ts";
import { visibleText } from "../base/visible-text.ts";
import type { EngineState } from "../binding/rt-messages.ts";

export interface LineFacts {
  readonly state: EngineState | null;
  /** The name of the device; "no sound" for the null driver. */
  readonly audio: string;
  /** "alsa, 48 kHz", "null driver": shown where there is room. */
  readonly audioDetail: string;
  readonly midiPorts: readonly string[];
  /** Something that the player should know; shown in place of what plays when nothing does. */
  readonly trouble: string | null;
}

const NARROWEST_AUDIO = 8;

/** "122.00 bpm", always as wide. */
function tempoText(bpm: number): string {
  return `${bpm.toFixed(2).padStart(6)} bpm`;
}

function peersText(state: EngineState): string {
  if (!state.linkEnabled) return "Link off";
  if (state.peers === 0) return "Link alone";
  return state.peers === 1 ? "Link 1 peer" : `Link ${state.peers} peers`;
}

function loadText(state: EngineState): string {
  return `load ${Math.round(state.loadRatio * 100)
    .toString()
    .padStart(2)} %`;
}

/**
 * @param width - columns of the terminal; names are shortened to fit, and the line never wraps
 */
export function statusLine(facts: LineFacts, width: number): string {
  const { state, midiPorts } = facts;
  // The last column stays free: some terminals wrap when it is written.
  const room = Math.max(20, width - 1);
  if (state === null) return cut(facts.trouble ?? "waiting for the engine", room);
  const detailed = facts.audioDetail === "" ? facts.audio : `${facts.audio} (${facts.audioDetail})`;
  const list = midiPorts.length === 0 ? "no MIDI" : `MIDI ${midiPorts.join(", ")}`;
  const count = midiPorts.length === 0 ? "no MIDI" : `MIDI ${midiPorts.length}`;
  const line = (audio: string, midi: string): string =>
    [
      (state.waitingForQuantum ? "waiting" : state.status).padEnd(7),
      tempoText(state.tempoBpm),
      formatBarBeat(state.songBeat).padStart(5),
      peersText(state),
      audio,
      midi,
      loadText(state),
      state.xruns === 1 ? "1 xrun" : `${state.xruns} xruns`,
      ...(facts.trouble === null ? [] : [facts.trouble]),
    ].join("  ");
  const wide = [line(detailed, list), line(facts.audio, list), line(facts.audio, count)];
  const fitting = wide.find((one) => one.length <= room);
  if (fitting !== undefined) return fitting;
  const left = room - line("", count).length;
  return cut(line(cut(facts.audio, Math.max(NARROWEST_AUDIO, left)), count), room);
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/**
 * Writes the line over itself; log lines that come in between keep a line of their own. Devices name themselves: what
 * a terminal would obey is replaced.
 */
export class StatusLineWriter {
  readonly #out: NodeJS.WriteStream;
  #shown = "";

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(written: string): void {
    const line = visibleText(written);
    if (line === this.#shown) return;
    this.#shown = line;
    this.#out.write(`\r\x1b[2K${line}`);
  }

  /** A sentence above the line. */
  say(sentence: string): void {
    this.#out.write(`\r\x1b[2K${visibleText(sentence)}\n${this.#shown}`);
  }

  /** Leaves the cursor on a new line. */
  end(): void {
    if (this.#shown !== "") this.#out.write("\n");
    this.#shown = "";
  }
}
