// SPDX-License-Identifier: GPL-3.0-or-later
// The mixer of a rack file: what is heard, and how loud.

import type { MixerPlan } from "../binding/plan/rack-plan.ts";
import type { Path } from "../config/problem.ts";
import { mixerInputSchema, mixerSchema } from "./format.ts";
import { nodeOf, type RackContext } from "./rack-context.ts";

/**
 * @param fed - does this node feed another one? Those are no inputs of a mixer that lists none.
 */
export function readMixer(
  context: RackContext,
  value: unknown,
  fed: (id: string) => boolean,
): MixerPlan | null {
  if (value === undefined) return null;
  const mixer = context.checker.parseGroup(mixerSchema, value, ["mixer"]);
  if (mixer === undefined) return null;
  const gain = (mixer.masterPercent ?? 100) / 100;
  const softClip = mixer.softClip ?? true;
  if (mixer.inputs === undefined) {
    const ends = [...context.nodes].filter(([id, node]) => node.type !== null && !fed(id));
    return { inputs: ends.map(([node]) => ({ node, gain: 1 })), gain, softClip };
  }
  const inputs = new Map<string, { readonly node: string; readonly gain: number }>();
  for (const [index, entry] of mixer.inputs.entries()) {
    const path: Path = ["mixer", "inputs", index];
    const input = context.checker.parse(mixerInputSchema, entry, path);
    if (input === undefined || nodeOf(context, [...path, "id"], input.id) === null) continue;
    if (inputs.has(input.id)) {
      const expected = "a node that is no input yet";
      context.checker.error([...path, "id"], { expected, got: JSON.stringify(input.id) });
      continue;
    }
    inputs.set(input.id, { node: input.id, gain: input.gainPercent / 100 });
  }
  return { inputs: [...inputs.values()], gain, softClip };
}
