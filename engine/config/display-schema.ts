// SPDX-License-Identifier: GPL-3.0-or-later
// The settings of the box's display.

import { z } from "zod";

export const displaySchema = z.strictObject({
  type: z.enum(["auto", "none", "ssd1306", "sh1106"]).default("auto").meta({
    description:
      "Which controller the display has, 128 by 64 pixels. auto takes what the board says, or else asks it; none looks for no display. An SH1106 that is taken for an SSD1306 shows its picture two columns to the side.",
  }),
  bus: z.int().min(0).max(63).default(1).meta({
    description: "Number of the I2C bus: 1 is pins 3 and 5 of a Raspberry Pi.",
  }),
  address: z.int().min(0x08).max(0x77).nullable().default(null).meta({
    description: "I2C address. null is the board's, or tries 0x3c and 0x3d, where displays are.",
    expected: "null or an address from 0x08 to 0x77",
  }),
  rotation: z.literal([0, 180]).default(0).meta({
    description:
      "180 when the display is built in upside down; on a board that has one upside down, 180 turns it back.",
    unit: "degrees",
  }),
  brightness: z.int().min(1).max(100).default(80).meta({
    description: "While somebody plays.",
    unit: "percent",
  }),
  idleBrightness: z.int().min(0).max(100).default(15).meta({
    description:
      "When nobody has touched anything for a while; 0 switches the pixels off until somebody does.",
    unit: "percent",
  }),
  idleAfterMinutes: z.number().min(0.1).max(1440).nullable().default(10).meta({
    description: "How long that while is; null never dims. Dimming lets the display live longer.",
    unit: "minutes",
  }),
});
