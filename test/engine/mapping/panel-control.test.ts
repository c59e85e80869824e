// SPDX-License-Identifier: GPL-3.0-or-later
// Controls of the front panel in mappings: by their names, with no more words than they need.

import { describe, expect, test } from "vitest";
import { mappingOf } from "../../../engine/app/mapping-source.ts";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import { settingsSchema } from "../../../engine/config/schema.ts";
import { ControlLearner } from "../../../engine/mapping/control-learner.ts";
import { ControlReader, hears } from "../../../engine/mapping/control-reader.ts";
import type { MappedPanel } from "../../../engine/mapping/mapping-tools.ts";
import { panelText } from "../../../engine/mapping/mapping-words.ts";
import { heardOnPanel } from "../../../engine/mapping/panel-control.ts";
import { boardFromText } from "../../support/board-text.ts";
import { testCatalog } from "../../support/node-catalog.ts";

const { board } = boardFromText(`version: 1
devices:
  volts: { chip: ads1115, bus: 1, address: 0x48 }
controls:
  pad1: { kind: pad, line: 1 }
  pad2: { kind: pad, line: 2 }
  enc1: { kind: encoder, a: 3, b: 4 }
  pot1: { kind: pot, device: volts, line: 0 }
  led1: { kind: led, line: 9, shows: pad2 }
`);
const SESSION = {
  racks: [{ id: "drums", nodes: [{ id: "kick", type: "kick" }] }],
  buses: [],
  xfaders: [],
} as unknown as SessionPlan;

function build(keys: object, hasBoard = true) {
  const settings = settingsSchema.parse({
    mappings: [{ id: "m", source: "panel", target: "rack:drums", ...keys }],
  });
  const pieces = { settings, session: SESSION, catalog: testCatalog, profiles: [] };
  const { plan, warnings } = mappingOf({ ...pieces, board: hasBoard ? board : null });
  return { entry: plan.entries[0], warnings };
}

test("an encoder is read as what it is", () => {
  const { entry, warnings } = build({ control: "enc1", param: "gain", clicks: 50, acceleration: 4 });
  expect(warnings).toEqual([]);
  expect(entry).toMatchObject({
    source: { port: "panel", kind: "cc", channel: 0, number: 64 },
    reading: "twosComplement",
    stepSize: 0.02,
  });
  expect(entry?.acceleration.length).toBe(2);
});

test("a pot has 16,384 places, a pad is a button", () => {
  expect(build({ control: "pot1", param: "gain" }).entry?.source).toEqual({
    port: "panel",
    kind: "cc14",
    channel: 0,
    number: 0,
    lsb: 32,
    lsbFirst: false,
  });
  const { entry } = build({
    control: "pad2",
    param: "mute",
    reading: "toggle",
    press: "long",
    feedback: true,
  });
  expect(entry).toMatchObject({ source: { kind: "note", number: 1 }, press: "long", hasFeedback: true });
});

test("a pad that plays a node plays the same note, whichever pad it is", () => {
  const { entry, warnings } = build({ control: "pad2", target: "drums:kick", transpose: -12 });
  expect(warnings).toEqual([]);
  expect(entry).toMatchObject({ target: { kind: "play" }, transpose: 60 - 1 - 12 });
});

describe("what does nothing says why", () => {
  test.each([
    [{ control: "enc2", param: "gain" }, /expected a control of mine, got "enc2".*Did you mean "?enc1/],
    [
      { control: "enc1", param: "mute", reading: "toggle" },
      /expected absolute, got "toggle".*enc1 is no button/,
    ],
    [{ control: "pot1", param: "gain", press: "long", reading: "absolute" }, /expected any, got "long"/],
    [{ control: "led1", param: "gain" }, /got "led1"/],
  ])("%j", (keys, sentence) => {
    const { entry, warnings } = build(keys);
    expect(entry).toBeUndefined();
    expect(warnings.join("\n")).toMatch(sentence);
  });

  test("no board at all", () => {
    expect(build({ control: "enc1", param: "gain" }, false).warnings.join()).toMatch(
      /expected a board on the front, got "none"\. Set panel\.board/,
    );
  });

  test("a light that there is not costs the light alone", () => {
    const { entry, warnings } = build({ control: "pad1", param: "mute", reading: "toggle", feedback: true });
    expect(entry?.hasFeedback).toBe(false);
    expect(warnings.join()).toMatch(/expected an LED that shows pad1, got none/);
  });
});

const PANEL: MappedPanel = {
  board: "mine",
  controls: [
    { id: "enc1", kind: "encoder", number: 64, isShown: false },
    { id: "pad2", kind: "pad", number: 1, isShown: true },
    { id: "pot1", kind: "pot", number: 0, isShown: false },
  ],
};

test.each([
  [[0xb0, 64, 2], "panel enc1: 2 clicks up"],
  [[0xb0, 64, 127], "panel enc1: 1 click down"],
  [[0x90, 1, 90], "panel pad2: pressed, velocity 90"],
  [[0x80, 1, 0], "panel pad2: let go"],
  [[0xb0, 32, 5], "panel pot1 is 5"],
])("%j of the panel is %j", (bytes, text) => {
  const heard = new ControlReader().take({ serial: 1, port: "panel", bytes });
  if (heard === null) throw new Error("nothing");
  const control = heardOnPanel(PANEL, heard);
  if (control === null) throw new Error("nobody");
  expect(panelText(control, heard)).toBe(text);
  const [mapping] = settingsSchema.parse({
    mappings: [{ id: "m", source: "panel", control: control.id, target: "bank", param: "next" }],
  }).mappings;
  if (mapping === undefined) throw new Error("no mapping");
  expect(hears(mapping, heard, control.id)).toBe(true);
  expect(hears(mapping, heard, "other")).toBe(false);
  expect(heardOnPanel(PANEL, { ...heard, port: "keys" })).toBeNull();
});

test("an encoder that is turned one way only is known by its board", () => {
  const learner = new ControlLearner({
    wanted: "value",
    port: null,
    reading: null,
    knownReading: (heard) => (heardOnPanel(PANEL, heard)?.kind === "encoder" ? "twosComplement" : null),
  });
  for (let i = 0; i < 6; i += 1) learner.take({ serial: i, port: "panel", bytes: [0xb0, 64, 1] }, i * 10);
  expect(learner.found(1000)).toMatchObject({ port: "panel", number: 64, reading: "twosComplement" });
});
