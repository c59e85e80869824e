// SPDX-License-Identifier: GPL-3.0-or-later
// What callers may rely on in an error.

import { expect, test } from "vitest";
import {
  AppError,
  ERROR_CODES,
  isAppError,
  isErrorCode,
  messageOf,
  systemCodeOf,
} from "../../../engine/base/errors.ts";
import { unreachable } from "../../../engine/base/unreachable.ts";

test("an error carries a code, a sentence and its cause", () => {
  const cause = new Error("no such device");
  const error = new AppError("AUDIO_DEVICE_MISSING", "audio: nothing is called HiFiBerry", { cause });
  expect(error).toMatchObject({ name: "AppError", code: "AUDIO_DEVICE_MISSING", cause });
  expect(isAppError(error)).toBe(true);
  expect(isAppError(error, "CONFIG_INVALID")).toBe(false);
  expect(isAppError(cause)).toBe(false);
});

test("every code is listed once", () => {
  expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
  expect(isErrorCode("CONFIG_INVALID")).toBe(true);
  expect(isErrorCode("toString")).toBe(false);
});

test("anything thrown has a sentence", () => {
  expect(messageOf(new Error("gone"))).toBe("gone");
  expect(messageOf("gone")).toBe("gone");
  expect(messageOf(undefined)).toBe("undefined");
});

test("the code of the system is told apart from ours", () => {
  expect(systemCodeOf(Object.assign(new Error("x"), { code: "ENOENT" }))).toBe("ENOENT");
  expect(systemCodeOf(new Error("x"))).toBeUndefined();
  expect(systemCodeOf("ENOENT")).toBeUndefined();
});

test("a forgotten case is an error of ours", () => {
  expect(() => unreachable({ type: "new" } as never)).toThrow(/forgotten.*new/);
});
