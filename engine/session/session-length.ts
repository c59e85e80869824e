// SPDX-License-Identifier: GPL-3.0-or-later
// How long a session is when it does not say: until the last command, and until every rack and track
// was heard once with its rounds and its tail.

import { secondsAt, type TempoStep } from "../base/tempo-map.ts";
import type { MidiTrackPlan } from "../binding/plan/midi-plan.ts";
import type { SessionCommandPlan } from "../binding/plan/plan.ts";
import type { RackPlan } from "../binding/plan/rack-plan.ts";
import { beatOfSeconds, secondsOfRackBeat } from "./session-context.ts";

const BEATS_PER_BAR = 4;

export interface SessionParts {
  readonly tempoMap: readonly TempoStep[];
  readonly racks: readonly RackPlan[];
  /** Beats until everything written in a rack was heard once, by id. */
  readonly ownBeats: ReadonlyMap<string, number>;
  readonly commands: readonly SessionCommandPlan[];
  readonly midiTracks: readonly MidiTrackPlan[];
}

/** Song beats; 0 when there is nothing. @param hasTails - do the tails of racks count? */
export function sessionBeats(parts: SessionParts, hasTails: boolean): number {
  const { tempoMap, racks, ownBeats, commands, midiTracks } = parts;
  const ends = racks.map((rack) => {
    const ownEnd = rack.loopBeats > 0 ? rack.loopBeats : (ownBeats.get(rack.id) ?? 0);
    const end = rack.endBeats > 0 ? rack.endBeats : ownEnd;
    if (end === 0) return 0;
    const tail = hasTails ? (rack.tailMs ?? 0) / 1000 : 0;
    return beatOfSeconds(tempoMap, secondsOfRackBeat(rack, end) + tail);
  });
  const commandEnds = commands.map(({ beat, rampMs }) =>
    rampMs === 0 ? beat : beatOfSeconds(tempoMap, secondsAt(tempoMap, beat) + rampMs / 1000),
  );
  const trackEnds = midiTracks.map((track) => (track.lengthSteps / track.resolution) * BEATS_PER_BAR);
  return [...ends, ...commandEnds, ...trackEnds].reduce((longest, end) => Math.max(longest, end), 0);
}
