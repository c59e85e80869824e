// SPDX-License-Identifier: GPL-3.0-or-later
// What a file may write as a parameter's value: a number, true or false, or the name of a choice.

import type { Checker } from "../config/check.ts";
import { numberInRange } from "../config/number-in-range.ts";
import type { Path } from "../config/problem.ts";
import type { NodeTypeInfo, ParamInfo } from "./catalog.ts";

/** Names of choices of types whose native tables have none yet, by node type and parameter name. */
const CHOICES: Readonly<Record<string, Readonly<Record<string, readonly (readonly string[])[]>>>> = {
  tb303_ext: {
    WAVEFORM: [["saw", "sawtooth"], ["square"]],
    ENV_MODE: [["decay"], ["adsr"]],
    FILTER_ALGO: [["three-pole"], ["state-variable"]],
    FILTER_TYPE: [["lp"], ["bp"], ["hp"]],
  },
  mam_chip: {
    WAVE: [
      ["square", "pulse"],
      ["tri", "triangle"],
      ["saw", "sawtooth"],
    ],
    MODE: [["psg"], ["sid-like", "sid"]],
  },
};

/**
 * The number that `value` means for `param`, or undefined after the problem was noted.
 *
 * Range: outside the parameter's range is a warning and the nearest value in range is taken.
 */
export function paramValue(
  checker: Checker,
  path: Path,
  type: NodeTypeInfo,
  param: ParamInfo,
  value: unknown,
): number | undefined {
  if (typeof value === "string") {
    const choices = choicesOf(type, param);
    const chosen = choices.get(foldChoice(value));
    if (chosen !== undefined) return chosen;
    if (choices.size > 0) {
      checker.unknownName(path, `a choice of ${param.name}`, value, [...choices.keys()]);
      return undefined;
    }
  }
  return numberInRange(checker, path, typeof value === "boolean" ? Number(value) : value, param);
}

const choiceMaps = new WeakMap<ParamInfo, ReadonlyMap<string, number>>();

/** Value by name; empty when the values have no names. */
function choicesOf(type: NodeTypeInfo, param: ParamInfo): ReadonlyMap<string, number> {
  const known = choiceMaps.get(param);
  if (known !== undefined) return known;
  const names = param.choices ?? CHOICES[type.type]?.[param.name] ?? [];
  const choices = new Map(
    names.flatMap((all, index) => all.map((name) => [foldChoice(name), param.min + index] as const)),
  );
  choiceMaps.set(param, choices);
  return choices;
}

function foldChoice(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
