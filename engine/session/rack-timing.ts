// SPDX-License-Identifier: GPL-3.0-or-later
// When a rack of a session begins, how long one round of it is, and when it ends.

import { beatAtSeconds, secondsAt } from "../base/tempo-map.ts";
import type { PatternPlan } from "../binding/plan/pattern-plan.ts";
import type { RackPlan } from "../binding/plan/rack-plan.ts";
import type { Checker } from "../config/check.ts";
import type { Path } from "../config/problem.ts";
import type { SessionRackFile } from "./format.ts";

const BEATS_PER_BAR = 4;
/** What the engine counts to (native/app/plan-reader-rack.cpp). */
const MAX_START_SECONDS = 1e6;
const MAX_BEATS = 1e9;
const MIN_ROUND_BEATS = 1 / 64;

/** The three ways to say an end, the first that is given counts. */
const ENDS = ["loopCount", "loopMinutes", "loopSeconds"] as const;

/**
 * The rack with its start, loop and end.
 *
 * @param path - of the rack in the session file
 * @param ownBeats - until everything written in it was heard once
 * @param sampleRate - Hz, of the session
 */
export function timedRack(
  checker: Checker,
  path: Path,
  written: SessionRackFile,
  plan: RackPlan,
  ownBeats: number,
  sampleRate: number,
): RackPlan {
  const given = ENDS.filter((key) => written[key] > 0);
  for (const key of given.slice(1)) {
    checker.warn(
      [...path, key],
      { got: "both", hint: `"${given[0]}" says the end, "${key}" does not.` },
      "key",
    );
  }
  const [end] = given;
  const isLooping = written.bars > 0 || end !== undefined;
  const roundBeats = written.bars > 0 ? written.bars * BEATS_PER_BAR : ownBeats;
  if (isLooping && roundBeats > 0 && roundBeats < MIN_ROUND_BEATS) {
    checker.error(path, {
      expected: "a round of at least 1/64 beat",
      got: `${roundBeats} beats`,
      hint: 'Everything written in this rack is over at once; write "bars".',
    });
  }
  if (end === "loopCount" && roundBeats === 0) {
    const hint = 'Nothing in this rack has a length; write "bars". It plays on.';
    checker.warn([...path, end], { got: String(written.loopCount), hint });
  }
  return {
    ...plan,
    startSeconds: written.startOffsetFrames / sampleRate,
    loopBeats: isLooping ? roundBeats : 0,
    endBeats: end === undefined ? 0 : endBeats(end, written, plan, roundBeats),
    tailMs: written.tailMs > 0 ? written.tailMs : null,
  };
}

function endBeats(
  end: (typeof ENDS)[number],
  written: SessionRackFile,
  plan: RackPlan,
  roundBeats: number,
): number {
  if (end === "loopCount") return Math.min(MAX_BEATS, written.loopCount * roundBeats);
  const seconds = end === "loopMinutes" ? written.loopMinutes * 60 : written.loopSeconds;
  return beatAtSeconds(plan.tempoMap, seconds);
}

/** Delays racks so that the first hit of each falls on the latest first hit. A rack without hits stays. */
export function alignedRacks(racks: readonly RackPlan[]): RackPlan[] {
  const firstHits = racks.map(firstHitSeconds);
  const latest = Math.max(...firstHits.filter((seconds) => seconds !== null));
  return racks.map((rack, index) => {
    const first = firstHits[index] ?? null;
    if (first === null) return rack;
    return { ...rack, startSeconds: Math.min(MAX_START_SECONDS, rack.startSeconds + (latest - first)) };
  });
}

/** Seconds of the song at which a pattern of the rack first hits; null when none does. */
function firstHitSeconds(rack: RackPlan): number | null {
  const beats = rack.patterns.flatMap((pattern) => {
    const steps = [pattern.hits[0], pattern.notes[0]?.step].filter((step) => step !== undefined);
    return steps.map((step) => beatOfStep(pattern, step));
  });
  return beats.length === 0 ? null : rack.startSeconds + secondsAt(rack.tempoMap, Math.min(...beats));
}

/** With swing: native/sequencer/event-loop.cpp has the same formula. */
function beatOfStep(pattern: PatternPlan, step: number): number {
  const isOdd = step % 2 === 1;
  const late = isOdd ? ((pattern.swingPercent / 100) * 0.5) ** pattern.swingExponent : 0;
  return ((step + late) * BEATS_PER_BAR) / pattern.resolution;
}
