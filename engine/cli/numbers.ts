// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers from the command line.
import { AppError } from "../base/errors.ts";

/**
 * @param option - as the user wrote it, for the sentence
 * @throws {AppError} `WRONG_USE` when `text` is no number in the range
 */
export function numberOption(option: string, text: string, min: number, max: number, unit: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value < min || value > max) {
    throw new AppError(
      "WRONG_USE",
      `${option}: expected ${min} to ${max}${unit === "" ? "" : ` ${unit}`}, got "${text}"`,
    );
  }
  return value;
}

/** The same for what is counted. */
export function wholeNumberOption(
  option: string,
  text: string,
  min: number,
  max: number,
  unit: string,
): number {
  const value = numberOption(option, text, min, max, unit);
  if (Number.isInteger(value)) return value;
  throw new AppError("WRONG_USE", `${option}: expected a whole number, ${min} to ${max}, got "${text}"`);
}
