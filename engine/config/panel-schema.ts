// SPDX-License-Identifier: GPL-3.0-or-later
// `panel` of the settings: which board is on the front, and how it is played.

import { z } from "zod";
import { displaySchema } from "./display-schema.ts";
import type {} from "./expectation.ts"; // `unit` and `expected` of `.meta`

/** The board is found out. */
export const AUTO_BOARD = "auto";
/** There is no panel. */
export const NO_BOARD = "none";
/** In place of a control: the LED stays dark. */
export const SHOWS_NOTHING = "off";

const CONTROL_ID = /^[a-z][a-z0-9-]{0,31}$/;

export const panelSchema = z.strictObject({
  board: z.string().min(1).max(1000).default(AUTO_BOARD).meta({
    description:
      "Which board is on the front; `downbeat panel list` shows the ids. auto: it is found by its EEPROM, or by what answers on the I2C bus. none: there is none. A path is a board file of your own; a relative one starts at the folder of this file.",
    expected: "auto, none, the id of a board or the path of a board file",
  }),
  folder: z.string().min(1).max(1000).default("boards").meta({
    description:
      "Folder of your own boards, a YAML file for each. A relative path starts at the folder of this file.",
    expected: "the path of a folder",
  }),
  padVelocity: z.int().min(1).max(127).default(100).meta({
    description: "How hard pads and buttons are struck: they do not say.",
  }),
  accent: z.string().regex(CONTROL_ID).nullable().default(null).meta({
    description: "The button that is held for hard strokes. It may do something else besides.",
    expected: "null or the name of a button",
  }),
  accentVelocity: z.int().min(1).max(127).default(127).meta({
    description: "How hard they are struck while the accent button is held.",
  }),
  leds: z.record(z.string().regex(CONTROL_ID), z.string().regex(CONTROL_ID)).default({}).meta({
    description:
      "What LEDs show that show something else than the board says: { led1: pad3, led2: off }. What a control moves is shown when its mapping has feedback: true.",
    expected: "LEDs, each with the name of a control or off",
  }),
  display: displaySchema.prefault({}).meta({
    description: "An OLED on I2C, if there is one: see docs/display.md.",
  }),
});
