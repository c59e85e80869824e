// SPDX-License-Identifier: GPL-3.0-or-later
// What a file may write as a parameter's value: a number, true or false, or the name of a choice.

import type { Checker } from "../config/check.ts";
import { type Path, showValue } from "../config/problem.ts";
import type { NodeTypeInfo, ParamInfo } from "./catalog.ts";

/** Names of choices, by node type and parameter name. Several names may mean one number. */
const CHOICES: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>> = {
  tb303_ext: {
    WAVEFORM: { saw: 0, sawtooth: 0, square: 1 },
    ENV_MODE: { decay: 0, adsr: 1 },
    FILTER_ALGO: { "three-pole": 0, "state-variable": 1 },
    FILTER_TYPE: { lp: 0, bp: 1, hp: 2 },
  },
  mam_chip: {
    WAVE: { square: 0, pulse: 0, tri: 1, triangle: 1, saw: 2, sawtooth: 2 },
    MODE: { psg: 0, "sid-like": 1, sid: 1 },
  },
};

/**
 * The number that `value` means for `param`, or undefined after the problem was noted.
 *
 * Range: outside the parameter's range is a warning and the nearest value in range is taken. Files
 * that play elsewhere have such values, and one wrong number never keeps a rack silent.
 */
export function paramValue(
  checker: Checker,
  path: Path,
  type: NodeTypeInfo,
  param: ParamInfo,
  value: unknown,
): number | undefined {
  const choices = CHOICES[type.type]?.[param.name];
  if (typeof value === "string" && choices !== undefined) {
    const name = value.toLowerCase();
    if (Object.hasOwn(choices, name)) return choices[name];
    checker.unknownName(path, `a choice of ${param.name}`, value, Object.keys(choices));
    return undefined;
  }
  const number = typeof value === "boolean" ? Number(value) : value;
  const unit = param.unit === "" ? "" : ` ${param.unit}`;
  const expected = `a number from ${param.min} to ${param.max}${unit}`;
  if (typeof number !== "number" || !Number.isFinite(number)) {
    checker.error(path, { expected, got: showValue(value) });
    return undefined;
  }
  const inRange = Math.min(param.max, Math.max(param.min, number));
  if (inRange !== number) {
    checker.warn(path, { expected, got: showValue(value), hint: `${inRange}${unit} is used.` });
  }
  return inRange;
}
