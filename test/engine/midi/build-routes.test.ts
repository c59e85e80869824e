// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { expect, test } from "vitest";
import { curveShape } from "../../../engine/app/mapping-source.ts";
import { DEFAULT_ROUTE, type RouteSettings } from "../../../engine/config/schema.ts";
import { buildRoutes } from "../../../engine/midi/build-routes.ts";
import { carriedText, routeText } from "../../../engine/midi/route-words.ts";

function built(changes: Partial<RouteSettings>) {
  const [route] = buildRoutes([{ ...DEFAULT_ROUTE, ...changes }], curveShape);
  if (route === undefined) throw new Error("one route gives one");
  return route;
}

test("a route of which nothing is said changes nothing", () => {
  const route = built({});
  expect(route.channels).toEqual([...Array(16).keys()]);
  expect(route.controllers).toEqual([...Array(128).keys()]);
  expect(route.velocities.slice(1)).toEqual([...Array(128).keys()].slice(1));
  expect(route.chord).toEqual([0]);
});

test("a channel map goes before the channel that is listened to", () => {
  const { channels } = built({ channel: 1, toChannel: 3, channelMap: { 10: 10, 2: "off" } });
  expect(channels[0]).toBe(2);
  expect(channels[9]).toBe(9);
  expect(channels.filter((channel) => channel !== null)).toHaveLength(2);
});

test("other is every controller that is not named", () => {
  const { controllers } = built({ controllerMap: { 1: 74, "07": 7, other: "off" } });
  expect(controllers[1]).toBe(74);
  expect(controllers[7]).toBe(7);
  expect(controllers.filter((number) => number !== null)).toHaveLength(2);
});

test("velocities are 1 to 127 whatever the curve, and never fall unless they are turned round", () => {
  const byte = fc.integer({ min: 1, max: 127 });
  const curve = fc.constantFrom("linear", "exponential", "logarithmic", "s-curve" as const);
  fc.assert(
    fc.property(byte, byte, curve, (velocityMin, velocityMax, velocityCurve) => {
      const { velocities } = built({ velocityMin, velocityMax, velocityCurve });
      expect(velocities).toHaveLength(128);
      expect([velocities[1], velocities[127]]).toEqual([velocityMin, velocityMax]);
      const direction = Math.sign(velocityMax - velocityMin);
      for (let at = 2; at < 128; at += 1) {
        const step = (velocities[at] ?? 0) - (velocities[at - 1] ?? 0);
        expect(step * direction).toBeGreaterThanOrEqual(0);
        expect(velocities[at]).toBeGreaterThanOrEqual(1);
        expect(velocities[at]).toBeLessThanOrEqual(127);
      }
    }),
  );
});

test("thirds of a beat are thirds, however far they are written out", () => {
  expect(built({ arpBeats: 0.333 }).arp.stepBeats).toBe(1 / 3);
  expect(built({ arpBeats: 0.1667 }).arp.stepBeats).toBe(1 / 6);
  expect(built({ arpBeats: 0.31 }).arp.stepBeats).toBe(0.31);
});

test("a route is told in the words of the settings", () => {
  expect(routeText(DEFAULT_ROUTE)).toBe("everything as it comes");
  const route: RouteSettings = {
    ...DEFAULT_ROUTE,
    carries: ["notes"],
    channel: 1,
    toChannel: 3,
    lowestNote: 60,
    velocityMin: 100,
    velocityMax: 100,
    transpose: -12,
    chord: [0, 4, 7],
    controllerMap: { 1: 74 },
    arp: "upDown",
    arpOctaves: 2,
    arpHold: true,
    delayBeats: 0.75,
  };
  expect(routeText(route)).toBe(
    "only notes, channel 1 to 3, C4 to G9, velocity 100, -12 semitones, chord 0 4 7, cc 1 to 74, arp upDown 0.25 beats over 2 octaves held, 0.75 beats later",
  );
});

test("what a route carried is told with what went wrong", () => {
  const route = { id: "a", from: "keys", to: "lead", heard: 12, sent: 36, held: 1, sentence: "" };
  expect(carriedText({ ...route, refused: 0, unplayable: 0, loops: 0 })).toBe("12 in, 36 out, 1 key held");
  expect(carriedText({ ...route, refused: 3, unplayable: 2, loops: 1, sentence: "waits for lead" })).toBe(
    "waits for lead; 12 in, 36 out, 1 key held, 3 found no room or no port, 2 keys without a note, cut once: heard itself",
  );
});
