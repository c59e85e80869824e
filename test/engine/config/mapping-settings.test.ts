// SPDX-License-Identifier: GPL-3.0-or-later
// What a player reads when a mapping is wrong: where, what was expected, and that only this entry is lost.

import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { projectFolder } from "../../../engine/binding/places.ts";
import { namesSynth, parseMappingTarget, playsNode } from "../../../engine/config/mapping-target.ts";
import { settingsSchema } from "../../../engine/config/schema.ts";
import { factsAt } from "../../../engine/config/setting-facts.ts";
import { check } from "./settings-check.ts";

const PORTS =
  "midi:\n  ports:\n    - { id: keys, kind: match, name: k }\n    - { id: out, kind: match, name: o, input: false }\n";

/** The middle one of three mappings has these keys instead. */
function checkEntry(keys: string) {
  const good = (id: string): string => `  - { id: ${id}, port: keys, number: 1, target: synth, param: a }\n`;
  return check(`${PORTS}mappings:\n${good("first")}  - { ${keys} }\n${good("last")}`);
}

test("an entry of few keys has defaults for the rest", () => {
  const { settings, problems } = checkEntry("id: cut, port: virtual, number: 74, target: synth, param: c");
  expect(problems).toEqual([]);
  expect(settings.mappings[1]).toEqual({
    id: "cut",
    port: "virtual",
    source: "cc",
    number: 74,
    channel: null,
    lsb: null,
    lsbFirst: false,
    key: null,
    control: null,
    wave: "sine",
    beats: 4,
    freqHz: null,
    phase: 0,
    sound: "main",
    attackMs: 5,
    releaseMs: 200,
    target: "synth",
    param: "c",
    send: null,
    min: null,
    max: null,
    curve: null,
    from: 0,
    to: 1,
    steps: 0,
    values: null,
    scale: null,
    root: "C",
    reading: "absolute",
    clicks: 100,
    acceleration: 1,
    takeover: "pickup",
    press: "any",
    deadzone: 0,
    hysteresis: 0,
    smoothingMs: 10,
    transpose: 0,
    bank: null,
    scene: null,
    modifier: null,
    feedback: false,
  });
});

const BASE = "id: x, port: keys, number: 1";

describe("a mapping that makes no sense is left out, and no other is", () => {
  test.each([
    ["id: first, port: keys, number: 1, target: synth, param: a", "mappings[1].id", "one above has this one"],
    ["id: x, port: kesy, number: 1, target: synth, param: a", "mappings[1].port", "Did you mean keys?"],
    [
      "id: x, port: q9, number: 1, target: synth, param: a",
      "mappings[1].port",
      "Known here: virtual, keys, out.",
    ],
    ["id: x, port: out, number: 1, target: synth, param: a", "mappings[1].port", "Set input: true for out"],
    ["id: x, port: keys, target: synth, param: a", "mappings[1]", "a controller, 0 to 127"],
    [`${BASE}, target: synth, param: a, values: [1], steps: 4`, "mappings[1].steps", "0 beside values"],
    [`${BASE}, target: synth, param: a, values: [1], min: 0`, "mappings[1].min", "null beside values"],
    [`${BASE}, target: synth, param: a, scale: major, steps: 4`, "mappings[1].steps", "0 beside a scale"],
    [
      "id: x, port: keys, source: key, key: spac, target: transport, param: play",
      "mappings[1].key",
      "Did you mean space",
    ],
    ["id: x, source: control, target: synth, param: a", "mappings[1]", "the name of the control"],
    ["id: x, source: lfo, port: keys, target: synth, param: a", "mappings[1].port", "null for lfo"],
    ["id: x, source: timer, target: synth, param: a", "mappings[1]", "toggle for timer"],
    [`${BASE}, target: "midi:out"`, "mappings[1]", "the bytes that are sent"],
    [`${BASE}, target: "midi:out", send: [176, 74]`, "mappings[1].send", "whole channel messages"],
    [`${BASE}, target: "osc:tablet:9001", param: fader`, "mappings[1].param", "an OSC address"],
    [`${BASE}, target: "osc:tablet", param: /fader`, "mappings[1].target", "box:HOST"],
    [`${BASE}, target: bank`, "mappings[1]", "the name of a bank, next or previous"],
    [`${BASE}, target: modifier, param: "a b"`, "mappings[1].param", "the name of a modifier"],
    [`${BASE}, target: synth, param: a, bank: 2`, "mappings[1].bank", "the name of a bank or a list"],
    ["id: x, port: keys, source: nrpn, target: synth, param: a", "mappings[1]", "an NRPN, 0 to 16383"],
    [`${BASE}28, target: synth, param: a`, "mappings[1].number", "expected 0 to 127, got 128"],
    [`${BASE}00, source: cc14, target: synth, param: a`, "mappings[1]", "There is no controller 132"],
    [`${BASE}, source: cc14, lsb: 1, target: synth, param: a`, "mappings[1].lsb", "another controller"],
    [`${BASE}, from: 0.5, to: 0.5, target: synth, param: a`, "mappings[1].from", "less than to, 0.5"],
    [
      `${BASE}, source: note, reading: incDec, target: synth, param: a`,
      "mappings[1].reading",
      "absolute, toggle or momentary for note",
    ],
    [`${BASE}, target: transport`, "mappings[1]", "play, stop, pause, playStop, rewind, loop or tempo"],
    [`${BASE}, target: transport, param: ply`, "mappings[1].param", "Did you mean play?"],
    [`${BASE}, target: "rack:drums", param: pan`, "mappings[1].param", "gain or mute"],
    [`${BASE}, target: "rack:drums"`, "mappings[1]", "gain or mute"],
    [`${BASE}, target: "xfader:a", param: y`, "mappings[1].param", "expected x"],
    [`${BASE}, target: synth`, "mappings[1]", "the name of a parameter"],
    [`${BASE}, target: "drums:kick"`, "mappings[1]", "that takes source: note"],
    [`${BASE}, target: "drums:kick", param: notes`, "mappings[1]", "note, to play a node"],
    [`${BASE}, target: nothing, param: a`, "mappings[1].target", "RACK:NODE, rack:RACK"],
    [`${BASE}, target: "bus:main", param: a`, "mappings[1].target", "bus:BUS:INSERT"],
    [`${BASE}, target: synth, param: a, steps: 1`, "mappings[1].steps", "0, or 2 to 4096 values"],
    [
      `${BASE}, press: long, target: synth, param: a`,
      "mappings[1].press",
      "Set reading: toggle or momentary.",
    ],
    [
      `${BASE}, press: short, source: bend, reading: toggle, target: synth, param: a`,
      "mappings[1].press",
      "Buttons send controllers",
    ],
    [`${BASE}, target: synth, param: a, deadzone: 0.5`, "mappings[1].deadzone", "0.45"],
    [`${BASE}, target: synth, param: a, taekover: jump`, "mappings[1].taekover", "Did you mean takeover?"],
  ])("%s", (keys, path, hint) => {
    const { settings, sentences, problems, state } = checkEntry(keys);
    expect(state).toBe("badValues");
    expect(problems.map((problem) => problem.line)).toEqual([7]);
    expect(problems[0]?.path).toContain(path);
    expect(sentences[0]).toContain(hint);
    const left = settings.mappings.map(({ id }) => id);
    expect(left.filter((id) => id !== "x")).toEqual(["first", "last"]);
  });
});

test("a port that is lost takes the mappings of it along, and the rest plays", () => {
  const { settings, sentences } = check(
    "midi:\n  ports:\n    - { id: a, kind: serial, name: tty }\nmappings:\n  - { id: m, port: a, number: 1, target: synth, param: p }\n  - { id: n, port: virtual, number: 1, target: synth, param: p }\n",
  );
  expect(sentences).toHaveLength(2);
  expect(settings.mappings.map(({ id }) => id)).toEqual(["n"]);
});

test.each<[string, ReturnType<typeof parseMappingTarget>]>([
  ["transport", { kind: "transport" }],
  ["synth", { kind: "synth", port: null }],
  ["synth:lead", { kind: "synth", port: "lead" }],
  ["rack:drums", { kind: "rack", rack: "drums" }],
  ["xfader:a", { kind: "xfader", xfader: "a" }],
  ["bus:main:eq:2", { kind: "insert", bus: "main", insert: "eq:2" }],
  ["drums:kick:2", { kind: "node", rack: "drums", node: "kick:2" }],
  ["drums", null],
  [":kick", null],
  ["bus:main", null],
])("the target %j", (text, target) => {
  expect(parseMappingTarget(text)).toEqual(target);
});

test("a node without a parameter is played, and so is one whose parameter is notes", () => {
  expect(playsNode({ target: "drums:kick", param: null })).toBe(true);
  expect(playsNode({ target: "drums:kick", param: "Notes" })).toBe(true);
  expect(playsNode({ target: "drums:kick", param: "gain" })).toBe(false);
  expect(playsNode({ target: "rack:drums", param: null })).toBe(false);
});

test("only mappings and scenes of synths wait for profiles", () => {
  const settingsOf = (target: string, sceneTarget: string) =>
    settingsSchema.parse({
      mappings: [{ id: "m", target }],
      scenes: [{ id: "s", values: [{ target: sceneTarget, param: "p", value: 0 }] }],
    });
  expect(namesSynth(settingsOf("drums:kick", "rack:drums"))).toBe(false);
  expect(namesSynth(settingsOf("synth:a", "rack:drums"))).toBe(true);
  expect(namesSynth(settingsOf("transport", "synth:a"))).toBe(true);
});

const TWO_SCENES = "scenes:\n  - { id: verse }\n  - { id: chorus }\n";
const CALL = "id: call, port: virtual, number: 1, target: scene";

test.each([
  [`${TWO_SCENES}mappings:\n  - { ${CALL}, param: verse }\n`, []],
  [`${TWO_SCENES}mappings:\n  - { ${CALL}, param: next, scene: [verse, chorus] }\n`, []],
  [
    `${TWO_SCENES}mappings:\n  - { ${CALL}, param: vers }\n`,
    [/mappings\[0\]\.param: expected the id of an entry of scenes, got "?vers"?\. Did you mean verse/],
  ],
  [
    `${TWO_SCENES}mappings:\n  - { ${CALL}, param: verse, scene: bridge }\n`,
    [/scene: expected the id of an entry of scenes.*There are: verse.*chorus/],
  ],
  ["scenes:\n  - { id: a }\n  - { id: a }\n", [/scenes\[1\]\.id: expected an id of its own/]],
  [
    "scenes:\n  - { id: a, values: [{ target: nobody, param: x, value: 1 }] }\n",
    [/target: expected RACK:NODE/],
  ],
])("scenes and who calls them: %s", (text, expected) => {
  const { sentences } = check(text);
  expect(sentences).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(sentences[index]).toMatch(pattern);
});

test("the examples of the page for players are settings without a mistake", () => {
  const page = readFileSync(path.join(projectFolder(), "docs", "mapping.md"), "utf8");
  const examples = [...page.matchAll(/^```\n((?:mappings:\n)? {2}- id: [^`]+)```$/gm)].map(
    ([, text = ""]) => text,
  );
  const ports = ["keys", "pads"].map((id) => `    - { id: ${id}, kind: match, name: ${id} }\n`).join("");
  const typing = "    - { id: typing, kind: keyboard, name: /dev/input/by-id/usb-pad-event-kbd }\n";
  const { sentences, settings } = check(`midi:\n  ports:\n${ports}${typing}${examples.join("")}`);
  expect(sentences).toEqual([]);
  expect(settings.mappings.map(({ id }) => id)).toEqual([
    "cutoff",
    "mute-drums",
    "bass-keys",
    "lead-cutoff",
    "to-mixer",
    "drums-level",
    "next-page",
    "breathing",
    "ducking",
    "organ-drawbar",
    "tablet-light",
    "other-box",
  ]);
});

test("every key of a mapping is on the page for players", () => {
  const page = readFileSync(path.join(projectFolder(), "docs", "mapping.md"), "utf8");
  const keys = factsAt(["mappings", 0])?.children.map(({ key }) => key) ?? [];
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});

test("as many mappings as there may be are read, and one more is not", () => {
  const of = (count: number) =>
    check(
      `mappings:\n${Array.from(
        { length: count },
        (_, index) =>
          `  - id: m${index}\n    port: virtual\n    number: ${index % 128}\n    channel: ${1 + (index >> 7)}\n    target: synth\n    param: filter_cutoff\n    takeover: jump\n    feedback: true\n`,
      ).join("")}`,
    );
  expect(of(256)).toMatchObject({ state: "good", problems: [] });
  expect(of(257).state).toBe("badValues");
});
