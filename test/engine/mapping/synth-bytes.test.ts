// SPDX-License-Identifier: GPL-3.0-or-later
// What a knob sends to a synth is what `profile send` would send: for every profile that comes with Downbeat,
// every parameter of it, and the same positions.

import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { mappingOf } from "../../../engine/app/mapping-source.ts";
import type { MappingEntryPlan } from "../../../engine/binding/plan/mapping-plan.ts";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import { settingsSchema } from "../../../engine/config/schema.ts";
import { encodeParameter } from "../../../engine/profiles/encode.ts";
import type { Parameter, Profile } from "../../../engine/profiles/profile.ts";
import { sentBytes } from "../../support/mapped-bytes.ts";
import { testCatalog } from "../../support/node-catalog.ts";
import { builtInShelf } from "../../support/profile-golden.ts";

const SESSION = { racks: [], buses: [], xfaders: [] } as unknown as SessionPlan;
const CHANNEL = 4;

let profiles: readonly Profile[] = [];
beforeAll(async () => {
  const shelf = await builtInShelf();
  const found = await Promise.all(shelf.entries.map(({ id }) => shelf.find(id)));
  profiles = found.flatMap((one) => (one === null ? [] : [one.profile]));
});

/** The entry of a mapping that asks for nothing special, with other keys where they are given. */
function entryOf(profile: Profile, parameter: Parameter, keys: object = {}): MappingEntryPlan | null {
  const settings = settingsSchema.parse({
    midi: { ports: [{ id: "synth", kind: "match", name: "x", profile: profile.id }] },
    mappings: [{ id: "m", port: "virtual", number: 1, target: "synth:synth", param: parameter.id, ...keys }],
  });
  const port = { port: "synth", wanted: profile.id, profile, channel: CHANNEL, isGood: true };
  const { plan, warnings } = mappingOf({
    settings,
    session: SESSION,
    catalog: testCatalog,
    profiles: [port],
  });
  if (parameter.addresses[0]?.type === "sysex") {
    expect(warnings.join()).toMatch(/system exclusive cannot be mapped/);
    return null;
  }
  expect(warnings).toEqual([]);
  return plan.entries[0] ?? null;
}

/** A note on that is silent is a note off. */
function plain(messages: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return messages.map(([status = 0, ...data]) =>
    (status & 0xf0) === 0x80 ? [0x90 | (status & 15), ...data] : [status, ...data],
  );
}

const expected = (profile: Profile, parameter: Parameter, position: number) =>
  plain(encodeParameter(profile, parameter.id, position, { channel: CHANNEL }));

test("there are profiles to try", () => {
  expect(profiles.length).toBeGreaterThanOrEqual(10);
});

describe.each([0, 0.25, 0.5, 1])("at %s", (position) => {
  test("every parameter of every profile gets the bytes of that value", () => {
    for (const profile of profiles) {
      for (const parameter of profile.parameters) {
        const entry = entryOf(profile, parameter);
        if (entry === null) continue;
        expect(plain(sentBytes(entry, position)), `${profile.id} ${parameter.id}`).toEqual(
          expected(profile, parameter, position),
        );
      }
    }
  });
});

test("a control that goes over a part of a range sends what is at both ends of it, either way round", () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.nat(), fc.nat(), part, part, (first, second, min, max) => {
      const profile = profiles[first % profiles.length] as Profile;
      const parameter = profile.parameters[second % profile.parameters.length] as Parameter;
      const entry = entryOf(profile, parameter, { min, max });
      if (entry === null) return;
      expect(plain(sentBytes(entry, 0))).toEqual(expected(profile, parameter, min));
      expect(plain(sentBytes(entry, 1))).toEqual(expected(profile, parameter, max));
    }),
    { numRuns: 500 },
  );
});

test("at every point of the curve the bytes are those of the value", () => {
  const rawOf = (messages: readonly (readonly number[])[]) => messages.map((message) => message.at(-1) ?? 0);
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat({ max: 128 }), (first, second, place) => {
      const profile = profiles[first % profiles.length] as Profile;
      const parameter = profile.parameters[second % profile.parameters.length] as Parameter;
      const entry = entryOf(profile, parameter);
      if (entry === null) return;
      expect(rawOf(plain(sentBytes(entry, place / 128)))).toEqual(
        rawOf(expected(profile, parameter, place / 128)),
      );
    }),
    { numRuns: 1000 },
  );
});

test("what is sent is on the wire as the plan allows it", () => {
  for (const profile of profiles) {
    for (const parameter of profile.parameters) {
      const entry = entryOf(profile, parameter);
      if (entry?.target.kind !== "midi") continue;
      const { messages, values } = entry.target;
      expect(messages.length).toBeGreaterThan(0);
      expect(messages.length).toBeLessThanOrEqual(4);
      expect([entry.low, entry.high, ...values].every((raw) => raw >= 0 && raw <= 16_383)).toBe(true);
      expect(values.every(Number.isInteger)).toBe(true);
      expect(entry.curve.length).toBeGreaterThanOrEqual(2);
      expect(entry.curve.length).toBeLessThanOrEqual(257);
      expect([entry.curve[0], entry.curve.at(-1)]).toEqual([0, 1]);
      expect(entry.curve.every((y, index) => index === 0 || y >= (entry.curve[index - 1] ?? 0))).toBe(true);
    }
  }
});
