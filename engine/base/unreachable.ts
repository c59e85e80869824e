// SPDX-License-Identifier: GPL-3.0-or-later
// The end of a switch over a union: the compiler refuses a case that was forgotten.

import { AppError } from "./errors.ts";

/** @throws {AppError} `INTERNAL`, when data from outside was trusted without being checked */
export function unreachable(value: never): never {
  throw new AppError("INTERNAL", `a case was forgotten for ${JSON.stringify(value)}`);
}
