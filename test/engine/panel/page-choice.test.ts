// SPDX-License-Identifier: GPL-3.0-or-later
// Which page is shown when.

import { expect, test } from "vitest";
import { PageChoice } from "../../../engine/panel/page-choice.ts";

const LONG = "word ".repeat(60);

function pagesOf(choice: PageChoice, seconds: readonly number[]): readonly string[] {
  return seconds.map((second) => {
    const at = choice.at(second * 1000);
    return at.page === "trouble" ? `trouble ${at.index}` : at.page;
  });
}

test("nothing special is the stage page", () => {
  expect(pagesOf(new PageChoice(), [0, 100])).toEqual(["play", "play"]);
});

test("what a hand moves is shown until it has rested for two seconds, whatever else there is", () => {
  const choice = new PageChoice();
  choice.setTroubles(["one"], 0);
  choice.choose("network", 0);
  choice.touch(10_000);
  expect(pagesOf(choice, [10, 11.9, 12.1])).toEqual(["parameter", "parameter", "network"]);
});

test("trouble takes turns with the stage page, the most important first", () => {
  const choice = new PageChoice();
  choice.setTroubles(["one", "two"], 1000);
  expect(pagesOf(choice, [1, 4.9, 5.1, 10.9, 11.1, 14.9, 15.1, 20.9, 21.1])).toEqual([
    ...["trouble 0", "trouble 0", "play", "play", "trouble 1", "trouble 1", "play", "play", "trouble 0"],
  ]);
});

test("a long sentence has the time that its pieces need", () => {
  const choice = new PageChoice();
  choice.setTroubles([LONG], 0);
  expect(pagesOf(choice, [0, 7, 11.9, 12.1])).toEqual(["trouble 0", "trouble 0", "trouble 0", "play"]);
});

test("new trouble is shown at once; the same again, or less of it, disturbs nobody", () => {
  const choice = new PageChoice();
  choice.setTroubles(["one", "two"], 0);
  choice.setTroubles(["one", "two"], 5000);
  expect(pagesOf(choice, [5])).toEqual(["play"]);
  choice.setTroubles(["one"], 6000);
  expect(pagesOf(choice, [6])).toEqual(["play"]);
  choice.setTroubles(["three", "one"], 7000);
  expect(pagesOf(choice, [7])).toEqual(["trouble 0"]);
  choice.setTroubles([], 8000);
  expect(pagesOf(choice, [8])).toEqual(["play"]);
});

test("a chosen page stays until it may change by itself again", () => {
  const choice = new PageChoice();
  choice.setTroubles(["one"], 0);
  choice.choose("network", 0);
  expect(pagesOf(choice, [0, 3, 100])).toEqual(["network", "network", "network"]);
  choice.choose("trouble", 0);
  expect(pagesOf(choice, [1, 5, 100])).toEqual(["trouble 0", "trouble 0", "trouble 0"]);
  choice.choose(null, 0);
  expect(pagesOf(choice, [5])).toEqual(["play"]);
});
