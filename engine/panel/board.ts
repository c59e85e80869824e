// SPDX-License-Identifier: GPL-3.0-or-later
// A board in its normal form: what is on the front panel, and where it is wired. Every default is filled in.

import type { DeviceChip } from "./board-schema.ts";

/** The name of a line, or its number. */
export type Line = string | number;

export interface BoardDevice {
  readonly id: string;
  readonly chip: DeviceChip;
  /** gpio, and of an interrupt: of those that are there the first counts. */
  readonly labels: readonly string[];
  readonly bus: number;
  readonly address: number;
  readonly interrupt: Line | null;
  readonly path: string;
  readonly touch: number;
  readonly release: number;
  readonly topVolts: number;
}

/** What is pressed, turned or moved, or lights. A pad is a button that is struck. */
export interface BoardControl {
  readonly id: string;
  readonly kind: "encoder" | "button" | "pad" | "pot" | "led";
  readonly title: string;
  /** Id of its device. */
  readonly device: string;
  /** An encoder on lines has two. */
  readonly lines: readonly Line[];
  readonly pull: "up" | "down" | "none";
  readonly isActiveLow: boolean;
  readonly debounceMs: number;
  readonly steadyMs: number;
  /** Encoder: clicks in a turn, 0 for none; null when nobody says. */
  readonly detents: number | null;
  readonly stepsPerDetent: number;
  readonly hysteresis: number;
  readonly isReversed: boolean;
  /** pad: null is the settings'. */
  readonly velocity: number | null;
  /** led: id of a control, or null. */
  readonly shows: string | null;
}

export interface BoardDisplay {
  readonly chip: "ssd1306" | "sh1106";
  readonly bus: number;
  readonly address: number;
  readonly isFlipped: boolean;
}

export interface I2cPlace {
  readonly bus: number;
  readonly address: number;
}

/** How a board is recognised; nothing of it: never. */
export interface BoardSigns {
  readonly hat: { readonly vendor: string; readonly product: string } | null;
  readonly model: string;
  readonly i2c: readonly I2cPlace[];
}

export interface Board {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  readonly sources: readonly { readonly title: string; readonly url: string; readonly notes: string }[];
  readonly unverified: readonly string[];
  readonly signs: BoardSigns;
  readonly devices: readonly BoardDevice[];
  readonly controls: readonly BoardControl[];
  readonly display: BoardDisplay | null;
  /** Path of its MIDI socket. */
  readonly uart: string | null;
}
