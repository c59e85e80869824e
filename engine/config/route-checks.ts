// SPDX-License-Identifier: GPL-3.0-or-later
// What the keys of one route say together, what it asks of the ports, and whether it leads round in a circle.

import { nearNames } from "../base/nearest-name.ts";
import { inputProblem, inputsOf, type MappingProblem, outputsOf } from "./mapping-checks.ts";
import { VIRTUAL_PORT_ID } from "./plan-parts.ts";
import { loopWith } from "./route-loops.ts";
import type { RouteSettings, Settings } from "./schema.ts";

export function routeProblems({ routes, midi }: Settings): readonly MappingProblem[] {
  const good: RouteSettings[] = [];
  return routes.flatMap((route, index) => {
    const found = routeProblem(route, good, midi);
    if (found !== null) return [{ ...found, path: ["routes", index, ...found.path] }];
    good.push(route);
    return [];
  });
}

function routeProblem(
  route: RouteSettings,
  others: readonly RouteSettings[],
  midi: Settings["midi"],
): MappingProblem | null {
  if (others.some(({ id }) => id === route.id)) {
    const hint = "Each route needs another id; one above has this one.";
    return { path: ["id"], expected: "an id of its own", hint };
  }
  return (
    fromProblem(route, midi) ??
    toProblem(route, midi) ??
    rangeProblem(route) ??
    loopProblem(route, others, midi)
  );
}

function fromProblem({ from }: RouteSettings, midi: Settings["midi"]): MappingProblem | null {
  const found = inputProblem(from, inputsOf(midi));
  return found === null ? null : { ...found, path: ["from"] };
}

function toProblem({ to }: RouteSettings, midi: Settings["midi"]): MappingProblem | null {
  if (outputsOf(midi).includes(to)) return null;
  const { ports, virtualPort } = midi;
  const expected = "the id of a port with an output";
  const port = ports.find(({ id }) => id === to);
  if (port?.kind === "keyboard")
    return { path: ["to"], expected, hint: `${to} is a keyboard for typing: nothing can be played to it.` };
  if (port !== undefined) return { path: ["to"], expected, hint: `Set output: true for ${to}.` };
  const ids = [...(virtualPort === null ? [] : [VIRTUAL_PORT_ID]), ...ports.map(({ id }) => id)];
  const near = nearNames(to, ids);
  const known =
    ids.length === 0 ? "There is no port yet: add one to midi.ports." : `Known here: ${ids.join(", ")}.`;
  return { path: ["to"], expected, hint: near.length > 0 ? `Did you mean ${near.join(", ")}?` : known };
}

function rangeProblem(route: RouteSettings): MappingProblem | null {
  for (const what of ["Note", "Velocity"] as const) {
    const [lowest, highest] = [route[`lowest${what}`], route[`highest${what}`]];
    if (lowest <= highest) continue;
    return { path: [`lowest${what}`], expected: `at most highest${what}, ${highest}`, hint: "" };
  }
  return null;
}

function loopProblem(
  route: RouteSettings,
  others: readonly RouteSettings[],
  { ports }: Settings["midi"],
): MappingProblem | null {
  const loop = loopWith(route, others, ports);
  if (loop === null) return null;
  const hint = `${loop.join(" -> ")} is a loop: a synth that sends on what it gets would play for ever. Another channel, or less in carries, breaks it.`;
  return { path: ["to"], expected: "a port from which nothing leads back", hint };
}
