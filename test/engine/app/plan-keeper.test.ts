// SPDX-License-Identifier: GPL-3.0-or-later
// When the plan is made anew: whether there is something to send, and what is said.

import { beforeEach, describe, expect, test } from "vitest";
import { mappingOf } from "../../../engine/app/mapping-source.ts";
import { PlanKeeper } from "../../../engine/app/plan-keeper.ts";
import { loadProfiles, type PortProfile } from "../../../engine/app/profile-source.ts";
import { buildPlan } from "../../../engine/app/session-source.ts";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import { type Settings, settingsSchema } from "../../../engine/config/schema.ts";
import { testCatalog } from "../../support/node-catalog.ts";

const SESSION = {
  racks: [],
  buses: [],
  xfaders: [],
  midiTracks: [],
  master: { gain: 1, ceilingDb: 0 },
} as unknown as SessionPlan;

const settings = (param: string): Settings =>
  settingsSchema.parse({
    midi: { ports: [{ id: "lead", kind: "match", name: "l", profile: "korg_nts1_mk2" }] },
    mappings: [{ id: "cut", port: "virtual", number: 74, target: "synth", param }],
  });

let said: string[];
let keeper: PlanKeeper;
let profiles: readonly PortProfile[];
beforeEach(async () => {
  said = [];
  const log = { warn: (_fields: object, sentence: string) => said.push(sentence) };
  keeper = new PlanKeeper({
    log: log as unknown as ConstructorParameters<typeof PlanKeeper>[0]["log"],
    isNull: false,
    build: (own, session, options) => buildPlan(own, session, { ...options, catalog: () => testCatalog }),
  });
  profiles = (await loadProfiles(settings("filter.cutoff"), "/nowhere/downbeat.yaml", null)).ports;
});

const entries = () => keeper.plan?.mapping.entries.map(({ id }) => id);

describe("a mapping to a synth", () => {
  test("waits for its profile without a word, and is there with it", () => {
    const sources = { settings: settings("filter.cutoff"), session: SESSION };
    expect(keeper.build({ ...sources, profiles: null }, "all")).toBe(true);
    expect([entries(), said]).toEqual([[], []]);
    expect(keeper.build({ ...sources, profiles }, "news")).toBe(true);
    expect([entries(), said]).toEqual([["cut"], []]);
  });

  test("is not sent again when its profile is the same as before", () => {
    const sources = { settings: settings("filter.cutoff"), session: SESSION };
    keeper.build({ ...sources, profiles }, "all");
    expect(keeper.build({ ...sources, profiles: [...profiles] }, "news")).toBe(false);
  });

  test("follows its profile and its channel", () => {
    const sources = { settings: settings("filter.cutoff"), session: SESSION };
    keeper.build({ ...sources, profiles }, "all");
    const moved = profiles.map((port) => ({ ...port, channel: 9 }));
    expect(keeper.build({ ...sources, profiles: moved }, "news")).toBe(true);
    const target = keeper.plan?.mapping.entries[0]?.target;
    expect(target?.kind === "midi" && target.messages[0]?.[0]).toBe(0xb9);
  });
});

test("what a mapping lacks is said once by files that were not saved, and again by those that were", () => {
  const sources = { settings: settings("filter.cutof"), session: SESSION, profiles };
  keeper.build(sources, "all");
  expect(said).toEqual([expect.stringMatching(/^Mapping cut does nothing: .* Did you mean filter/)]);
  keeper.build(sources, "news");
  expect(said).toHaveLength(1);
  keeper.build(sources, "all");
  expect(said).toHaveLength(2);
  keeper.build({ ...sources, settings: settings("nothing_at_all") }, "news");
  expect(said).toHaveLength(3);
});

test("without a mapping nobody looks at the types of nodes", () => {
  const { plan, warnings } = buildPlan(settingsSchema.parse({}), SESSION, {
    catalog: () => {
      throw new Error("asked");
    },
  });
  expect([plan.mapping.entries, warnings]).toEqual([[], []]);
  const pieces = { settings: settings("x"), session: SESSION, catalog: testCatalog };
  expect(mappingOf({ ...pieces, profiles: null })).toEqual({
    plan: { entries: [], banks: [], modifiers: [], scenes: [] },
    warnings: [],
  });
});
