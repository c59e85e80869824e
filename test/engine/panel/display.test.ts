// SPDX-License-Identifier: GPL-3.0-or-later
// The display on its bus: found, fed, lost and found again; the newest frame wins.

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { Display, type DisplayPlace } from "../../../engine/panel/display.ts";
import { Frame } from "../../../engine/panel/frame.ts";
import { until } from "../../support/control-bench.ts";
import { ScriptedOled } from "../../support/scripted-oled.ts";

const PLACE: DisplayPlace = { type: "auto", bus: 1, address: null, rotation: 0 };
const said: { level: string; sentence: string }[] = [];
const at =
  (level: string) =>
  (_fields: object, sentence: string): void =>
    void said.push({ level, sentence });
const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };

let display: Display | null = null;
afterEach(async () => {
  await display?.stop();
  display = null;
  said.length = 0;
});

function begin(oled: ScriptedOled, place: Partial<DisplayPlace> = {}, hurry = 1): Display {
  display = new Display({
    place: { ...PLACE, ...place },
    openBus: oled.open,
    log,
    monotonicMs: () => performance.now() * hurry,
  });
  display.start();
  return display;
}

function dotted(x: number, y = 20): Frame {
  const frame = new Frame();
  frame.set(x, y, true);
  return frame;
}

const shows = (oled: ScriptedOled, frame: Frame): Promise<boolean> =>
  until(() => Buffer.compare(oled.ram.frame().bytes, frame.bytes) === 0);

test.each([
  ["ssd1306", 0x3c],
  ["sh1106", 0x3d],
] as const)("an %s at 0x%s is found, switched on and shows what it is given", async (type, address) => {
  const oled = new ScriptedOled(type, address);
  const one = begin(oled);
  expect(await until(() => one.isOn)).toBe(true);
  expect(oled.ram.isOn).toBe(false);
  one.show(dotted(77), 50);
  expect(await shows(oled, dotted(77))).toBe(true);
  expect(await until(() => oled.ram.isOn)).toBe(true);
  expect(oled.ram).toMatchObject({ contrast: 128, segments: 0xa1, scan: 0xc8 });
  expect(one.status).toMatchObject({ state: "on", type, address, sentence: "" });
  expect(said).toEqual([
    {
      level: "info",
      sentence: expect.stringMatching(new RegExp(`${type}.*bus 1, 0x${address.toString(16)}`, "i")),
    },
  ]);
});

test("only what differs is sent, and a brightness when it changes", async () => {
  const oled = new ScriptedOled("ssd1306");
  const one = begin(oled);
  one.show(dotted(3), 80);
  expect(await until(() => oled.ram.isOn)).toBe(true);
  oled.writes.length = 0;
  one.show(dotted(3), 80);
  await sleep(150);
  expect(oled.writes).toEqual([]);
  one.show(dotted(4), 80);
  expect(await shows(oled, dotted(4))).toBe(true);
  // The place, then the eight columns of one tile.
  expect(oled.writes.map(({ control, bytes }) => [control, ...bytes])).toEqual([
    [0x00, 0xb2, 0x00, 0x10],
    [0x40, 0, 0, 0, 0, 0x10, 0, 0, 0],
  ]);
  oled.writes.length = 0;
  one.show(dotted(4), 15);
  expect(await until(() => oled.ram.contrast === 38)).toBe(true);
  expect(oled.writes.length).toBe(1);
});

test("on a slow bus the newest frame wins, one write is on its way at a time, and nobody waits", async () => {
  const oled = new ScriptedOled("ssd1306");
  oled.writeMs = 3;
  const one = begin(oled);
  expect(await until(() => one.isOn)).toBe(true);
  let longestMs = 0;
  for (let x = 0; x < 100; x += 1) {
    const startMs = performance.now();
    one.show(dotted(x), 80);
    longestMs = Math.max(longestMs, performance.now() - startMs);
    await sleep(2);
  }
  expect(await shows(oled, dotted(99))).toBe(true);
  expect(oled.mostAtOnce).toBe(1);
  expect(one.status.framesSent).toBeLessThan(15);
  expect(longestMs).toBeLessThan(20);
});

test("at most fifteen pictures a second are sent", async () => {
  const oled = new ScriptedOled("ssd1306");
  const one = begin(oled);
  one.show(dotted(0), 80);
  expect(await until(() => oled.ram.isOn)).toBe(true);
  const before = one.status.framesSent;
  const startMs = performance.now();
  for (let x = 1; x < 200; x += 1) {
    one.show(dotted(x % 128), 80);
    await sleep(4);
  }
  const seconds = (performance.now() - startMs) / 1000;
  expect(one.status.framesSent - before).toBeLessThanOrEqual(Math.ceil(seconds * 15) + 1);
});

test("one that is pulled out is dropped, said once, found again and shows all of the picture", async () => {
  const oled = new ScriptedOled("sh1106");
  const one = begin(oled, { type: "sh1106" });
  one.show(dotted(10), 80);
  expect(await until(() => oled.ram.isOn)).toBe(true);
  oled.isThere = false;
  oled.powerCycle();
  one.show(dotted(11), 80);
  expect(await until(() => !one.isOn)).toBe(true);
  expect(one.status.sentence).toMatch(/0x3c stopped answering.*the music plays on/);
  await sleep(1500);
  expect(said.filter(({ level }) => level === "warn").length).toBe(1);
  oled.isThere = true;
  expect(await until(() => one.isOn)).toBe(true);
  one.show(dotted(12), 80);
  expect(await shows(oled, dotted(12))).toBe(true);
  expect(await until(() => oled.ram.isOn)).toBe(true);
  expect(said.map(({ level }) => level)).toEqual(["info", "warn", "info"]);
  expect(oled.opened).toBe(oled.closed + 1);
});

test("a box without a bus or a display says nothing to who did not ask for one", async () => {
  const oled = new ScriptedOled("ssd1306");
  oled.hasBus = false;
  const one = begin(oled);
  expect(await until(() => said.length > 0)).toBe(true);
  expect(said).toEqual([{ level: "debug", sentence: "/dev/i2c-1: no such bus" }]);
  expect(one.status).toMatchObject({ state: "looking", type: null, sentence: "/dev/i2c-1: no such bus" });
});

test("who has one in the settings is told that it is not there, and where it was looked for", async () => {
  const oled = new ScriptedOled("ssd1306", 0x20);
  begin(oled, { type: "ssd1306" });
  expect(await until(() => said.length > 0)).toBe(true);
  expect(said).toEqual([
    {
      level: "warn",
      sentence: expect.stringMatching(/expected an SSD1306 at I2C bus 1, 0x3c or 0x3d.*wires/),
    },
  ]);
  expect(oled.closed).toBe(oled.opened);
});

test("a display that was disturbed is whole again within seconds", async () => {
  const oled = new ScriptedOled("ssd1306");
  // Twenty times as fast as it is.
  const one = begin(oled, {}, 20);
  one.show(dotted(5), 80);
  expect(await until(() => oled.ram.isOn)).toBe(true);
  oled.powerCycle();
  const frame = dotted(5);
  const timer = setInterval(() => one.show(frame, 80), 10);
  const isWhole = await until(
    () => oled.ram.isOn && Buffer.compare(oled.ram.frame().bytes, frame.bytes) === 0,
    2000,
  );
  clearInterval(timer);
  expect(isWhole).toBe(true);
});

test("at the end the last picture is shown, and dimmed, because nobody moves it any more", async () => {
  const oled = new ScriptedOled("ssd1306");
  const one = begin(oled);
  one.show(dotted(1), 100);
  expect(await until(() => oled.ram.isOn)).toBe(true);
  await one.stop(dotted(2));
  expect(oled.ram.frame().bytes).toEqual(dotted(2).bytes);
  expect(oled.ram.contrast).toBeLessThan(30);
  expect(oled.closed).toBe(oled.opened);
});

test("a box that ends while it looks for its display does not wait for it", async () => {
  const oled = new ScriptedOled("ssd1306");
  oled.isThere = false;
  const one = begin(oled);
  await until(() => said.length > 0);
  const startMs = performance.now();
  await one.stop(dotted(1));
  expect(performance.now() - startMs).toBeLessThan(200);
});
