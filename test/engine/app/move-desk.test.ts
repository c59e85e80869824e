// SPDX-License-Identifier: GPL-3.0-or-later
// What mappings did, in words; the controls that programs move; and what leads out of the box.

import { beforeEach, expect, test } from "vitest";
import { mappingWorld } from "../../../engine/app/mapping-source.ts";
import { MoveDesk } from "../../../engine/app/move-desk.ts";
import { isFresh, outsideMessage } from "../../../engine/app/outside-desk.ts";
import { nameKey } from "../../../engine/base/name-key.ts";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import type { EngineCommand, EngineEvent } from "../../../engine/binding/rt-messages.ts";
import { settingsSchema } from "../../../engine/config/schema.ts";
import type { MoveJson } from "../../../engine/control/mapping-face.ts";
import type { CommandResult } from "../../../engine/control/transport-face.ts";
import { engineState } from "../../support/engine-state.ts";
import { testCatalog } from "../../support/node-catalog.ts";
import { builtInShelf } from "../../support/profile-golden.ts";
import { moveJson } from "../../support/scripted-mapping.ts";

const SESSION = {
  racks: [{ id: "bass", nodes: [{ id: "acid", type: "tb303_ext" }] }],
  buses: [],
  xfaders: [],
} as unknown as SessionPlan;

let desk: MoveDesk;
let told: MoveJson[];
let sent: EngineCommand[];
let result: CommandResult;

beforeEach(async () => {
  const found = await (await builtInShelf()).find("korg_nts1_mk2");
  if (found === null) throw new Error("no profile");
  const keys = { port: "keys", number: 1 };
  const settings = settingsSchema.parse({
    midi: {
      ports: [
        { id: "keys", kind: "match", name: "k" },
        { id: "lead", kind: "match", name: "l" },
      ],
    },
    mappings: [
      { id: "level", ...keys, target: "rack:bass", param: "gain" },
      { id: "hush", ...keys, target: "rack:bass", param: "mute" },
      { id: "speed", ...keys, target: "transport", param: "tempo" },
      { id: "start", ...keys, target: "transport", param: "playStop" },
      { id: "keys", ...keys, source: "note", target: "bass:acid" },
      { id: "length", ...keys, target: "synth:lead", param: "arp_length" },
      { id: "page", ...keys, target: "bank", param: "mixer" },
      { id: "tablet", ...keys, target: "osc:tablet.local:9001", param: "/light" },
      { id: "web", source: "control", control: "fader", target: "rack:bass", param: "gain" },
      { id: "web2", source: "control", control: "fader", target: "transport", param: "tempo" },
      { id: "gone", ...keys, target: "bass:nobody", param: "cutoff" },
    ],
  });
  const profiles = [{ port: "lead", wanted: "", profile: found.profile, channel: 0, isGood: true }];
  sent = [];
  told = [];
  result = { type: "accepted", serial: 1 };
  desk = new MoveDesk({
    send: (command) => {
      sent.push(command);
      return result;
    },
    state: () =>
      engineState({ status: "playing", frame: 48_000, sampleRate: 48_000, songBeat: 8, tempoBpm: 120 }),
  });
  desk.take(mappingWorld({ settings, session: SESSION, catalog: testCatalog, profiles }));
  desk.events.on("moved", (move) => told.push(move));
});

function happen(
  id: string,
  flag: number,
  value: number,
  more: Partial<EngineEvent> = {},
): MoveJson | undefined {
  const event = {
    kind: "mapped",
    node: nameKey(id),
    flag,
    value,
    serial: 0,
    detail: 0,
    frame: 48_000,
  } as const;
  desk.takeEvent({ ...event, ...more });
  return told.at(-1);
}

test("a move has its name and its value as a display shows them", () => {
  expect(happen("level", 0, 0.5)).toMatchObject({ kind: "param", name: "gain", text: "-6.0 dB", beat: 8 });
  expect(happen("level", 0, 0)?.text).toBe("-inf dB");
  expect(happen("hush", 0, 1)?.text).toBe("muted");
  expect(happen("speed", 3, 133.25)?.text).toBe("133.3 bpm");
  expect(happen("start", 3, 1)?.text).toBe("pressed");
  expect(happen("keys", 1, 0.8, { detail: 60 })).toMatchObject({ kind: "noteOn", note: 60, text: "C4" });
  expect(happen("keys", 2, 0, { detail: 60 })?.text).toBe("C4 ends");
  expect(happen("length", 4, 127)).toMatchObject({ kind: "midi", name: "arp_length", value: 127 });
  expect(happen("page", 6, 0)?.text).toBe("mixer");
});

test("a move before the newest frame has the beat of its own frame", () => {
  expect(happen("level", 0, 1, { frame: 24_000 })?.beat).toBe(7);
});

test("who did it is told, and only what a hand did was touched", () => {
  expect(happen("level", 0, 0.5)?.source).toBe("hand");
  expect(happen("speed", 3 | 128, 100)?.source).toBe("maker");
  expect(desk.picture().touched?.mapping).toBe("level");
});

test("what no mapping of these settings did is nobody's move", () => {
  happen("gone", 0, 1);
  happen("stranger", 0, 1);
  happen("level", 5, 1);
  happen("level", 99, 1);
  desk.takeEvent({ kind: "bar", node: nameKey("level"), flag: 0, value: 1, serial: 0, detail: 0, frame: 1 });
  expect(told).toEqual([]);
});

test("a control moves all of its mappings, by the key of its name", () => {
  expect(desk.controls()).toEqual([{ name: "fader", mappings: ["web", "web2"] }]);
  desk.moveControl("fader", 0.5, "osc");
  expect(sent).toEqual([{ kind: "control", param: nameKey("fader"), value: 0.5, source: "osc" }]);
});

test("a control that there is not, a value beyond, an engine that is away: each says so", () => {
  expect(() => desk.moveControl("fadr", 0.5, "http")).toThrow(/Did you mean fader\?/);
  expect(() => desk.moveControl("fader", 1.5, "http")).toThrow(/0 to 1, got 1.5/);
  expect(() => desk.moveControl("fader", Number.NaN, "http")).toThrow(/0 to 1/);
  expect(sent).toEqual([]);
  result = { type: "engineAway" };
  expect(() => desk.moveControl("fader", 0.5, "http")).toThrow(/an engine that plays/);
  result = { type: "queueFull" };
  expect(() => desk.moveControl("fader", 0.5, "http")).toThrow(/fewer moves/);
});

test("the bank is known as soon as it has changed, and else as the engine said", () => {
  desk.takeStatus({ bank: null, banks: ["mixer"], held: ["shift"], entries: [] });
  happen("page", 6, 0);
  expect(desk.picture()).toMatchObject({ bank: "mixer", banks: ["mixer"], held: ["shift"] });
});

test("what leads out of the box is an OSC message to its place", () => {
  const move = happen("tablet", 8, 0.25);
  expect(move).toMatchObject({ kind: "outside", name: "/light", text: "0.25" });
  expect(move === undefined ? null : outsideMessage(move)).toEqual({
    to: { kind: "osc", host: "tablet.local", port: 9001 },
    message: { address: "/light", args: [{ type: "float", value: 0.25 }] },
  });
});

test.each([
  ["box:left.local", "play", 1, "/downbeat/transport/play", 9000],
  ["box:left.local", "play", 0, null, 0],
  ["box:10.0.0.2:9100", "tempo", 133, "/downbeat/transport/tempo", 9100],
  ["box:[fe80::1]:9100", "fader", 0.3, "/downbeat/control/fader", 9100],
  ["box:left.local", "/1/fader3", 0.3, "/1/fader3", 9000],
])("another box at %s is told %s %d", (target, param, value, address, port) => {
  const sending = outsideMessage(moveJson({ kind: "outside", target, param, value }));
  expect(sending?.message.address ?? null).toBe(address);
  if (address !== null) expect(sending?.to.port).toBe(port);
});

test("what waited for this process is not sent after it", () => {
  const state = { frame: 480_000, sampleRate: 48_000 };
  expect(isFresh(moveJson({ frame: 479_000 }), state)).toBe(true);
  expect(isFresh(moveJson({ frame: 300_000 }), state)).toBe(false);
  expect(isFresh(moveJson({ frame: 479_000 }), null)).toBe(false);
});

test("moves inside of the box stay there", () => {
  expect(outsideMessage(moveJson())).toBeNull();
});
