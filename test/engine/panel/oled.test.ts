// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes that a display is told, against the data sheets.

import { expect, test } from "vitest";
import {
  brightnessWrites,
  initialWrites,
  oledOfStatus,
  runWrites,
  wakeWrites,
} from "../../../engine/panel/oled.ts";
import { OledRam } from "../../support/oled-ram.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("an SSD1306 begins dark, 64 rows high, page by page, with its charge pump", () => {
  const [write, ...more] = initialWrites("ssd1306", 0);
  expect(more).toEqual([]);
  expect(write?.control).toBe(0);
  expect(hex(write?.bytes ?? Uint8Array.of())).toBe("aed580a83fd300408d142002a1c8da12d9f1db40a4a6");
});

test("an SH1106 has another supply, and no other way than page by page", () => {
  const [write] = initialWrites("sh1106", 0);
  expect(hex(write?.bytes ?? Uint8Array.of())).toBe("aed580a83fd30040ad8ba1c8da12d922db35a4a6");
});

test.each(["ssd1306", "sh1106"] as const)("a turned %s scans from the other ends", (type) => {
  for (const [rotation, segments, scan] of [
    [0, 0xa1, 0xc8],
    [180, 0xa0, 0xc0],
  ] as const) {
    const ram = new OledRam(type);
    for (const write of initialWrites(type, rotation)) ram.take(write);
    expect(ram).toMatchObject({ segments, scan, isOn: false });
    for (const write of wakeWrites(type, rotation)) ram.take(write);
    expect(ram).toMatchObject({ segments, scan, isOn: true });
  }
});

test("brightness is the contrast of the controller; 0 is dark", () => {
  const ram = new OledRam("ssd1306");
  for (const [percent, contrast, isOn] of [
    [100, 255, true],
    [50, 128, true],
    [1, 3, true],
    [0, 3, false],
    [80, 204, true],
  ] as const) {
    for (const write of brightnessWrites(percent)) ram.take(write);
    expect(ram).toMatchObject({ contrast, isOn });
  }
});

test("a run is a place and then blocks of at most 32 bytes", () => {
  const writes = runWrites("sh1106", { page: 5, column: 120, bytes: new Uint8Array(8).fill(0xff) });
  expect(writes.map(({ control, bytes }) => [control, hex(bytes)])).toEqual([
    [0x00, "b50a17"],
    [0x40, "ffffffffffffffff"],
  ]);
  const long = runWrites("ssd1306", { page: 0, column: 0, bytes: new Uint8Array(128) });
  expect(long.map(({ bytes }) => bytes.length)).toEqual([3, 32, 32, 32, 32]);
});

test("which controller it is, is told by its status; what is neither is no display", () => {
  expect([0x48, 0x08, 0x43, 0x06, 0x47].map(oledOfStatus)).toEqual([
    "sh1106",
    "sh1106",
    "ssd1306",
    "ssd1306",
    "ssd1306",
  ]);
  expect([0x00, 0xff, 0x40].map(oledOfStatus)).toEqual([null, null, null]);
});
