// SPDX-License-Identifier: GPL-3.0-or-later
// Where racks and buses go: to buses, and in the end to main.

import { circlesOf } from "../base/circles.ts";
import type { RoutePlan } from "../binding/plan/plan.ts";
import type { Path } from "../config/problem.ts";
import { routeSchema } from "./format.ts";
import type { ReadSidechain } from "./read-sidechains.ts";
import { type Buses, MAIN, type SessionContext, sourceOf } from "./session-context.ts";

/** So many circles are named; whoever opens those finds the others. */
const MOST_CIRCLES = 8;

/** @param sidechains - what an insert hears arrives at its bus too */
export function readRoutes(
  context: SessionContext,
  buses: Buses,
  entries: readonly unknown[],
  sidechains: readonly ReadSidechain[],
): RoutePlan[] {
  const { checker } = context;
  const main = buses.byId.get(MAIN)?.plan.id ?? MAIN;
  const routes: RoutePlan[] = [];
  const arrows: { readonly from: string; readonly to: string; readonly path: Path }[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = ["routes", index];
    const route = checker.parse(routeSchema, entry, path);
    if (route === undefined) continue;
    if (route.from === MAIN && !context.racks.has(MAIN)) {
      const hint = `"${MAIN}" is where everything ends; nothing leads on from there.`;
      checker.error([...path, "from"], { expected: "the id of a rack or bus", got: MAIN, hint });
      continue;
    }
    const from = sourceOf(context, buses, [...path, "from"], route.from);
    const to = route.to === MAIN ? main : busOf(context, buses, [...path, "to"], route.to);
    if (from === null || to === null) continue;
    routes.push({ from, to, gain: route.gain, tap: route.tap });
    arrows.push({ from, to, path });
  }
  for (const { path, bus, plan } of sidechains) arrows.push({ from: plan.from, to: bus, path });
  for (const { arrow, way } of circlesOf(arrows, MOST_CIRCLES)) {
    const hint = `Sound cannot go in a circle: ${way.join(" > ")}.`;
    checker.error(arrows[arrow]?.path ?? [], { got: `${way[0]} > ${way[1]}`, hint });
  }
  return main === MAIN ? routes : [...routes, ...waysTo(main, context, buses, routes)];
}

function busOf(context: SessionContext, buses: Buses, path: Path, id: string): string | null {
  const bus = buses.byId.get(id);
  if (bus !== undefined) return bus.plan.id;
  if (context.racks.has(id)) {
    const hint = `"${id}" is a rack, which makes sound and takes none.`;
    context.checker.error(path, { expected: `a bus, or "${MAIN}"`, got: id, hint });
  } else if (buses.areKnown) {
    const known = new Set([...buses.byId.keys(), MAIN]);
    context.checker.unknownName(path, "the id of a bus", id, [...known]);
  }
  return null;
}

/** With a bus before the end, whoever has no route goes there. */
function waysTo(
  main: string,
  context: SessionContext,
  buses: Buses,
  routes: readonly RoutePlan[],
): RoutePlan[] {
  const routed = new Set(routes.map((route) => route.from));
  const all = [...context.racks.keys(), ...[...buses.byId.values()].map((bus) => bus.plan.id)];
  return all
    .filter((id) => id !== main && !routed.has(id))
    .map((from) => ({ from, to: main, gain: 1, tap: "post" }));
}

/** A bus that nothing reaches is heard by nobody: said, because it is easy to forget the route. */
export function warnOfSilentBuses(
  { checker }: SessionContext,
  buses: Buses,
  routes: readonly RoutePlan[],
): void {
  const reached = new Set(routes.map((route) => route.to));
  for (const [index, [id, { plan }]] of [...buses.byId].entries()) {
    if (reached.has(plan.id)) continue;
    checker.warn(["buses", index], { got: id, hint: `No route leads to the bus "${id}": it is silent.` });
  }
}
