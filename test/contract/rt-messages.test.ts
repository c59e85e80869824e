// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers that cross shared memory are the same in both languages, name by name.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  RT_CLOCK_STATE,
  RT_COMMAND,
  RT_EVENT,
  RT_SOURCE,
  RT_WHEN,
} from "../../engine/binding/rt-messages.ts";

const source = readFileSync(new URL("../../native/app/rt-messages.hpp", import.meta.url), "utf8");

/** The names of a C++ enum with their numbers. */
function numbersOf(name: string): Record<string, number> {
  const body = new RegExp(`enum class ${name} : std::uint8_t \\{([^}]*)\\}`).exec(source)?.[1];
  if (body === undefined)
    throw new Error(`native/app/rt-messages.hpp: expected enum class ${name}, got none`);
  const withoutComments = body.replace(/\/\/.*$/gm, "");
  const pairs = [...withoutComments.matchAll(/(\w+)\s*=\s*(\d+)/g)];
  expect(pairs.length, name).toBe(withoutComments.split(",").filter((item) => item.trim() !== "").length);
  return Object.fromEntries(pairs.map(([, key, number]) => [key, Number(number)]));
}

test.each([
  ["RtCommandKind", { none: 0, ...RT_COMMAND }],
  ["RtEventKind", { none: 0, ...RT_EVENT }],
  ["RtWhen", RT_WHEN],
  ["RtClockState", RT_CLOCK_STATE],
])("%s", (name, ours) => {
  expect(ours).toEqual(numbersOf(name));
});

test("the sources of commands are those of the comment", () => {
  const comment = /source = 0;\s*\/\/\/< ([^\n]+)/.exec(source)?.[1] ?? "";
  const pairs = [...comment.matchAll(/(\d+) (\w+)/g)].map(([, number, name]) => [name, Number(number)]);
  expect(Object.fromEntries(pairs)).toEqual(RT_SOURCE);
});

test("play states are numbered in the order in which the addon's face names them", () => {
  const face = readFileSync(new URL("../../engine/binding/addon.ts", import.meta.url), "utf8");
  const names = /STATUS_NAMES = \[([^\]]*)\]/.exec(face)?.[1]?.match(/\w+/g) ?? [];
  expect(Object.fromEntries(names.map((name, number) => [name, number]))).toEqual(numbersOf("RtPlayStatus"));
});
