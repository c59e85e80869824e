// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { ageText, bytesText, table } from "../../../engine/cli/table.ts";

test("columns are as wide as their widest cell, and no line ends in spaces", () => {
  expect(
    table([
      ["ok", "audio", "it plays"],
      ["PROBLEM", "link", ""],
      ["", "", "-> do this"],
    ]),
  ).toBe(["ok       audio  it plays", "PROBLEM  link", "                -> do this"].join("\n"));
});

test("a long last cell widens nothing", () => {
  expect(
    table([
      ["a", "x".repeat(100)],
      ["b", "y"],
    ]).split("\n")[1],
  ).toBe("b  y");
});

test("a cell moves no cursor and makes no line of its own", () => {
  expect(table([["\u001b[31mred\nok", "\u009bx"]])).toBe("\ufffd[31mred ok  \ufffdx");
});

test("no rows are no lines", () => {
  expect(table([])).toBe("");
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [9949, "9.9 kB"],
  [54_321, "54 kB"],
  [3_200_000, "3.2 MB"],
  [82_500_000_000, "83 GB"],
  [5e15, "5000 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each([
  [-1, "never"],
  [0, "0 s"],
  [89, "89 s"],
  [90, "2 min"],
  [3600, "60 min"],
  [5400, "2 h"],
  [86_400, "24 h"],
  [259_200, "3 d"],
])("an age of %d s is %s", (seconds, text) => {
  expect(ageText(seconds)).toBe(text);
});
