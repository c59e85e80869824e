// SPDX-License-Identifier: GPL-3.0-or-later
// Timed commands of a session: when, at what, and to which value.

import type { SessionCommandPlan } from "../binding/plan/plan.ts";
import type { Path } from "../config/problem.ts";
import { readTarget } from "./command-target.ts";
import { type SessionCommandFile, sessionCommandSchema } from "./format.ts";
import type { ReadXfaders } from "./read-xfaders.ts";
import {
  type Buses,
  beatOfSeconds,
  rackNamed,
  type SessionContext,
  secondsOfRackBeat,
} from "./session-context.ts";

const BEATS_PER_BAR = 4;

const TYPES: Readonly<Record<string, SessionCommandPlan["type"]>> = {
  trigger: "trigger",
  setparam: "setParam",
  setparamramp: "setParamRamp",
};

export function readCommands(
  context: SessionContext,
  buses: Buses,
  xfaders: ReadXfaders,
  entries: readonly unknown[],
): SessionCommandPlan[] {
  const { checker } = context;
  const plans: SessionCommandPlan[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = ["commands", index];
    const command = checker.parse(sessionCommandSchema, entry, path);
    if (command === undefined) continue;
    const seconds = secondsOf(context, path, command);
    const type = typeOf(context, path, command);
    const setting = readTarget({ context, buses, xfaders }, path, command, type);
    if (seconds === null || type === null || setting === null) continue;
    if (seconds < 0 && type === "trigger") {
      checker.warn(path, {
        got: `${seconds.toFixed(3)} s`,
        hint: "This is before the song begins: it never sounds.",
      });
      continue;
    }
    if (type !== "setParamRamp" && command.rampMs > 0) {
      const hint = "Only SetParamRamp ramps; this happens at once.";
      checker.warn([...path, "rampMs"], { expected: "0", got: String(command.rampMs), hint });
    }
    const beat = seconds < 0 ? 0 : beatOfSeconds(context.tempoMap, seconds);
    plans.push({ beat, type, ...setting, rampMs: type === "setParamRamp" ? command.rampMs : 0 });
  }
  return plans.sort((a, b) => a.beat - b.beat);
}

/** Of the song; null after the problem was noted, or when the rack that counts was not understood. */
function secondsOf(context: SessionContext, path: Path, command: SessionCommandFile): number | null {
  const { checker } = context;
  const isMusical = command.rack !== undefined || command.bar > 0 || command.step > 0;
  const rack = command.rack === undefined ? null : rackNamed(context, [...path, "rack"], command.rack);
  if (command.timeSec !== undefined) {
    if (isMusical) {
      const hint = '"timeSec" counts; rack, bar and step do not.';
      checker.warn([...path, "timeSec"], { got: "both", hint }, "key");
    }
    return command.timeSec;
  }
  if (!isMusical) {
    checker.error(path, { expected: '"timeSec", or "rack" and "bar"', got: "nothing" });
    return null;
  }
  if (command.rack === undefined) {
    checker.error(path, { expected: 'the "rack" whose bars are counted', got: "nothing" });
    return null;
  }
  if (command.bar === 0) {
    checker.error(path, { expected: '"bar", from 1', got: "nothing" });
    return null;
  }
  if (command.step > command.res) {
    const expected = `a step from 1 to ${command.res}, as "res" says`;
    checker.error([...path, "step"], { expected, got: String(command.step) });
    return null;
  }
  if (rack === null) return null;
  const steps = Math.max(0, command.step - 1) / command.res;
  return secondsOfRackBeat(rack, (command.bar - 1 + steps) * BEATS_PER_BAR);
}

function typeOf(
  { checker }: SessionContext,
  path: Path,
  command: SessionCommandFile,
): SessionCommandPlan["type"] | null {
  const name = command.type.toLowerCase();
  if (Object.hasOwn(TYPES, name)) return TYPES[name] ?? null;
  const known = ["Trigger", "SetParam", "SetParamRamp"];
  checker.unknownName([...path, "type"], "a type of command", command.type, known);
  return null;
}
