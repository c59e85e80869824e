// SPDX-License-Identifier: GPL-3.0-or-later
// What the settings offer for routes is what the engine takes: kinds, orders and limits, word for word.

import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";
import { ROUTE_KINDS } from "../../engine/config/route-schema.ts";
import { factsAt } from "../../engine/config/setting-facts.ts";

const native = (file: string) => readFileSync(path.join(projectFolder(), "native", file), "utf8");
const header = native("midi/router/route-plan.hpp");
const reader = native("app/plan-reader-routing.cpp");

/** The texts in quotes between `from` and the next brace. */
function textsAfter(text: string, from: string): readonly string[] {
  const rest = text.slice(text.indexOf(from));
  return [...rest.slice(0, rest.indexOf("}")).matchAll(/"(\w+)"/g)].map(([, word = ""]) => word);
}

const limit = (name: string) => Number(new RegExp(`${name} = ([\\d.]+)`).exec(header)?.[1]);
const expected = (key: string) => factsAt(["routes", 0, key])?.expected ?? "";

test("kinds of messages have the same names in the same order", () => {
  expect(textsAfter(header, "kRouteKindNames{")).toEqual([...ROUTE_KINDS]);
});

test("an arpeggiator's orders have the same names in the same order", () => {
  const orders = textsAfter(reader, "kOrders{");
  expect(`${orders.slice(0, -1).join(", ")} or ${orders.at(-1)}`).toBe(expected("arp"));
});

test("the limits of the settings are those of the engine", () => {
  expect(factsAt(["routes"])?.expected).toBe(`a list of at most ${limit("kMaxRoutes")}`);
  expect(expected("chord")).toContain(`1 to ${limit("kMaxChord")} intervals`);
  expect(expected("delayBeats")).toBe(`0 to ${limit("kMaxDelayBeats")} beats`);
});
