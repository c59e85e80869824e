// SPDX-License-Identifier: GPL-3.0-or-later
// What a player reads when a route is wrong: where, what was expected, and that only this route is lost.

import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { projectFolder } from "../../../engine/binding/places.ts";
import { DEFAULT_ROUTE } from "../../../engine/config/schema.ts";
import { factsAt } from "../../../engine/config/setting-facts.ts";
import { check } from "./settings-check.ts";

const PORTS = `midi:
  ports:
    - { id: keys, kind: match, name: keystation }
    - { id: lead, kind: match, name: Volca }
    - { id: bass, kind: serial, name: /dev/ttyAMA0 }
    - { id: lead-in, kind: match, name: volca keys, output: false }
    - { id: drums, kind: match, name: drum, input: false }
    - { id: typing, kind: keyboard, name: /dev/input/event9 }
`;

function checkRoutes(...routes: readonly string[]) {
  return check(`${PORTS}routes:\n${routes.map((route) => `  - { ${route} }\n`).join("")}`);
}

/** The middle one of three routes has these keys. */
function checkRoute(keys: string) {
  return checkRoutes("id: first, from: keys, to: drums", keys, "id: last, from: keys, to: virtual");
}

test("a route of few keys has defaults for the rest", () => {
  const { settings, problems } = checkRoute("id: a, from: lead, to: bass");
  expect(problems).toEqual([]);
  expect(settings.routes[1]).toEqual({ ...DEFAULT_ROUTE, id: "a", from: "lead", to: "bass" });
});

test("maps of channels and controllers are written as they are read", () => {
  const { settings, problems } = checkRoute(
    "id: a, from: lead, to: bass, channelMap: { 1: 3, 10: off }, controllerMap: { 1: 74, other: off }",
  );
  expect(problems).toEqual([]);
  expect(settings.routes[1]).toMatchObject({
    channelMap: { 1: 3, 10: "off" },
    controllerMap: { 1: 74, other: "off" },
  });
});

describe("a route that makes no sense is left out, and no other is", () => {
  test.each([
    ["id: first, from: lead, to: bass", "routes[1].id", "one above has this one"],
    ["id: a, from: kesy, to: bass", "routes[1].from", "Did you mean keys?"],
    ["id: a, from: drums, to: bass", "routes[1].from", "Set input: true for drums"],
    ["id: a, from: keys, to: lead-in", "routes[1].to", "Set output: true for lead-in"],
    ["id: a, from: keys, to: typing", "routes[1].to", "typing is a keyboard for typing"],
    ["id: a, from: keys, to: nobody", "routes[1].to", "Known here: virtual, keys, lead, bass"],
    ["id: a, from: keys", "routes[1].to", "the id of a port with an output, or virtual"],
    [
      "id: a, from: keys, to: bass, lowestNote: 61, highestNote: 60",
      "routes[1].lowestNote",
      "at most highestNote, 60",
    ],
    [
      "id: a, from: keys, to: bass, highestVelocity: 5, lowestVelocity: 6",
      "routes[1].lowestVelocity",
      "at most highestVelocity, 5",
    ],
    ["id: a, from: lead, to: lead", "routes[1].to", "lead -> lead is a loop"],
    ["id: a, from: lead-in, to: lead", "routes[1].to", "lead-in -> lead is a loop"],
    ["id: a, from: virtual, to: keys", "routes[2].to", "keys -> virtual -> keys is a loop"],
  ])("%s", (keys, place, words) => {
    const { settings, sentences } = checkRoute(keys);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toContain(`: ${place}: `);
    expect(sentences[0]).toContain(words);
    expect(settings.routes).toHaveLength(2);
  });
});

describe("a bad value costs its setting, and the route plays on", () => {
  test.each([
    ["channelMap: { 17: 1 }", "channelMap", "channels 1 to 16, each with 1 to 16 or off"],
    ["channelMap: { 1: 0 }", "channelMap", "channels 1 to 16, each with 1 to 16 or off"],
    ["controllerMap: { 128: 1 }", "controllerMap", "controllers 0 to 127 and other"],
    ["controllerMap: { 1: no }", "controllerMap", "controllers 0 to 127 and other"],
    ["chord: []", "chord", "a list of 1 to 8 intervals"],
    ["carries: []", "carries", "a list of notes"],
    ["arp: sideways", "arp", "off, up, down, upDown, asPlayed or random"],
    ["arpBeats: 0", "arpBeats", "0.0625 to 16 beats"],
    ["transpose: 1.5", "transpose", "-127 to 127 semitones"],
    ["delayBeats: 65", "delayBeats", "0 to 64 beats"],
    ["velocityMin: 0", "velocityMin", "1 to 127"],
  ] as const)("%s", (written, key, words) => {
    const { settings, sentences } = checkRoute(`id: a, from: lead, to: bass, ${written}`);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toContain(words);
    expect(settings.routes).toHaveLength(3);
    expect(settings.routes[1]?.[key]).toEqual(DEFAULT_ROUTE[key]);
  });
});

describe("routes that come back on another channel or as another kind make no loop", () => {
  test.each([
    ["id: a, from: lead, to: lead, channel: 1, toChannel: 2"],
    ["id: a, from: lead, to: keys, carries: [sysex]"],
    ["id: a, from: lead, to: lead, channelMap: { 1: 2, 2: off }, channel: 1"],
  ])("%s", (keys) => {
    const { settings, problems } = checkRoutes("id: there, from: keys, to: lead", keys);
    expect(problems).toEqual([]);
    expect(settings.routes).toHaveLength(2);
  });

  test("one that comes back on the channel it left by does", () => {
    const { sentences } = checkRoutes(
      "id: a, from: keys, to: lead, channel: 1, toChannel: 2",
      "id: b, from: lead, to: bass, channel: 2, toChannel: 5",
      "id: c, from: bass, to: keys, channelMap: { 5: 1, 1: off }",
    );
    expect(sentences.join()).toContain("bass -> keys -> lead -> bass is a loop");
  });
});

test("every key of a route is in the manual", () => {
  const manual = readFileSync(path.join(projectFolder(), "docs/routing.md"), "utf8");
  for (const { key } of factsAt(["routes", 0])?.children ?? []) expect(manual).toContain(`\`${key}\``);
});
