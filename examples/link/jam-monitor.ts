// SPDX-License-Identifier: GPL-3.0-or-later
// Jam monitor: what happens in a session, with the time, and once a second how well it holds together. Link
// tells how many others are there, not who they are.
import { Link, type SessionState } from "../../engine/link/link.ts";
import { pause, readOptions, say } from "./example.ts";

const options = readOptions(
  "Tells who comes and goes in a Link session, of tempo, start and stop, and its health.",
);
const { quantum, end } = options;
const LOOK_MS = 100;
const REPORT_MS = 1000;
/** More than this is heard as a flam. */
const SHAKY_MICROS = 3000;
const MEMORY_MS = 10_000;

using link = new Link(options.tempo);
const startedAt = link.clock().micros();
let peers = 0;
let tempo = options.tempo;
/** Seconds since the start. */
const seconds = (): number => Number(link.clock().micros() - startedAt) / 1e6;
let changedAt = 0;
/** When others were last seen. */
let companyAt: number | null = null;

function tell(facts: Readonly<Record<string, unknown>>, text: string): void {
  changedAt = seconds();
  say(options, { seconds: changedAt, ...facts }, `${clockText(changedAt)}  ${text}`);
}

link.setNumPeersCallback((count) => {
  const joined = count > peers;
  const many = Math.abs(count - peers);
  peers = count;
  if (many === 0) return;
  tell(
    { event: joined ? "joined" : "left", count: many, peers },
    `${many} ${joined ? "joined" : "left"}, ${count === 0 ? "alone now" : `${count} there now`}`,
  );
});
link.setTempoCallback((bpm) => {
  const before = tempo;
  tempo = bpm;
  if (before !== bpm)
    tell({ event: "tempo", bpm, before }, `tempo ${before.toFixed(2)} -> ${bpm.toFixed(2)} bpm`);
});
link.setStartStopCallback((isPlaying) =>
  tell({ event: isPlaying ? "started" : "stopped" }, isPlaying ? "started" : "stopped"),
);
link.enableStartStopSync(true);
link.enable(true);

/** How far the beat was moved under us, by time, newest last. */
const moves: { readonly at: number; readonly micros: number }[] = [];
let before: SessionState | null = null;
let reportedAt = 0;

while (!end.aborted) {
  await pause(LOOK_MS, end);
  const state = link.captureAppSessionState();
  const now = seconds();
  if (peers > 0) {
    companyAt = now;
    if (before !== null) moves.push({ at: now, micros: movedMicros(before, state) });
  }
  before = peers > 0 ? state : null;
  while (moves[0] !== undefined && moves[0].at < now - MEMORY_MS / 1000) moves.shift();
  if (now - reportedAt < REPORT_MS / 1000) continue;
  reportedAt = now;
  const worst = moves.reduce((most, { micros }) => Math.max(most, Math.abs(micros)), 0);
  const [word, advice] = healthOf(worst);
  say(
    options,
    {
      event: "health",
      seconds: now,
      word,
      peers,
      bpm: state.tempo(),
      worstMoveMicros: worst,
      quietSeconds: now - changedAt,
    },
    `${clockText(now)}  ${word.padEnd(5)}  ${peers} peers  ${state.tempo().toFixed(2)} bpm  beat moved by ${(worst / 1000).toFixed(2)} ms at most${advice}`,
  );
}

/** Between two looks the beat of one moment should stay; Link corrects it when it has measured a clock again. */
function movedMicros(one: SessionState, other: SessionState): number {
  if (one.tempo() !== other.tempo()) return 0;
  const now = link.clock().micros();
  let beats = other.phaseAtTime(now, quantum) - one.phaseAtTime(now, quantum);
  beats -= quantum * Math.round(beats / quantum);
  return (beats * 60e6) / other.tempo();
}

function healthOf(worstMicros: number): readonly [word: string, advice: string] {
  if (peers === 0 && companyAt !== null && seconds() - companyAt < MEMORY_MS / 1000)
    return ["lost", ": everybody has gone. If they still play, look at the network"];
  if (peers === 0) return ["alone", ""];
  if (worstMicros > SHAKY_MICROS)
    return ["shaky", ": switch Wi-Fi power save off, move nearer to the access point, or use a cable"];
  return ["good", ""];
}

function clockText(atSeconds: number): string {
  const minutes = Math.floor(atSeconds / 60);
  return `${String(minutes).padStart(2, "0")}:${(atSeconds % 60).toFixed(1).padStart(4, "0")}`;
}
