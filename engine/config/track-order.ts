// SPDX-License-Identifier: GPL-3.0-or-later
// A parameter of a live track and its value as people write them: density 0.5, root A3, direction random.

import { AppError } from "../base/errors.ts";
import { nearNames } from "../base/nearest-name.ts";
import { noteOfName } from "../base/note-name.ts";
import { DIRECTIONS, TRACK_PARAM_KEYS, type TrackParamInfo, trackParam } from "./track-params.ts";

export interface ParsedTrackOrder {
  readonly param: TrackParamInfo;
  readonly value: number;
}

/** @throws {AppError} `PARAMETER_UNKNOWN` or `VALUE_INVALID` */
export function parseTrackOrder(parameter: string, text: string): ParsedTrackOrder {
  const param = trackParam(parameter);
  if (param === undefined)
    throw unknownName("PARAMETER_UNKNOWN", "a parameter of a track", parameter, TRACK_PARAM_KEYS);
  const { key, min, max, isWhole } = param;
  const value = numberOf(key, text.trim());
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return { param, value };
  throw new AppError("VALUE_INVALID", `${key}: expected ${expected(param)}, got "${text}".`);
}

function numberOf(key: string, text: string): number {
  if (key === "direction") {
    const at = DIRECTIONS.findIndex((name) => name.toLowerCase() === text.toLowerCase());
    if (at >= 0) return at;
  }
  if (key === "root") {
    const note = noteOfName(text);
    if (note !== null) return note;
  }
  if (key === "mute" && /^(?:on|true)$/i.test(text)) return 1;
  if (key === "mute" && /^(?:off|false)$/i.test(text)) return 0;
  return text === "" ? Number.NaN : Number(text);
}

function expected({ key, min, max, isWhole }: TrackParamInfo): string {
  if (key === "direction") return DIRECTIONS.join(", ");
  if (key === "root") return "a note such as A3, or 0 to 127";
  if (key === "mute") return "on or off";
  return `${isWhole ? "a whole number, " : ""}${min} to ${max}`;
}

export function unknownName(
  code: "TRACK_UNKNOWN" | "PARAMETER_UNKNOWN",
  what: string,
  got: string,
  known: readonly string[],
): AppError {
  const near = nearNames(got, known);
  const there = known.length === 0 ? "There is none." : `There are: ${known.join(", ")}.`;
  const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : there;
  return new AppError(code, `expected ${what}, got "${got}". ${hint}`);
}
