// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses and arguments, as controllers send them.

import fc from "fast-check";
import { expect, test } from "vitest";
import { OSC_ADDRESSES, oscOrder } from "../../../../engine/control/osc/osc-orders.ts";
import type { OscValue } from "../../../../engine/control/osc/osc-packet.ts";
import { ScriptedTransport } from "../../../support/scripted-transport.ts";

const present = { ...new ScriptedTransport().status(), loopStartSeconds: 4, loopEndSeconds: 6 };
const order = (name: string, ...args: OscValue[]) =>
  oscOrder({ address: `/downbeat/transport/${name}`, args }, present);

test.each<[string, OscValue[], object]>([
  ["play", [], { type: "play" }],
  ["play", [1], { type: "play" }],
  ["play", [true], { type: "play" }],
  ["play", [null], { type: "play" }],
  ["stop", [1, 4], { type: "stop", quantum: 4 }],
  ["pause", [1, 0], { type: "pause" }],
  ["resume", [0.5], { type: "resume" }],
  ["rewind", [], { type: "rewind" }],
  ["seek", [12.5], { type: "seek", seconds: 12.5 }],
  ["seek", [12.5, 4], { type: "seek", seconds: 12.5, quantum: 4 }],
  ["seek_beats", [16], { type: "seekBeats", beats: 16 }],
  ["seek_bar", [5, 4], { type: "seekBeats", beats: 16, quantum: 4 }],
  ["tempo", [133.7], { type: "tempo", bpm: 133.7 }],
  ["tempo", ["124"], { type: "tempo", bpm: 124 }],
  ["tempo", [5000, 8], { type: "tempo", bpm: 999, quantum: 8 }],
  ["loop", [1, 3], { type: "loop", startSeconds: 1, endSeconds: 3, enabled: true }],
  ["loop", [1, 3, 0], { type: "loop", startSeconds: 1, endSeconds: 3, enabled: false }],
  ["loop_beats", [4, 8, true, 4], { type: "loopBeats", startBeat: 4, endBeat: 8, enabled: true, quantum: 4 }],
  ["loop/enable", [], { type: "loopEnable", enabled: true }],
  ["loop/enable", [0], { type: "loopEnable", enabled: false }],
  ["loop/enable", [1, 4], { type: "loopEnable", enabled: true, quantum: 4 }],
])("%s %j is understood", (name, args, command) => {
  expect(order(name, ...args)).toMatchObject({ type: "ok", value: { command } });
});

test.each(["play", "stop", "pause", "resume", "rewind"])(
  "a button %s that is let go does nothing",
  (name) => {
    expect(order(name, 0)).toBeUndefined();
    expect(order(name, false)).toBeUndefined();
  },
);

test.each<[string, OscValue[], string]>([
  ["tempo", [], "bpm: expected a number"],
  ["tempo", ["fast"], 'got "fast"'],
  ["tempo", [true], "got true"],
  ["tempo", ["(blob)"], 'got "(blob)"'],
  ["tempo", [120, 4, 7], "expected at most 2 arguments (bpm, quantum), got 3"],
  ["tempo", [120, 100], "0.25 to 64 beats"],
  ["seek", [-1], "seconds: expected 0 to 1000000 seconds, got -1"],
  ["seek_bar", [0], "a whole bar"],
  ["loop", [3, 1], "start before end"],
  ["loop", [0, 1, 2], "enabled: expected true or false, got 2"],
  ["loop/enable", ["on"], 'expected 1 or 0, got "on"'],
  ["play", ["now"], 'pressed: expected 1, 0 or nothing, got "now"'],
  ["play", [1, 4, 4], "at most 2 arguments"],
  ["paly", [], "Did you mean /downbeat/transport/play?"],
  ["toString", [], "there is no such address"],
])("%s %j is refused in a sentence", (name, args, part) => {
  const refused = order(name, ...args);
  if (refused?.type !== "refused") throw new Error("was taken");
  expect(refused.refusal.message).toMatch(/^\/downbeat\/transport\/\S+: /);
  expect(refused.refusal.message).toContain(part);
});

test("any address with any arguments is an order, a refusal or nothing", () => {
  const value = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.boolean(), fc.constant(null));
  const address = fc.oneof(fc.constantFrom(...Object.keys(OSC_ADDRESSES), "/__proto__"), fc.string());
  fc.assert(
    fc.property(address, fc.array(value, { maxLength: 6 }), (at, args) => {
      const result = oscOrder({ address: at, args }, present);
      if (result?.type === "refused") expect(result.refusal.message.length).toBeLessThan(500);
      if (result?.type === "ok") {
        for (const number of Object.values(result.value.command))
          if (typeof number === "number") expect(Number.isFinite(number)).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
});
