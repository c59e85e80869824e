// SPDX-License-Identifier: GPL-3.0-or-later
// Tempo as steps along the song: beats to seconds and back. native/sequencer/tempo-map.hpp is the twin.

import { type Beats, beatsOfSeconds, DEFAULT_TEMPO_BPM, secondsOfBeats, type Tempo } from "./units.ts";

/** From `beat` on the tempo is `bpm`. */
export interface TempoStep {
  readonly beat: Beats;
  readonly bpm: Tempo;
}

/** @param map - ascending in beats, the first at beat 0; empty is 120 bpm throughout */
export function secondsAt(map: readonly TempoStep[], beat: Beats): number {
  let seconds = 0;
  let last: TempoStep = map[0] ?? { beat: 0, bpm: DEFAULT_TEMPO_BPM };
  for (const step of map) {
    if (step.beat >= beat) break;
    seconds += secondsOfBeats(step.beat - last.beat, last.bpm);
    last = step;
  }
  return seconds + secondsOfBeats(beat - last.beat, last.bpm);
}

/** Inverse of `secondsAt`. */
export function beatAtSeconds(map: readonly TempoStep[], seconds: number): Beats {
  let left = seconds;
  let last: TempoStep = map[0] ?? { beat: 0, bpm: DEFAULT_TEMPO_BPM };
  for (const step of map) {
    const length = secondsOfBeats(step.beat - last.beat, last.bpm);
    if (length > left) break;
    left -= length;
    last = step;
  }
  return last.beat + beatsOfSeconds(left, last.bpm);
}
