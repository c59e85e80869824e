// SPDX-License-Identifier: GPL-3.0-or-later
// Buses of a session: inserts, what their keys hear, and the routes.
import { describe, expect, test } from "vitest";
import { DRUM_BUS, pairErrors, pairPlan, pairSession } from "../../support/session-files.ts";

const TO_BUS = [{ from: "drums", to: "glue" }];

/** The bus with drums on it; `bend` may change everything. */
function withBus(bus: object = {}, more: object = {}) {
  return pairSession({ buses: [{ ...DRUM_BUS, ...bus }], routes: TO_BUS, ...more });
}

function withInsert(insert: object, more: object = {}) {
  return withBus({ inserts: [insert] }, more);
}

const NODE = { texts: [], channels: 0, mod: null };

describe("a bus", () => {
  test("has inserts in their order, with parameters like a node", async () => {
    const { plan, remarks } = await pairPlan(withBus());
    expect(remarks).toEqual([]);
    expect(plan.buses).toEqual([
      {
        id: "glue",
        channels: 2,
        midSide: false,
        inserts: [
          { id: "squash", type: "compressor", params: [[1, -20]], ...NODE, sidechains: [] },
          { id: "echo", type: "delay", params: [], ...NODE, sidechains: [] },
        ],
      },
    ]);
  });

  test("may be heard as mid and side, said in two ways", async () => {
    for (const bus of [{ midSide: true }, { stereoMode: "MidSide" }, { midSide: true, stereoMode: "LR" }])
      expect((await pairPlan(withBus(bus))).plan.buses[0]?.midSide).toBe(true);
    for (const bus of [{ midSide: false }, { stereoMode: "LR" }, {}])
      expect((await pairPlan(withBus(bus))).plan.buses[0]?.midSide).toBe(false);
  });

  test("names an insert by its type when it has no name", async () => {
    const { plan } = await pairPlan(withInsert({ type: "compressor" }));
    expect(plan.buses[0]?.inserts[0]?.id).toBe("compressor");
  });

  test("takes effects of any width, plug-ins, texts, bands and modulation", async () => {
    const inserts = [
      { type: "gain", params: { channels: 4 } },
      { type: "lv2", uri: "http://example.org/amp", params: { drive: 3 } },
      { type: "spectral_ducker", params: { applyMode: "multiply", bands: [] } },
      { id: "wah", type: "delay", mod: { lfos: [{ id: 1 }], routes: [] } },
    ];
    const { plan } = await pairPlan(withBus({ inserts }));
    expect(plan.buses[0]?.inserts).toMatchObject([
      { id: "gain", channels: 4 },
      { id: "lv2", type: "lv2:http://example.org/amp", params: [[1, 3]] },
      { id: "spectral_ducker", params: [[2, 0]], texts: [["applyMode", "multiply"]] },
      { id: "wah", mod: { lfos: [{ wave: "sine" }] } },
    ]);
  });

  test("that nothing reaches is silent, which is said", async () => {
    expect((await pairPlan(withBus({}, { routes: [] }))).remarks).toEqual(["buses[0]"]);
  });

  test("that is called main is the last stop before the end, for whoever has no other route", async () => {
    const session = pairSession({
      buses: [{ id: "main", inserts: [{ id: "comp", type: "compressor" }] }, { id: "send" }],
      routes: [
        { from: "drums", to: "main", gain: 0.5 },
        { from: "drums", to: "send" },
      ],
      commands: [{ timeSec: 0, nodeId: "bus:main:comp", param: "RATIO", value: 4 }],
    });
    const { plan, remarks } = await pairPlan(session);
    expect(remarks).toEqual([]);
    expect(plan.buses.map((bus) => bus.id)).toEqual(["main-bus", "send"]);
    expect(plan.routes).toEqual([
      { from: "drums", to: "main-bus", gain: 0.5, tap: "post" },
      { from: "drums", to: "send", gain: 1, tap: "post" },
      { from: "bass", to: "main-bus", gain: 1, tap: "post" },
      { from: "send", to: "main-bus", gain: 1, tap: "post" },
    ]);
    expect(plan.commands[0]?.target).toBe("bus:main-bus:comp");
  });
});

describe("a sidechain", () => {
  const heard = { from: "bass", gain: 0.5, latencyComp: false };

  test("is written at its insert", async () => {
    const sidechains = [{ id: "key", ...heard }, { from: "glue2" }];
    const buses = [
      { id: "glue", inserts: [{ id: "squash", type: "compressor", sidechains }] },
      { id: "glue2" },
    ];
    const routes = [...TO_BUS, { from: "bass", to: "glue2" }];
    const { plan } = await pairPlan(pairSession({ buses, routes }));
    expect(plan.buses[0]?.inserts[0]?.sidechains).toEqual([
      heard,
      { from: "glue2", gain: 1, latencyComp: true },
    ]);
  });

  test("or in the list of the session", async () => {
    const sidechains = [{ ...heard, to: "bus:glue:squash" }];
    const { plan } = await pairPlan(withBus({}, { sidechains }));
    expect(plan.buses[0]?.inserts[0]?.sidechains).toEqual([heard]);
  });
});

describe("a route", () => {
  test("has a gain and a tap", async () => {
    const routes = [
      ...TO_BUS,
      { from: "bass", to: "glue", gain: 0.25, tap: "pre" },
      { from: "glue", to: "main" },
    ];
    expect((await pairPlan(withBus({}, { routes }))).plan.routes).toEqual([
      { from: "drums", to: "glue", gain: 1, tap: "post" },
      { from: "bass", to: "glue", gain: 0.25, tap: "pre" },
      { from: "glue", to: "main", gain: 1, tap: "post" },
    ]);
  });
});

const SIDECHAIN = { from: "bass" };
const TWO = [{ id: "a" }, { id: "b" }];
const INSERT = "buses[0].inserts[0]";

describe("a session is refused for", () => {
  test.each([
    ["a bus without id", withBus({ id: undefined }, { routes: [] }), "buses[0].id", "without colons"],
    ["a colon in an id", withBus({ id: "a:b" }, { routes: [] }), "buses[0].id", "without colons"],
    [
      "two buses of one id",
      pairSession({ buses: [{ id: "a" }, { id: "a" }] }),
      "buses[1].id",
      "no other bus",
    ],
    ["a bus called like a rack", pairSession({ buses: [{ id: "bass" }] }), "buses[0].id", "no other rack"],
    ["nine channels", withBus({ channels: 9 }), "buses[0].channels", "1 to 8"],
    [
      "mid and side of one channel",
      withBus({ channels: 1, midSide: true }),
      "buses[0].channels",
      "two channels",
    ],
    ["an unknown stereo mode", withBus({ stereoMode: "ms" }), "buses[0].stereoMode", '"LR" or "MidSide"'],
    ["a misspelt key", withBus({ insert: [] }), "buses[0].insert", 'mean "inserts"'],
    ["too many inserts", withBus({ inserts: Array(17).fill(0) }), "buses[0].inserts", "at most 16"],
    ["an insert without type", withInsert({ id: "x" }), `${INSERT}.type`, "got nothing"],
    ["an unknown insert", withInsert({ type: "compresor" }), `${INSERT}.type`, 'mean "compressor"'],
    [
      "an insert that is a source",
      withInsert({ type: "kick" }),
      `${INSERT}.type`,
      "makes sound and takes none",
    ],
    ["an insert of one channel", withInsert({ type: "mono_drive" }), `${INSERT}.type`, "1 in and 1 out"],
    [
      "two inserts of one id",
      withBus({ inserts: [{ type: "delay" }, { type: "delay" }] }),
      "buses[0].inserts[1].id",
      "no other insert",
    ],
    [
      "a misspelt parameter",
      withInsert({ type: "delay", params: { delyMs: 3 } }),
      `${INSERT}.params.delyMs`,
      'mean "delayMs"',
    ],
    [
      "params that are text",
      withInsert({ type: "delay", params: "wet" }),
      `${INSERT}.params`,
      "a group of keys",
    ],
    [
      "a misspelt key of an insert",
      withInsert({ type: "delay", parms: {} }),
      `${INSERT}.parms`,
      'mean "params"',
    ],
    [
      "a key that is none",
      withInsert({ type: "delay", sidechains: [SIDECHAIN] }),
      `${INSERT}.sidechains`,
      "no sidechain key",
    ],
    [
      "a sidechain from nobody",
      withInsert({ type: "compressor", sidechains: [{ from: "bas" }] }),
      `${INSERT}.sidechains[0].from`,
      'mean "bass"',
    ],
    [
      "a sidechain without from",
      withInsert({ type: "compressor", sidechains: [{}] }),
      `${INSERT}.sidechains[0].from`,
      "the id of a rack or bus",
    ],
    [
      "a sidechain into the air",
      withBus({}, { sidechains: [SIDECHAIN] }),
      "sidechains[0].to",
      '"bus:BUS:INSERT"',
    ],
    [
      "a sidechain to a bus",
      withBus({}, { sidechains: [{ ...SIDECHAIN, to: "glue" }] }),
      "sidechains[0].to",
      '"bus:BUS:INSERT"',
    ],
    [
      "a sidechain to no bus",
      withBus({}, { sidechains: [{ ...SIDECHAIN, to: "bus:glu:squash" }] }),
      "sidechains[0].to",
      'mean "glue"',
    ],
    [
      "a sidechain to no insert",
      withBus({}, { sidechains: [{ ...SIDECHAIN, to: "bus:glue:sqash" }] }),
      "sidechains[0].to",
      'mean "squash"',
    ],
    [
      "a sidechain to a delay",
      withBus({}, { sidechains: [{ ...SIDECHAIN, to: "bus:glue:echo" }] }),
      "sidechains[0].to",
      "no sidechain key",
    ],
    [
      "a route from nobody",
      pairSession({ routes: [{ from: "drum", to: "main" }] }),
      "routes[0].from",
      'mean "drums"',
    ],
    [
      "a route to nobody",
      pairSession({ buses: TWO, routes: [{ from: "drums", to: "c" }] }),
      "routes[0].to",
      "a, b, main",
    ],
    [
      "a route to a rack",
      pairSession({ routes: [{ from: "drums", to: "bass" }] }),
      "routes[0].to",
      "takes none",
    ],
    [
      "a route from the end",
      pairSession({ routes: [{ from: "main", to: "main" }] }),
      "routes[0].from",
      "where everything ends",
    ],
    [
      "a route that is too loud",
      pairSession({ routes: [{ from: "bass", to: "main", gain: 5 }] }),
      "routes[0].gain",
      "0 to 4",
    ],
    [
      "an unknown tap",
      pairSession({ routes: [{ from: "bass", to: "main", tap: "mid" }] }),
      "routes[0].tap",
      '"post" or "pre"',
    ],
  ])("%s", async (_what, session, path, says) => {
    const { paths, text } = await pairErrors(session);
    expect(paths).toEqual([path]);
    expect(text).toContain(says);
  });

  test("a circle of buses, which is named", async () => {
    const routes = [
      { from: "a", to: "b" },
      { from: "b", to: "a" },
    ];
    const { paths, text } = await pairErrors(pairSession({ buses: TWO, routes }));
    expect(paths).toEqual(["routes[1]"]);
    expect(text).toContain("circle: b > a > b.");
  });

  test("a circle through what an insert hears", async () => {
    const sidechains = [{ from: "b" }];
    const buses = [{ id: "a", inserts: [{ type: "compressor", sidechains }] }, { id: "b" }];
    const { paths, text } = await pairErrors(pairSession({ buses, routes: [{ from: "a", to: "b" }] }));
    expect(paths).toEqual(["buses[0].inserts[0].sidechains[0]"]);
    expect(text).toContain("circle: b > a > b.");
  });
});
