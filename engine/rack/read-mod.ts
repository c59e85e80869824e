// SPDX-License-Identifier: GPL-3.0-or-later
// What moves the parameters of a node: its LFOs, and the routes from them to parameters and to each
// other's speed and phase.

import type { LfoPlan, ModPlan, ModRoutePlan } from "../binding/plan/modulation-plan.ts";
import { type NumberRange, numberInRange } from "../config/number-in-range.ts";
import type { Path } from "../config/problem.ts";
import { LFO_FREQUENCY_RANGE, LFO_PHASE_RANGE, readLfo } from "../config/read-lfo.ts";
import type { NodeTypeInfo } from "./catalog.ts";
import { type ModRouteFile, modLfoSchema, modRouteSchema, modSchema } from "./format.ts";
import { type NodeContext, targetParam } from "./rack-context.ts";

/** The LFOs of a node, and which number a route's `sourceId` means. */
interface Lfos {
  readonly plans: readonly LfoPlan[];
  /** By id as text: a file may write 1 here and "1" there. */
  readonly indexOf: ReadonlyMap<string, number>;
  /** Was every LFO understood? Otherwise an id that is not found is no news. */
  readonly areKnown: boolean;
}

/** @param path - of `mod` */
export function readMod(
  context: NodeContext,
  path: Path,
  type: NodeTypeInfo,
  written: unknown,
): ModPlan | null {
  if (written === undefined || written === null) return null;
  const mod = context.checker.parseGroup(modSchema, written, path);
  if (mod === undefined) return null;
  const lfos = readLfos(context, [...path, "lfos"], mod.lfos ?? []);
  const routes: ModRoutePlan[] = [];
  for (const [index, entry] of (mod.routes ?? []).entries()) {
    const at = [...path, "routes", index];
    const route = context.checker.parse(modRouteSchema, entry, at);
    const plan = route === undefined ? null : readRoute(context, at, type, lfos, route);
    if (plan !== null) routes.push(plan);
  }
  return lfos.plans.length === 0 ? null : { lfos: lfos.plans, routes };
}

function readLfos({ checker }: NodeContext, path: Path, entries: readonly unknown[]): Lfos {
  const plans: LfoPlan[] = [];
  const indexOf = new Map<string, number>();
  let areKnown = true;
  for (const [index, entry] of entries.entries()) {
    const at = [...path, index];
    const lfo = checker.parse(modLfoSchema, entry, at);
    if (lfo === undefined) {
      areKnown = false;
      continue;
    }
    if (indexOf.has(String(lfo.id)))
      checker.error([...at, "id"], { expected: "an id that no other LFO has", got: JSON.stringify(lfo.id) });
    indexOf.set(String(lfo.id), plans.length);
    plans.push(readLfo(checker, at, lfo, lfo.phase));
  }
  return { plans, indexOf, areKnown };
}

interface Destination {
  readonly target: ModRoutePlan["target"];
  readonly index: number;
  readonly range: NumberRange;
}

function readRoute(
  context: NodeContext,
  path: Path,
  type: NodeTypeInfo,
  lfos: Lfos,
  route: ModRouteFile,
): ModRoutePlan | null {
  const lfo = lfoOf(context, [...path, "sourceId"], lfos, String(route.sourceId));
  const destination = destinationOf(context, path, type, lfos, route);
  if (destination === null) return null;
  const range = readRange(context, path, route, destination.range);
  if (lfo === null || range === undefined) return null;
  const depth = route.depth ?? 0;
  const offset = route.offset ?? 0;
  if (range === null && depth === 0 && offset === 0) {
    const hint = "Without a depth, or a min and a max, this route moves nothing.";
    context.checker.warn(path, { expected: '"depth", or "min" below "max"', got: "neither", hint });
  }
  return { lfo, target: destination.target, index: destination.index, depth, offset, range };
}

function lfoOf({ checker }: NodeContext, path: Path, lfos: Lfos, id: string): number | null {
  const index = lfos.indexOf.get(id);
  if (index === undefined && lfos.areKnown)
    checker.unknownName(path, "the id of an LFO of this node", id, [...lfos.indexOf.keys()]);
  return index ?? null;
}

const LFO_DESTINATION = /^lfo\.(.*)\.(freqhz|phase)$/is;

function destinationOf(
  context: NodeContext,
  path: Path,
  type: NodeTypeInfo,
  lfos: Lfos,
  route: ModRouteFile,
): Destination | null {
  const match = LFO_DESTINATION.exec(route.destParam ?? "");
  if (match !== null) {
    const index = lfoOf(context, [...path, "destParam"], lfos, match[1] ?? "");
    if (index === null) return null;
    return match[2]?.toLowerCase() === "phase"
      ? { target: "lfoPhase", index, range: LFO_PHASE_RANGE }
      : { target: "lfoFreq", index, range: LFO_FREQUENCY_RANGE };
  }
  const target = { param: route.destParam, paramId: route.destParamId };
  const keys = { name: "destParam", id: "destParamId" };
  const param = targetParam(context.checker, path, type, target, keys);
  return param === null ? null : { target: "param", index: param.id, range: param };
}

/** A range wins over depth and offset; null when there is none, undefined after an error was noted. */
function readRange(
  { checker }: NodeContext,
  path: Path,
  route: ModRouteFile,
  limits: NumberRange,
): ModRoutePlan["range"] | undefined {
  const { min, max } = route;
  if (min === undefined && max === undefined) return null;
  if (min === undefined || max === undefined) {
    const [there, missing] = min === undefined ? ["max", "min"] : ["min", "max"];
    checker.error([...path, there], { expected: `"${missing}" beside it`, got: "nothing" });
    return undefined;
  }
  if (min >= max) {
    // 0 and 0 is how files say that they have none.
    if (min !== 0 || max !== 0) {
      const hint = 'The range counts only when "min" is below "max"; depth and offset are used.';
      checker.warn([...path, "min"], { expected: `less than ${max}`, got: String(min), hint });
    }
    return null;
  }
  if ((route.depth ?? 0) !== 0 || (route.offset ?? 0) !== 0) {
    const hint = '"min" and "max" are used; depth and offset are not.';
    checker.warn([...path, route.depth === undefined ? "offset" : "depth"], { got: "both", hint }, "key");
  }
  const low = numberInRange(checker, [...path, "min"], min, limits) ?? min;
  const high = numberInRange(checker, [...path, "max"], max, limits) ?? max;
  if (low >= high) {
    const expected = `a range inside ${limits.min} to ${limits.max}`;
    checker.error([...path, "min"], { expected, got: `${min} to ${max}` });
    return undefined;
  }
  if (route.map === "exp" && low <= 0) {
    const hint = "An exponential range begins above 0; it is linear.";
    checker.warn([...path, "map"], { expected: '"linear" with this min', got: '"exp"', hint });
    return { min: low, max: high, map: "linear" };
  }
  return { min: low, max: high, map: route.map };
}
