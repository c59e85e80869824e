// SPDX-License-Identifier: GPL-3.0-or-later
// From a board to what the engine reads.

import { expect, test } from "vitest";
import { toPlanParts } from "../../../engine/config/plan-parts.ts";
import { type PanelSettings, settingsSchema } from "../../../engine/config/schema.ts";
import { controlAddresses, panelPlan } from "../../../engine/panel/panel-plan.ts";
import { boardFromText } from "../../support/board-text.ts";

const { board: read } = boardFromText(`version: 1
devices:
  volts: { chip: ads1115, bus: 1, address: 0x48 }
controls:
  pad1: { kind: pad, line: 1 }
  led1: { kind: led, line: 2, shows: pad1 }
  enc1: { kind: encoder, a: 3, b: GPIO4 }
  pad2: { kind: pad, line: 5, velocity: 40 }
  pot1: { kind: pot, device: volts, line: 0 }
  shift: { kind: button, line: 6 }
  enc2: { kind: encoder, a: 7, b: 8, reversed: true }
  led2: { kind: led, line: 9 }
`);
if (read === null) throw new Error("no board");
const BOARD = read;

const settings = (panel: object): PanelSettings => settingsSchema.parse({ panel }).panel;

test("every control has a message of its own kind", () => {
  const addresses = Object.fromEntries(controlAddresses(BOARD));
  expect(addresses).toEqual({
    pad1: { kind: "note", number: 0 },
    pad2: { kind: "note", number: 1 },
    shift: { kind: "note", number: 2 },
    enc1: { kind: "cc", number: 64 },
    enc2: { kind: "cc", number: 65 },
    pot1: { kind: "cc14", number: 0 },
    led1: { kind: "note", number: 0 },
    led2: { kind: "note", number: 1 },
  });
});

test("the plan has every control on its device, with its lights and how hard it is struck", () => {
  const plan = panelPlan(BOARD, settings({ padVelocity: 90, accent: "shift", leds: { led2: "enc1" } }));
  expect(plan.accent).toBe(5);
  expect(
    plan.controls.map(({ id, kind, device, shownBy, velocity }) => [id, kind, device, shownBy, velocity]),
  ).toEqual([
    ["pad1", "button", 0, [1], 90],
    ["led1", "led", 0, [], 90],
    ["enc1", "encoder", 0, [7], 90],
    ["pad2", "button", 0, [], 40],
    ["pot1", "pot", 1, [], 90],
    ["shift", "button", 0, [], 90],
    ["enc2", "encoder", 0, [], 90],
    ["led2", "led", 0, [], 90],
  ]);
  expect(plan.controls[2]?.lines).toEqual([
    { name: "", number: 3 },
    { name: "GPIO4", number: 0 },
  ]);
});

test("an LED may be told to show nothing, and an accent has to be a button", () => {
  const plan = panelPlan(BOARD, settings({ accent: "enc1", leds: { led1: "off" } }));
  expect(plan.accent).toBeNull();
  expect(plan.controls[0]?.shownBy).toEqual([]);
});

test("the panel is a port that gets no clock", () => {
  const all = settingsSchema.parse({});
  const { midi } = toPlanParts(all, { board: "Mine", plan: panelPlan(BOARD, all.panel) });
  expect(midi.ports.find(({ id }) => id === "panel")).toMatchObject({
    kind: "panel",
    name: "Mine",
    input: true,
    output: true,
    clock: false,
    startStop: false,
    songPosition: false,
    panel: { accentVelocity: 127 },
  });
  expect(toPlanParts(all).midi.ports.some(({ id }) => id === "panel")).toBe(false);
});
