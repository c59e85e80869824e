// SPDX-License-Identifier: GPL-3.0-or-later
// From `scenes` of the settings to the plan: every name found, every value a number or bytes. What is not there is
// left out and said, and costs the rest of the scene nothing.

import { messageOf } from "../base/errors.ts";
import type { ScenePlan, SceneSynthPlan } from "../binding/plan/mapping-plan.ts";
import { outputsOf } from "../config/mapping-checks.ts";
import { parseMappingTarget } from "../config/mapping-target.ts";
import type { SceneSettings } from "../config/schema.ts";
import type { MappingWorld } from "./build-mapping.ts";
import type { MappingTools } from "./mapping-tools.ts";
import { type Refusal, refusal, refusalText, unknownName } from "./refusal.ts";
import { type ParamTarget, resolveTarget } from "./resolve-target.ts";

export interface BuiltScenes {
  readonly plans: readonly ScenePlan[];
  /** Sentences for the player. */
  readonly warnings: readonly string[];
}

type SceneValue = SceneSettings["values"][number];
type NodeValue = ScenePlan["values"][number];

/** Never throws for what is in settings and session. */
export function buildScenes(world: MappingWorld): BuiltScenes {
  const warnings: string[] = [];
  const plans = world.settings.scenes.map(({ id, start, fadeMs, tempo, values }): ScenePlan => {
    const nodes: NodeValue[] = [];
    const synths: SceneSynthPlan[] = [];
    for (const value of values) {
      const found = foundValue(world, value);
      if (found === null) continue;
      if ("kind" in found) {
        warnings.push(`Scene ${id} leaves out ${value.target} ${value.param}: ${refusalText(found)}`);
      } else if ("node" in found) nodes.push(found);
      else synths.push(found);
    }
    return { id, start, fadeMs, tempoBpm: tempo ?? 0, values: nodes, synths };
  });
  return { plans, warnings };
}

/** @returns null while it is not known which synths there are */
function foundValue(world: MappingWorld, written: SceneValue): NodeValue | SceneSynthPlan | Refusal | null {
  const { session, tools, settings } = world;
  const named = parseMappingTarget(written.target);
  if (named?.kind === "synth" && named.port !== null)
    return synthValue(tools, outputsOf(settings.midi), named.port, written);
  const target = resolveTarget(session, tools, written);
  if (target === null || target.kind === "refusal") return target;
  return target.kind === "param"
    ? numberOf(target, written.value)
    : refusal("a parameter that has a value", written.param);
}

/** Also what is sent as system exclusive, which no knob could. */
function synthValue(
  { synths }: MappingTools,
  outputs: readonly string[],
  port: string,
  { param, value }: SceneValue,
): SceneSynthPlan | Refusal | null {
  if (synths === null) return null;
  const synth = synths.find((one) => one.port === port);
  if (synth === undefined)
    return unknownName(
      "a port with a profile",
      port,
      synths.map((one) => one.port),
    );
  if (!outputs.includes(port)) return refusal("a port with an output", port, `Set output: true for ${port}.`);
  try {
    return { port, ...synth.say(param, value) };
  } catch (error) {
    return refusal("a parameter and a value of the synth", `${param} ${value}`, `${messageOf(error)}.`);
  }
}

function numberOf(target: ParamTarget, value: SceneValue["value"]): NodeValue | Refusal {
  const { node, param, min, max, unit, choices } = target;
  if (typeof value === "number") {
    if (value >= min && value <= max) return { node, param, value };
    return refusal(`${min} to ${max} ${unit}`.trim(), value);
  }
  const choice = choices.findIndex((name) => name.toLowerCase() === value.toLowerCase());
  if (choice >= 0) return { node, param, value: min + choice };
  if (choices.length > 0) return unknownName(`a choice of ${target.name}`, value, choices);
  return refusal(`a number from ${min} to ${max} ${unit}`.trim(), value);
}
