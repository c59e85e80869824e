// SPDX-License-Identifier: GPL-3.0-or-later
// Metronome: TICK on the first beat of a cycle, tock on the others, each printed at its moment. A script
// has no sound card; --bell rings the terminal. What it shows is how a script meets a beat: ask the session
// when the beat is, wait until then, and ask again while waiting, because others may change the tempo.
import { phaseOf } from "../../engine/base/units.ts";
import { Link, type SessionState } from "../../engine/link/link.ts";
import { readOptions, say, waitFor } from "./example.ts";

const options = readOptions("Clicks on every beat of a Link session, strong on the first of a cycle.", {
  bell: ["", "rings the terminal with every click"],
});
const { quantum, end } = options;

using link = new Link(options.tempo);
link.enable(true);

/** Microseconds by which each click was late. */
const late: number[] = [];
let lastClick = link.clock().micros();

for (;;) {
  let beat = 0;
  let due = 0n;
  const lateMicros = await waitFor(
    link,
    () => {
      const state = link.captureAppSessionState();
      beat = nextBeat(state);
      due = state.timeAtBeat(beat, quantum);
      return due;
    },
    end,
  );
  if (lateMicros === null) break;
  lastClick = due;
  late.push(lateMicros);
  // Beats of a session carry its phase: all its metronomes are strong at the same time.
  const phase = phaseOf(beat, quantum);
  const isStrong = phase < 1e-6;
  if (options.given.bell === true) process.stderr.write("\u0007");
  say(
    options,
    { click: isStrong ? "strong" : "weak", beat, phase, dueMicros: Number(due), lateMicros },
    `${isStrong ? "TICK" : "tock"}  beat ${String(beat).padStart(5)}  ${(lateMicros / 1000).toFixed(2)} ms late`,
  );
}

late.sort((one, other) => one - other);
const at = (part: number): number => late[Math.min(late.length - 1, Math.floor(late.length * part))] ?? 0;
say(
  options,
  { clicks: late.length, lateMicrosP50: at(0.5), lateMicrosMax: at(1) },
  `${late.length} clicks, late by ${(at(0.5) / 1000).toFixed(2)} ms (median), ${(at(1) / 1000).toFixed(2)} ms (worst)`,
);

/** The whole beat after the one that clicked last. */
function nextBeat(state: SessionState): number {
  const now = link.clock().micros();
  const beatMicros = BigInt(Math.round(60e6 / state.tempo()));
  // Not from now: a beat that we woke up late for is to click all the same. But what is half a beat ago is over.
  const over = now - beatMicros / 2n;
  // When the beat moves because somebody joined, no click is doubled.
  const clicked = lastClick + beatMicros / 4n;
  return Math.ceil(state.beatAtTime(clicked > over ? clicked : over, quantum));
}
