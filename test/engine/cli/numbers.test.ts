// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { numberOption, wholeNumberOption } from "../../../engine/cli/numbers.ts";

test.each([
  ["0", 0],
  ["65535", 65_535],
  ["1.5", 1.5],
  [" 7 ", 7],
  ["1e3", 1000],
])("%j is %d", (text, value) => {
  expect(numberOption("--port", text, 0, 65_535, "")).toBe(value);
});

test.each(["", " ", "-1", "65536", "1,5", "8000x", "NaN", "Infinity", "-0.001"])("%j is no port", (text) => {
  expect(() => numberOption("--port", text, 0, 65_535, "")).toThrow(
    expect.objectContaining({ code: "WRONG_USE", message: `--port: expected 0 to 65535, got "${text}"` }),
  );
});

test("the sentence has the unit", () => {
  expect(() => numberOption("--rate", "5", 8000, 192_000, "Hz")).toThrow(
    '--rate: expected 8000 to 192000 Hz, got "5"',
  );
});

test("half a port is no port", () => {
  expect(wholeNumberOption("--port", "8000", 0, 65_535, "")).toBe(8000);
  expect(() => wholeNumberOption("--port", "1.5", 0, 65_535, "")).toThrow(
    '--port: expected a whole number, 0 to 65535, got "1.5"',
  );
});
