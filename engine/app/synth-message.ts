// SPDX-License-Identifier: GPL-3.0-or-later
// A parameter of a synth by its name, with a value in words, as bytes and as what the engine remembers.

import { AppError } from "../base/errors.ts";
import type { SynthMessage } from "../mapping/mapping-tools.ts";
import { encodeParameter } from "../profiles/encode.ts";
import { findParameter, type Parameter } from "../profiles/profile.ts";
import { stepNamed } from "../profiles/value.ts";
import type { PortProfile } from "./profile-source.ts";

/** Stepped parameters are said first to a synth that comes back: a waveform before its shape. */
const AFTER_STEPS = 10_000;

/**
 * @param text - a label of the parameter, or a number from 0 to 1
 * @throws {AppError} `PARAMETER_UNKNOWN`, `LABEL_UNKNOWN` or `VALUE_INVALID`
 */
export function synthMessage({ profile, channel }: PortProfile, wanted: string, text: string): SynthMessage {
  const parameter = findParameter(profile, wanted);
  const value = parameter === null ? text : readValue(parameter, text);
  // Throws for a parameter and for a label that are not there.
  const messages = encodeParameter(profile, wanted, value, { channel });
  if (parameter === null || messages.length === 0)
    throw new AppError("PARAMETER_UNKNOWN", `${profile.id} ${wanted} has no address: it cannot be sent`);
  const isContinuous = parameter.values.length === 0;
  const order = profile.parameters.indexOf(parameter) + (isContinuous ? AFTER_STEPS : 0);
  return { key: parameter.id, order, value: String(value), continuous: isContinuous, messages };
}

/** A label of the parameter, else a number from 0 to 1. */
function readValue(parameter: Parameter, text: string): number | string {
  const step = stepNamed(parameter, text);
  if (step !== null) return step.label;
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(number)) return text;
  if (number < 0 || number > 1)
    throw new AppError("VALUE_INVALID", `${parameter.id}: expected 0 to 1 or a label, got "${text}"`);
  return number;
}
