// SPDX-License-Identifier: GPL-3.0-or-later
// The sequencer of an older kind of box: one melody whose steps are the degrees of a scale, with a pattern
// that says which of them play. It becomes a track; what changes over minutes goes with it.

import { isMap, isScalar, isSeq, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { parseScale } from "./scales.ts";
import { AMBIENT_PROFILES, MAX_TRACK_STEPS } from "./sequencer-words.ts";
import { groupAt, keyOf, move, scalarAt, textAt } from "./yaml-moves.ts";

const TRACK_ID = "melody";
const DEFAULT_STEPS = 8;
/** Every step played with this chance when nothing was set. */
const DEFAULT_DENSITY = 0.85;
const DEFAULT_GATE = 0.8;

const PATTERNS: Readonly<Record<string, string>> = {
  four_on_floor: "x...x...",
  offbeat: ".x.x.x.x",
  every_other: "x.x.x.x.",
  syncopated: "x.xx.x..",
  dense: "xx.xx.xx",
  sparse: "x.....x.",
  all_on: "xxxxxxxx",
  all_off: "........",
};
const DIRECTIONS: Readonly<Record<string, string>> = {
  forward: "forward",
  backward: "backward",
  ping_pong: "pingPong",
  random: "random",
};
const DIVISIONS: Readonly<Record<string, number>> = {
  whole: 1,
  half: 2,
  quarter: 4,
  eighth: 8,
  sixteenth: 16,
};

/**
 * @param target - who plays the melody
 * @returns what of `sequencer` has no place, to be kept
 */
export function takeOverSequencer(root: YAMLMap, target: string): YAMLMap {
  const old = root.get("sequencer", true);
  const scales = root.get("scales", true);
  const hasMelody = isMap(old) && old.items.length > 0;
  const made = new YAMLMap();
  if (hasMelody) {
    made.set("tracks", listOf([melody(old, target, firstScale(scales))]));
    if (isSeq(scales) && scales.items.every((item) => isScalar(item) && isScale(item.value))) {
      root.delete("scales");
      made.items.unshift(new Pair(new Scalar("scales"), scales));
    }
  }
  takeOverMutation(root, made);
  takeOverIdle(root, made);
  const left = isMap(old) ? old : new YAMLMap();
  if (made.items.length === 0 && left.items.length === 0) return left;
  const pair = root.items.find((each) => keyOf(each) === "sequencer");
  if (made.items.length === 0) root.delete("sequencer");
  else if (pair === undefined) root.set("sequencer", made);
  else pair.value = made;
  return left;
}

function melody(old: YAMLMap, target: string, scale: string | null): YAMLMap {
  const track = new YAMLMap();
  const written = numberIn(old, "steps", 1, MAX_TRACK_STEPS);
  const steps = Number.isInteger(written) ? (written ?? DEFAULT_STEPS) : DEFAULT_STEPS;
  const name = textAt(old, "step_pattern");
  const pattern = PATTERNS[name ?? "every_other"];
  const signs = (pattern ?? "x.x.x.x.").repeat(MAX_TRACK_STEPS).slice(0, steps);
  const degrees = [...signs].flatMap((sign, step) => (sign === "x" ? [step] : []));
  track.set("id", TRACK_ID);
  track.set("target", target);
  const text = new Scalar(signs);
  text.comment = scalarAt(old, "steps")?.comment ?? scalarAt(old, "step_pattern")?.comment ?? null;
  track.set("patterns", listOf([text]));
  if (degrees.length > 0) track.set("notes", degrees.join(" "));
  if (written === steps) old.delete("steps");
  if (pattern !== undefined) old.delete("step_pattern");
  if (scale !== null) track.set("scale", scale);
  takeOver(old, "root_note", track, "root", 0, 127);
  if (!takeOver(old, "density", track, "probability", 0, 1)) track.set("probability", DEFAULT_DENSITY);
  if (!takeOver(old, "gate_length", track, "gate", 0.05, 1)) track.set("gate", DEFAULT_GATE);
  takeOver(old, "swing", track, "swingPercent", 0, 0.5, 200);
  takeOverWord(old, "direction_pattern", track, "direction", DIRECTIONS);
  takeOverWord(old, "note_division", track, "resolution", DIVISIONS);
  // Here it is always so.
  if (textAt(old, "quantize_scale_changes") === "bar") old.delete("quantize_scale_changes");
  return track;
}

function takeOverMutation(root: YAMLMap, made: YAMLMap): void {
  const old = groupAt(root, "mutation");
  if (old === null) return;
  const mutation = new YAMLMap();
  mutation.set("enabled", true);
  takeOver(old, "interval_min_s", mutation, "minSeconds", 1, 86_400);
  takeOver(old, "interval_max_s", mutation, "maxSeconds", 1, 86_400);
  takeOver(old, "max_changes_per_cycle", mutation, "changes", 1, 16);
  put(root, "mutation", old, made, mutation);
}

function takeOverIdle(root: YAMLMap, made: YAMLMap): void {
  const old = groupAt(root, "idle");
  if (old === null) return;
  const idle = new YAMLMap();
  idle.set("enabled", true);
  takeOver(old, "timeout_ms", idle, "afterSeconds", 1000, 86_400_000, 0.001);
  if (Object.hasOwn(AMBIENT_PROFILES, textAt(old, "ambient_profile") ?? ""))
    move(old, "ambient_profile", idle, "profile");
  takeOver(old, "fade_in_ms", idle, "fadeInSeconds", 0, 600_000, 0.001);
  takeOver(old, "fade_out_ms", idle, "fadeOutSeconds", 0, 60_000, 0.001);
  put(root, "idle", old, made, idle);
}

/** Nothing but `enabled` is no reason to begin. */
function put(root: YAMLMap, key: string, old: YAMLMap, made: YAMLMap, group: YAMLMap): void {
  if (group.items.length < 2) return;
  made.set(key, group);
  if (old.items.length === 0) root.delete(key);
}

/** A number in range goes over, times `factor`. @returns whether it did */
function takeOver(
  from: YAMLMap,
  key: string,
  to: YAMLMap,
  newKey: string,
  min: number,
  max: number,
  factor = 1,
): boolean {
  const value = numberIn(from, key, min, max);
  const scalar = scalarAt(from, key);
  if (value === null || scalar === null) return false;
  if (factor !== 1) {
    scalar.value = Number((value * factor).toPrecision(12));
    delete scalar.source;
    delete scalar.format;
  }
  move(from, key, to, newKey);
  return true;
}

function takeOverWord(
  from: YAMLMap,
  key: string,
  to: YAMLMap,
  newKey: string,
  words: Readonly<Record<string, string | number>>,
): void {
  const scalar = scalarAt(from, key);
  const word = words[textAt(from, key) ?? ""];
  if (scalar === null || word === undefined) return;
  scalar.value = word;
  delete scalar.source;
  move(from, key, to, newKey);
}

function numberIn(group: YAMLMap, key: string, min: number, max: number): number | null {
  const value = scalarAt(group, key)?.value;
  return typeof value === "number" && value >= min && value <= max ? value : null;
}

function firstScale(scales: unknown): string | null {
  const first = isSeq(scales) ? scales.items[0] : undefined;
  return isScalar(first) && isScale(first.value) ? String(first.value) : null;
}

function isScale(value: unknown): boolean {
  return typeof value === "string" && parseScale(value) !== null;
}

function listOf(items: readonly unknown[]): YAMLSeq {
  const list = new YAMLSeq();
  list.items.push(...items);
  return list;
}
