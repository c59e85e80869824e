// SPDX-License-Identifier: GPL-3.0-or-later
// Quantised loop start: asks for the start, waits until the others' cycle begins anew, and is then in phase
// with them. Alone it starts at once. With start-stop sync it follows, and is followed by, everybody's play
// button; --wait leaves the button to the others.
import { Link, type SessionState } from "../../engine/link/link.ts";
import { pause, readOptions, say, waitFor } from "./example.ts";

const options = readOptions("Starts a loop of steps in phase with a Link session.", {
  pattern: ["X...x.x.", "steps of one cycle: X strong, x weak, . silent"],
  wait: ["", "does not press play: waits until somebody else does"],
});
const { quantum, end } = options;
const pattern = typeof options.given.pattern === "string" ? options.given.pattern : "X...x.x.";
if (!/^[Xx.]+$/.test(pattern)) {
  process.stderr.write(`--pattern: expected a row of X, x and ., got ${pattern}\n`);
  process.exit(2);
}
const stepBeats = quantum / pattern.length;
/** Link finds its peers within this time, if they are there. */
const DISCOVERY_MS = 1000;

using link = new Link(options.tempo);
link.enableStartStopSync(true);
link.enable(true);
// Whoever starts before having met the others starts alone, and jumps when they come.
await pause(DISCOVERY_MS, end);

const isOurs = options.given.wait !== true;
if (isOurs && !end.aborted && !link.captureAppSessionState().isPlaying()) {
  const state = link.captureAppSessionState();
  state.setIsPlaying(true, link.clock().micros());
  link.commitAppSessionState(state);
}

while (!end.aborted) {
  if (link.captureAppSessionState().isPlaying()) await playLoop();
  await pause(5, end);
}

if (isOurs && link.captureAppSessionState().isPlaying()) {
  const state = link.captureAppSessionState();
  state.setIsPlaying(false, link.clock().micros());
  link.commitAppSessionState(state);
  // Peers are told within 50 ms.
  await new Promise((resolve) => setTimeout(resolve, 100));
}

/** From the start of the next cycle until somebody stops. */
async function playLoop(): Promise<void> {
  const state = link.captureAppSessionState();
  // Beat 0 of ours shall be where play was pressed, or, in company, at the next start of their cycle.
  state.requestBeatAtStartPlayingTime(0, quantum);
  link.commitAppSessionState(state);
  const start = state.timeAtBeat(0, quantum);
  const inMs = Number(start - link.clock().micros()) / 1000;
  say(
    options,
    { event: "requested", peers: link.numPeers(), startMicros: Number(start), inMs },
    `play was pressed; with ${link.numPeers()} peers the loop starts in ${Math.max(0, inMs).toFixed(0)} ms`,
  );

  for (let step = 0; ; step += 1) {
    let due = 0n;
    let heard: SessionState | null = null;
    const lateMicros = await waitFor(
      link,
      () => {
        heard = link.captureAppSessionState();
        due = heard.timeAtBeat(step * stepBeats, quantum);
        return heard.isPlaying() ? due : null;
      },
      end,
    );
    if (lateMicros === null || heard === null) break;
    const mark = pattern[step % pattern.length] ?? ".";
    const beat = step * stepBeats;
    const phase = (heard as SessionState).phaseAtTime(due, quantum);
    say(
      options,
      { event: step === 0 ? "started" : "step", step, mark, beat, phase, dueMicros: Number(due), lateMicros },
      `${mark}  beat ${beat.toFixed(2).padStart(7)}  phase ${phase.toFixed(2)}`,
    );
  }
  say(options, { event: "stopped" }, "stopped");
}
