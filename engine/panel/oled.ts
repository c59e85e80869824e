// SPDX-License-Identifier: GPL-3.0-or-later
// SSD1306 and SH1106, the two controllers of nearly every 128 by 64 OLED on I2C: what they are told. Both are written
// page by page, which is the one way that the SH1106 knows. Every write is one SMBus block: a control byte that says
// whether commands (0x00) or pixels (0x40) follow, and at most 32 bytes.
//
// Source: Solomon Systech, SSD1306 data sheet rev 1.1; Sino Wealth, SH1106 data sheet V2.3

import type { Run } from "./tiles.ts";

export type OledType = "ssd1306" | "sh1106";

/** One write to the bus. */
export interface BusWrite {
  readonly control: number;
  readonly bytes: Uint8Array;
}

const COMMANDS = 0x00;
const PIXELS = 0x40;
const MOST_BYTES = 32;

/** The SH1106 has 132 columns; a display has the middle ones. */
const FIRST_COLUMN: Readonly<Record<OledType, number>> = { ssd1306: 0, sh1106: 2 };

/** Where the supply of the pixels comes from: both make it themselves. */
const SUPPLY: Readonly<Record<OledType, readonly number[]>> = {
  ssd1306: [0x8d, 0x14],
  sh1106: [0xad, 0x8b],
};

/** After power: everything but the pixels, and dark. */
export function initialWrites(type: OledType, rotation: 0 | 180): readonly BusWrite[] {
  const commands = [
    ...[0xae, 0xd5, 0x80, 0xa8, 0x3f, 0xd3, 0x00, 0x40],
    ...SUPPLY[type],
    ...(type === "ssd1306" ? [0x20, 0x02] : []),
    ...directionCommands(rotation),
    ...[0xda, 0x12, 0xd9, type === "ssd1306" ? 0xf1 : 0x22, 0xdb, type === "ssd1306" ? 0x40 : 0x35],
    ...[0xa4, 0xa6],
  ];
  return [commandWrite(commands)];
}

/** What a display that lost its supply for a moment needs to show again what it has, without going dark. */
export function wakeWrites(type: OledType, rotation: 0 | 180): readonly BusWrite[] {
  return [commandWrite([...SUPPLY[type], ...directionCommands(rotation), 0x40, 0xa4, 0xa6, 0xaf])];
}

/** @param percent - 1 to 100; 0 switches the pixels off */
export function brightnessWrites(percent: number): readonly BusWrite[] {
  if (percent <= 0) return [commandWrite([0xae])];
  return [commandWrite([0x81, Math.round((Math.min(100, percent) / 100) * 255), 0xaf])];
}

export function runWrites(type: OledType, { page, column, bytes }: Run): readonly BusWrite[] {
  const first = column + FIRST_COLUMN[type];
  const writes = [commandWrite([0xb0 | page, first & 0x0f, 0x10 | (first >> 4)])];
  for (let start = 0; start < bytes.length; start += MOST_BYTES)
    writes.push({ control: PIXELS, bytes: bytes.slice(start, start + MOST_BYTES) });
  return writes;
}

/** Which controller it is, by the low bits of its status byte; null for something else. */
export function oledOfStatus(status: number): OledType | null {
  // Not in the data sheets: as found by L. Bank's OneBitDisplay on many modules.
  switch (status & 0x0f) {
    case 0x08:
      return "sh1106";
    case 0x03:
    case 0x06:
    case 0x07:
      return "ssd1306";
    default:
      return null;
  }
}

function directionCommands(rotation: 0 | 180): readonly number[] {
  return rotation === 0 ? [0xa1, 0xc8] : [0xa0, 0xc0];
}

function commandWrite(commands: readonly number[]): BusWrite {
  return { control: COMMANDS, bytes: Uint8Array.from(commands) };
}
