// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns of a rack file: written steps become numbered hits, locks get their parameter's number.

import type { LockPlan, PatternPlan } from "../binding/plan/pattern-plan.ts";
import type { Path } from "../config/problem.ts";
import type { NodeTypeInfo } from "./catalog.ts";
import { LIMITS, lockSchema, type PatternFile, patternSchema, type TransportFile } from "./format.ts";
import { paramValue } from "./param-value.ts";
import { nodeOf, type RackContext, targetParam } from "./rack-context.ts";
import { readNotes } from "./read-notes.ts";

const HIT = "x";

/** @param transportPath - where the transport stands in the file */
export function readPatterns(
  context: RackContext,
  transportPath: Path,
  transport: TransportFile,
): PatternPlan[] {
  const plans: PatternPlan[] = [];
  let events = 0;
  for (const [index, entry] of transport.patterns.entries()) {
    const path = [...transportPath, "patterns", index];
    const written = context.checker.parseGroup(patternSchema, entry, path);
    if (written?.nodeId === undefined) continue;
    const { locks = [], notes = [] } = written;
    const pattern = { ...written, nodeId: written.nodeId, locks, notes };
    const node = nodeOf(context, [...path, "nodeId"], pattern.nodeId);
    if (node === null) continue;
    const resolution = pattern.resolution ?? transport.resolution;
    const bars = lengthBars(pattern, transport, resolution);
    const lengthSteps = bars * resolution;
    events += hitCount(pattern, resolution, bars) + notes.length + locks.length;
    const hint = "Use a smaller lengthBars.";
    if (events > LIMITS.events) {
      const expected = `at most ${LIMITS.events} hits, notes and locks in all patterns`;
      context.checker.error(path, { expected, got: String(events), hint });
      break;
    }
    if (lengthSteps > LIMITS.steps) {
      const expected = `at most ${LIMITS.steps} steps in a pattern`;
      context.checker.error(path, { expected, got: String(lengthSteps), hint });
      continue;
    }
    warnOfSilentSteps(context, path, pattern, resolution, bars);
    plans.push({
      node: pattern.nodeId,
      resolution,
      lengthSteps,
      swingPercent: transport.swingPercent,
      swingExponent: transport.swingExponent,
      hits: hitsOf(pattern, resolution, bars),
      notes: readNotes(context.checker, [...path, "notes"], notes, lengthSteps),
      locks: readLocks(context, [...path, "locks"], node.type, locks, lengthSteps),
    });
  }
  return plans;
}

/** Its own length, else what it writes out, else the rack's; locks and notes count when nothing says a length. */
function lengthBars(pattern: PatternFile, transport: TransportFile, resolution: number): number {
  const written = pattern.lengthBars ?? pattern.stepsBars?.length ?? transport.lengthBars;
  if (written !== undefined) return written;
  let last = 0;
  for (const entry of [...pattern.locks, ...pattern.notes]) {
    const step = typeof entry === "object" && entry !== null ? (entry as { step?: unknown }).step : undefined;
    if (typeof step === "number" && Number.isInteger(step) && step < LIMITS.bars * resolution)
      last = Math.max(last, step);
  }
  return Math.floor(last / resolution) + 1;
}

/** The steps of one bar as they are written; empty is a bar of rests. */
function barText(pattern: PatternFile, bar: number): { readonly text: string; readonly repeats: boolean } {
  if (pattern.stepsBars !== undefined) return { text: pattern.stepsBars[bar] ?? "", repeats: false };
  return { text: pattern.steps ?? "", repeats: true };
}

function isHit(bar: { readonly text: string; readonly repeats: boolean }, step: number): boolean {
  const at = bar.repeats && bar.text.length > 0 ? step % bar.text.length : step;
  return bar.text[at] === HIT;
}

function hitsOf(pattern: PatternFile, resolution: number, bars: number): number[] {
  const hits: number[] = [];
  for (let bar = 0; bar < bars; bar += 1) {
    const text = barText(pattern, bar);
    for (let step = 0; step < resolution; step += 1) {
      if (isHit(text, step)) hits.push(bar * resolution + step);
    }
  }
  return hits;
}

/** An upper bound, without writing the hits out. */
function hitCount(pattern: PatternFile, resolution: number, bars: number): number {
  if (pattern.stepsBars !== undefined) {
    return pattern.stepsBars.slice(0, bars).reduce((sum, text) => sum + Math.min(text.length, resolution), 0);
  }
  const bar = barText(pattern, 0);
  let hits = 0;
  for (let step = 0; step < resolution; step += 1) if (isHit(bar, step)) hits += 1;
  return hits * bars;
}

function warnOfSilentSteps(
  context: RackContext,
  path: Path,
  pattern: PatternFile,
  resolution: number,
  bars: number,
): void {
  const { checker } = context;
  const isPlaying = pattern.locks.length > 0 || pattern.notes.length > 0;
  if (pattern.steps === undefined && pattern.stepsBars === undefined && !isPlaying) {
    checker.error(path, { expected: '"steps" or "stepsBars"', got: "nothing" });
  }
  if (pattern.steps !== undefined && pattern.stepsBars !== undefined) {
    checker.warn(
      [...path, "steps"],
      { got: "both", hint: '"stepsBars" is played and "steps" is not.' },
      "key",
    );
  }
  const texts: [Path, string][] =
    pattern.stepsBars === undefined
      ? [[[...path, "steps"], pattern.steps ?? ""]]
      : pattern.stepsBars.map((text, bar) => [[...path, "stepsBars", bar], text]);
  for (const [at, text] of texts) {
    if (text.length > resolution) {
      const expected = `at most ${resolution} steps, one bar`;
      const hint = 'The rest is never played; "stepsBars" has a text for each bar.';
      checker.warn(at, { expected, got: String(text.length), hint });
    }
    if (text.includes("X")) {
      checker.warn(at, { expected: 'a small "x" for a hit', got: '"X"', hint: "A capital X is a rest." });
    }
  }
  if (pattern.stepsBars !== undefined && pattern.stepsBars.length > bars) {
    const expected = `at most ${bars} bars, as lengthBars says`;
    const hint = "The bars beyond are never played.";
    checker.warn([...path, "stepsBars"], { expected, got: String(pattern.stepsBars.length), hint });
  }
}

function readLocks(
  context: RackContext,
  path: Path,
  type: NodeTypeInfo,
  entries: readonly unknown[],
  lengthSteps: number,
): LockPlan[] {
  const locks: LockPlan[] = [];
  for (const [index, entry] of entries.entries()) {
    const at = [...path, index];
    const lock = context.checker.parse(lockSchema, entry, at);
    if (lock === undefined) continue;
    const param = targetParam(context.checker, at, type, lock);
    if (param === null) continue;
    const value = paramValue(context.checker, [...at, "value"], type, param, lock.value);
    if (value === undefined) continue;
    if (lock.step >= lengthSteps) {
      const expected = `a step from 0 to ${lengthSteps - 1}, the length of the pattern`;
      const hint = "This lock never sounds; a larger lengthBars reaches it.";
      context.checker.warn([...at, "step"], { expected, got: String(lock.step), hint });
      continue;
    }
    locks.push({ step: lock.step, param: param.id, value, rampMs: lock.rampMs });
  }
  return locks.sort((a, b) => a.step - b.step);
}
