// SPDX-License-Identifier: GPL-3.0-or-later
// The display as the daemon keeps it: what is on the glass follows what happens, dims when nobody plays, and takes
// other settings while it runs.

import { afterEach, beforeEach, expect, test } from "vitest";
import { DisplayDesk, displayPlace } from "../../../engine/app/display-desk.ts";
import { PictureSource } from "../../../engine/app/picture-source.ts";
import { isAppError } from "../../../engine/base/errors.ts";
import { SILENT_LOGGER } from "../../../engine/base/logger.ts";
import type { EngineStatus } from "../../../engine/binding/engine-status.ts";
import { DEFAULT_SETTINGS, type DisplaySettings } from "../../../engine/config/schema.ts";
import { framePng } from "../../../engine/panel/png.ts";
import { until, WELL } from "../../support/control-bench.ts";
import { engineState } from "../../support/engine-state.ts";
import { moveJson } from "../../support/scripted-mapping.ts";
import { ScriptedOled } from "../../support/scripted-oled.ts";

const SETTINGS: DisplaySettings = { ...DEFAULT_SETTINGS.panel.display, idleAfterMinutes: 1 };
const STATUS = {
  plan: { name: "First Light" },
  audio: { isOpening: false, recording: null },
  midi: { ports: [] },
} as unknown as EngineStatus;

let oled: ScriptedOled;
let desk: DisplayDesk;
let nowMs: number;
let troubles: readonly string[];

beforeEach(() => {
  oled = new ScriptedOled("ssd1306");
  nowMs = 0;
  troubles = [];
  const pictures = new PictureSource({
    version: "0.1.0",
    startsEngine: true,
    state: () => engineState(),
    isBeating: () => true,
    hostMicros: () => engineState().hostMicros,
    mapping: () => ({ bank: null, banks: [], held: [], mappings: [], touched: moveJson() }),
    health: { health: () => WELL },
    link: { link: () => null },
    troubles: () => troubles,
    url: () => undefined,
    addresses: () => [],
  });
  pictures.takeSettings();
  pictures.takeStatus(STATUS);
  desk = new DisplayDesk({ log: SILENT_LOGGER, pictures, openBus: oled.open, monotonicMs: () => nowMs });
});
afterEach(() => desk.stop());

/** The glass has what the desk says that it shows. */
const isShown = (page: string): Promise<boolean> =>
  until(() => {
    nowMs += 50;
    return (
      desk.report().page === page &&
      oled.ram.isOn &&
      framePng(oled.ram.frame()).equals(desk.screenshot(null, 1))
    );
  });

test("the glass follows: the stage page, then a knob, then trouble, then a page that somebody wants", async () => {
  desk.take(SETTINGS, null);
  expect(await isShown("play")).toBe(true);
  desk.touch();
  expect(await isShown("parameter")).toBe(true);
  nowMs += 2500;
  expect(await isShown("play")).toBe(true);
  troubles = ["downbeat.yaml line 3: link: expected a group"];
  nowMs += 600;
  expect(await isShown("trouble")).toBe(true);
  troubles = [];
  nowMs += 600;
  expect(await isShown("play")).toBe(true);
  desk.choosePage("Network");
  expect(await isShown("network")).toBe(true);
  desk.choosePage("auto");
  expect(await isShown("play")).toBe(true);
});

test("a display that nobody needs is dimmed, and bright again when a hand comes", async () => {
  desk.take(SETTINGS, null);
  expect(await isShown("play")).toBe(true);
  expect(oled.ram.contrast).toBe(204);
  nowMs += 61_000;
  expect(await until(() => oled.ram.contrast === 38)).toBe(true);
  desk.touch();
  expect(await until(() => oled.ram.contrast === 204)).toBe(true);
  desk.take({ ...SETTINGS, idleBrightness: 0, brightness: 100 }, null);
  expect(await until(() => oled.ram.contrast === 255)).toBe(true);
  nowMs += 61_000;
  expect(await until(() => !oled.ram.isOn)).toBe(true);
  desk.wake();
  expect(await until(() => oled.ram.isOn)).toBe(true);
});

test("brightness is taken as it is; another place opens the display anew", async () => {
  desk.take(SETTINGS, null);
  expect(await isShown("play")).toBe(true);
  desk.take({ ...SETTINGS, brightness: 30 }, null);
  expect(await until(() => oled.ram.contrast === 77)).toBe(true);
  expect(oled.opened).toBe(1);
  desk.take({ ...SETTINGS, rotation: 180 }, null);
  expect(await until(() => oled.ram.segments === 0xa0)).toBe(true);
  expect(oled.opened).toBe(2);
  desk.take({ ...SETTINGS, type: "none" }, null);
  expect(await until(() => desk.report().state === "off")).toBe(true);
  expect(oled.closed).toBe(2);
});

test("pictures are there without a display, and of any page", () => {
  desk.take({ ...SETTINGS, type: "none" }, null);
  expect(desk.report()).toMatchObject({ state: "off", page: "play", chosen: null, type: null });
  const pages = desk.report().pages.map((page) => desk.screenshot(page, 2).toString("base64"));
  expect(new Set(pages).size).toBe(6);
});

test("a page that is not there is named, with the one that was probably meant", () => {
  for (const ask of [() => desk.screenshot("netwrk", 1), () => desk.choosePage("netwrk")]) {
    try {
      ask();
      expect.unreachable();
    } catch (error) {
      expect(isAppError(error, "PAGE_UNKNOWN")).toBe(true);
      expect(String(error)).toMatch(/Did you mean network\?/);
    }
  }
});

test("goodbye is the last picture", async () => {
  desk.take(SETTINGS, null);
  expect(await isShown("play")).toBe(true);
  const goodbye = desk.screenshot("shutdown", 1);
  await desk.stop();
  // The centred picture of the screenshot, and the one that wanders: the same in the first minute.
  expect(framePng(oled.ram.frame()).equals(goodbye)).toBe(true);
});

test("what the settings leave open the board knows, and what they say wins", () => {
  const built = { chip: "sh1106", bus: 3, address: 0x3d, isFlipped: true } as const;
  const usual = { type: "auto", bus: 1, address: null, rotation: 0 };
  expect(displayPlace(SETTINGS, null)).toEqual(usual);
  expect(displayPlace(SETTINGS, built)).toEqual({ type: "sh1106", bus: 3, address: 0x3d, rotation: 180 });
  expect(displayPlace({ ...SETTINGS, rotation: 180 }, built)?.rotation).toBe(0);
  expect(displayPlace({ ...SETTINGS, address: 0x3c }, built)).toEqual({ ...usual, address: 0x3c });
  expect(displayPlace({ ...SETTINGS, type: "ssd1306" }, built)).toEqual({ ...usual, type: "ssd1306" });
  expect(displayPlace({ ...SETTINGS, type: "none" }, built)).toBeNull();
});

test("a display that the board has is found where the board says, also when the board comes later", async () => {
  desk.take(SETTINGS, { chip: "ssd1306", bus: 1, address: 0x3d, isFlipped: false });
  expect(await until(() => desk.report().sentence.includes("0x3d"))).toBe(true);
  desk.take(SETTINGS, { chip: "ssd1306", bus: 1, address: 0x3c, isFlipped: false });
  expect(await isShown("play")).toBe(true);
});
