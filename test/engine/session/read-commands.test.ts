// SPDX-License-Identifier: GPL-3.0-or-later
// Crossfaders and timed commands of a session.
import { describe, expect, test } from "vitest";
import type { SessionCommandPlan } from "../../../engine/binding/plan/plan.ts";
import { DRUM_BUS, pairErrors, pairPlan, pairSession } from "../../support/session-files.ts";

const XFADER = { id: "ab", racks: ["drums", "bass"] };
const ALL = { buses: [DRUM_BUS], routes: [{ from: "drums", to: "glue" }], xfaders: [XFADER] };
const F0 = { nodeId: "drums:kick", param: "F0", value: 90 };

function withCommand(command: object, more: object = {}) {
  return pairSession({ ...ALL, ...more, commands: [command] });
}

async function planOf(command: object, more: object = {}): Promise<SessionCommandPlan | undefined> {
  return (await pairPlan(withCommand(command, more))).plan.commands[0];
}

describe("a crossfader", () => {
  const xfader = async (more: object) =>
    (await pairPlan(pairSession({ xfaders: [{ ...XFADER, ...more }] }))).plan.xfaders[0];

  test("has equal power, 10 ms and no LFO unless it says otherwise", async () => {
    expect(await xfader({})).toEqual({
      id: "ab",
      racks: ["drums", "bass"],
      law: "equal_power",
      smoothingMs: 10,
      lfo: null,
    });
    expect(await xfader({ law: "linear", smoothingMs: 50 })).toMatchObject({
      law: "linear",
      smoothingMs: 50,
    });
  });

  test("may have an LFO, whose phase has two names", async () => {
    const lfo = { wave: "sine", freqHz: 0.1, phase: 0.25, syncBeats: 0 };
    expect((await xfader({ lfo: { freqHz: 0.1, phase: 0.25 } }))?.lfo).toEqual(lfo);
    expect((await xfader({ lfo: { wave: "sine", freqHz: 0.1, phase01: 0.25 } }))?.lfo).toEqual(lfo);
    expect((await xfader({ lfo: { beats: 32 } }))?.lfo).toMatchObject({ syncBeats: 32 });
    const { remarks } = await pairPlan(
      pairSession({ xfaders: [{ ...XFADER, lfo: { phase: 0.5, phase01: 0.25 } }] }),
    );
    expect(remarks).toEqual(["xfaders[0].lfo.phase01"]);
  });
});

describe("a command", () => {
  test("has its beat from seconds along the session's tempo", async () => {
    // 120 bpm for four beats, then 60.
    expect((await planOf({ ...F0, timeSec: 1 }))?.beat).toBe(2);
    expect((await planOf({ ...F0, timeSec: 5 }))?.beat).toBe(7);
    expect((await planOf({ ...F0, timeSec: 5 }, { bpm: 90 }))?.beat).toBe(7.5);
  });

  test("or from bar and step of a rack, on that rack's tempo and start", async () => {
    const at = { ...F0, rack: "drums" };
    expect((await planOf({ ...at, bar: 1 }))?.beat).toBe(0);
    expect((await planOf({ ...at, bar: 2, step: 9 }))?.beat).toBe(6);
    expect((await planOf({ ...at, bar: 1, step: 4, res: 12 }))?.beat).toBe(1);
    // Bar 2 of the bass is second 2; the session is at 60 bpm.
    expect((await planOf({ ...F0, rack: "bass", bar: 2 }, { bpm: 60 }))?.beat).toBe(2);
    const racks = [
      { id: "drums", path: "drums.json" },
      { id: "bass", path: "bass.json", startOffsetFrames: 48_000 },
    ];
    expect((await planOf({ ...F0, rack: "bass", bar: 2 }, { bpm: 60, racks }))?.beat).toBe(3);
  });

  test("with both is at its seconds, which is said", async () => {
    const { plan, remarks } = await pairPlan(withCommand({ ...F0, timeSec: 0.5, rack: "drums", bar: 2 }));
    expect(plan.commands[0]?.beat).toBe(1);
    expect(remarks).toEqual(["commands[0].timeSec"]);
  });

  test("sets unless it says otherwise, and only SetParamRamp ramps", async () => {
    const target = { target: "drums:kick", param: 1, value: 90 };
    expect(await planOf({ ...F0, timeSec: 0 })).toEqual({ beat: 0, type: "setParam", ...target, rampMs: 0 });
    const ramp = { ...F0, timeSec: 0, rampMs: 500 };
    expect(await planOf({ ...ramp, type: "setparamramp" })).toMatchObject({
      type: "setParamRamp",
      rampMs: 500,
    });
    const { plan, remarks } = await pairPlan(withCommand(ramp));
    expect(plan.commands[0]?.rampMs).toBe(0);
    expect(remarks).toEqual(["commands[0].rampMs"]);
  });

  test("triggers with a velocity", async () => {
    const hit = { timeSec: 0, nodeId: "drums:kick", type: "Trigger" };
    expect(await planOf(hit)).toMatchObject({ type: "trigger", param: 0, value: 1 });
    expect(await planOf({ ...hit, value: 0.4 })).toMatchObject({ value: 0.4 });
  });

  test("reaches crossfaders, inserts and the level of racks", async () => {
    const command = { timeSec: 0, value: 0.5 };
    for (const nodeId of ["xfader:ab:x", "xfader:ab"])
      expect(await planOf({ ...command, nodeId })).toMatchObject({
        target: "xfader:ab",
        param: 1,
        value: 0.5,
      });
    for (const nodeId of ["rack:bass:gain", "rack:bass"])
      expect(await planOf({ ...command, nodeId, param: "gain" })).toMatchObject({
        target: "rack:bass",
        param: 1,
      });
    expect(await planOf({ ...command, nodeId: "bus:glue:echo", param: "mix" })).toMatchObject({
      target: "bus:glue:echo",
      param: 3,
    });
    expect(await planOf({ ...command, nodeId: "bus:glue:echo", paramId: 2 })).toMatchObject({ param: 2 });
  });

  test("with a value out of range takes the nearest, which is said", async () => {
    const { plan, remarks } = await pairPlan(withCommand({ timeSec: 0, nodeId: "xfader:ab:x", value: 2 }));
    expect(plan.commands[0]?.value).toBe(1);
    expect(remarks).toEqual(["commands[0].value"]);
  });

  test("before the song begins sets at once, and never triggers", async () => {
    const racks = [
      { id: "drums", path: "drums.json", startOffsetFrames: -96_000 },
      { id: "bass", path: "bass.json" },
    ];
    const at = { rack: "drums", bar: 1 };
    expect((await planOf({ ...F0, ...at }, { racks }))?.beat).toBe(0);
    const { plan, remarks } = await pairPlan(
      withCommand({ nodeId: "drums:kick", type: "Trigger", ...at }, { racks }),
    );
    expect(plan.commands).toEqual([]);
    expect(remarks).toEqual(["commands[0]"]);
  });

  test("is in order", async () => {
    const commands = [3, 1, 2].map((timeSec) => ({ ...F0, timeSec }));
    const { plan } = await pairPlan(pairSession({ bpm: 60, commands }));
    expect(plan.commands.map((command) => command.beat)).toEqual([1, 2, 3]);
  });
});

const C = "commands[0]";
const NOW = { timeSec: 0 };

describe("a session is refused for", () => {
  test.each([
    ["a command at no time", F0, `${C}`, '"timeSec", or "rack" and "bar"'],
    ["a bar of no rack", { ...F0, bar: 1 }, C, 'the "rack" whose bars'],
    ["a rack without bar", { ...F0, rack: "drums" }, C, '"bar", from 1'],
    ["a bar of nobody", { ...F0, rack: "drum", bar: 1 }, `${C}.rack`, 'mean "drums"'],
    ["a step beyond the bar", { ...F0, rack: "drums", bar: 1, step: 17 }, `${C}.step`, "a step from 1 to 16"],
    ["seconds before the song", { ...F0, timeSec: -1 }, `${C}.timeSec`, "0 to 6000000 s"],
    ["a command to nobody", { ...NOW, value: 1 }, `${C}.nodeId`, '"RACK:NODE"'],
    ["a node without rack", { ...F0, ...NOW, nodeId: "kick" }, `${C}.nodeId`, '"RACK:NODE"'],
    ["an unknown rack", { ...F0, ...NOW, nodeId: "drum:kick" }, `${C}.nodeId`, 'mean "drums"'],
    ["an unknown node", { ...F0, ...NOW, nodeId: "drums:kik" }, `${C}.nodeId`, 'mean "kick"'],
    ["an unknown parameter", { ...F0, ...NOW, param: "FO" }, `${C}.param`, "a parameter of kick"],
    ["no parameter", { ...F0, ...NOW, param: undefined }, C, '"param" with a parameter of kick'],
    ["no value", { ...F0, ...NOW, value: undefined }, `${C}.value`, "40 to 200 Hz"],
    ["an unknown type", { ...F0, ...NOW, type: "SetParm" }, `${C}.type`, 'mean "SetParam"'],
    ["a velocity of 2", { ...F0, ...NOW, type: "Trigger", value: 2 }, `${C}.value`, "a velocity"],
    ["an unknown crossfader", { ...NOW, nodeId: "xfader:ba:x", value: 1 }, `${C}.nodeId`, "(ab)"],
    [
      "another side of a crossfader",
      { ...NOW, nodeId: "xfader:ab:y", value: 1 },
      `${C}.nodeId`,
      "a parameter (x)",
    ],
    [
      "a crossfader that is hit",
      { ...NOW, nodeId: "xfader:ab:x", type: "Trigger" },
      `${C}.type`,
      "SetParam or SetParamRamp",
    ],
    ["a crossfader to nowhere", { ...NOW, nodeId: "xfader:ab:x" }, `${C}.value`, "0 to 1, got nothing"],
    ["the level of nobody", { ...NOW, nodeId: "rack:drum:gain", value: 1 }, `${C}.nodeId`, 'mean "drums"'],
    [
      "the pan of a rack",
      { ...NOW, nodeId: "rack:drums:pan", value: 1 },
      `${C}.nodeId`,
      "a parameter (gain)",
    ],
    [
      "an unknown bus",
      { ...NOW, nodeId: "bus:glu:echo", param: "MIX", value: 1 },
      `${C}.nodeId`,
      'mean "glue"',
    ],
    [
      "an unknown insert",
      { ...NOW, nodeId: "bus:glue:eco", param: "MIX", value: 1 },
      `${C}.nodeId`,
      'mean "echo"',
    ],
    [
      "a bus alone",
      { ...NOW, nodeId: "bus:glue", param: "MIX", value: 1 },
      `${C}.nodeId`,
      '"bus:BUS:INSERT"',
    ],
    [
      "an insert's unknown parameter",
      { ...NOW, nodeId: "bus:glue:echo", param: "MIXX", value: 1 },
      `${C}.param`,
      'mean "MIX"',
    ],
    ["a misspelt key", { ...F0, ...NOW, vlaue: 1 }, `${C}.vlaue`, 'mean "value"'],
  ])("%s", async (_what, command, path, says) => {
    const { paths, text } = await pairErrors(withCommand(command));
    expect(paths).toEqual([path]);
    expect(text).toContain(says);
  });

  test("a rack that is called like a kind of address, once a command means it", async () => {
    const racks = [{ id: "bus", path: "drums.json" }];
    const { text } = await pairErrors(
      pairSession({ racks, commands: [{ ...F0, ...NOW, nodeId: "bus:kick" }] }),
    );
    expect(text).toContain("give the rack another id");
  });

  test.each([
    ["no id", { racks: XFADER.racks }, "id", "without colons"],
    ["one rack", { id: "x", racks: ["drums"] }, "racks", "a list of two racks"],
    ["a rack twice", { id: "x", racks: ["drums", "drums"] }, "racks[1]", "another rack"],
    ["a rack that is none", { id: "x", racks: ["drums", "bas"] }, "racks[1]", 'mean "bass"'],
    ["an unknown law", { ...XFADER, law: "cubic" }, "law", '"equal_power" or "linear"'],
    ["an LFO that is text", { ...XFADER, lfo: "slow" }, "lfo", "a group of keys"],
    ["an LFO without speed", { ...XFADER, lfo: { freqHz: null } }, "lfo.freqHz", "0.001 to 1000 Hz"],
  ])("a crossfader with %s", async (_what, xfader, path, says) => {
    const { paths, text } = await pairErrors(pairSession({ xfaders: [xfader] }));
    expect(paths).toEqual([`xfaders[0].${path}`]);
    expect(text).toContain(says);
  });

  test("two crossfaders of one id", async () => {
    expect((await pairErrors(pairSession({ xfaders: [XFADER, XFADER] }))).paths).toEqual(["xfaders[1].id"]);
  });
});

test("commands to a rack that has an error wait for that error to be mended", async () => {
  const racks = [{ id: "drums", path: "gone.json" }];
  const commands = [{ ...F0, rack: "drums", bar: 2 }];
  expect((await pairErrors(pairSession({ racks, commands }))).paths).toEqual(["racks[0].path"]);
});
