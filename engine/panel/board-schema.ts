// SPDX-License-Identifier: GPL-3.0-or-later
// A board file: every key with its range and what it means, once. The reader checks by these schemas part
// by part; the schema for editors is made from them. Reads like a table on purpose.

import { z } from "zod";
import type {} from "../config/expectation.ts"; // `unit` and `expected` of `.meta`

export const BOARD_VERSION = 1;

/** Of one kind: as many as one MIDI channel has room for. */
export const MOST_OF_A_KIND = { encoder: 32, button: 128, pad: 128, pot: 32, led: 128 } as const;

/** One line, for displays and lists: no character that a terminal obeys. */
const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/)
    .meta({ expected: `text, not empty, at most ${longest} characters, on one line` });

export const boardIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/)
  .meta({
    description: "Name for the settings. The file has the same name.",
    expected: "a name of small letters, digits and -, at most 64, a letter first",
  });

export const controlIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/)
  .meta({ expected: "a name of small letters, digits and -, at most 32, a letter first" });

const line = () =>
  z.union([z.int().min(0).max(1023), text(64)]).meta({
    description:
      "Of a GPIO chip its number there (17 is GPIO17 on a Raspberry Pi) or the name that the kernel gives it; of another device the number of its pin, electrode, input, key or axis.",
    expected: "a number from 0 to 1023, or the name of a GPIO line",
  });
const device = () =>
  controlIdSchema.meta({
    description: "Which of the devices it is on; without one a line of the GPIO chip.",
    expected: "the name of a device",
  });
const pull = () =>
  z.enum(["up", "down", "none"]).meta({
    description: "Resistor inside of the chip. up, for contacts to ground; none where the board has its own.",
  });
const active = () =>
  z.enum(["low", "high"]).meta({
    description: "Level of a closed contact, or of an LED that is lit. Contacts to ground are low.",
  });
const steadyMs = () =>
  z.number().min(0).max(1000).meta({
    description:
      "A level counts only when it was there for so long, by the kernel's own filter. For long cables; every press is so much later.",
    unit: "ms",
  });
const debounceMs = () =>
  z.number().min(0).max(1000).meta({
    description: "What follows a press within this time is its bounce. The press itself counts at once.",
    unit: "ms",
  });
const title = () => text(64).meta({ description: "What is printed beside it." });

const BUTTON = {
  title: title().optional(),
  line: line(),
  device: device().optional(),
  pull: pull().optional(),
  active: active().optional(),
  debounceMs: debounceMs().optional(),
  steadyMs: steadyMs().optional(),
};

/** Of each kind of control its keys. */
export const CONTROL_SCHEMAS = {
  encoder: z.strictObject({
    kind: z.literal("encoder"),
    title: title().optional(),
    a: line().optional().meta({ description: "The contact that closes first when it is turned up." }),
    b: line().optional().meta({ description: "The other contact." }),
    line: line().optional().meta({ description: "Of an input device: its axis, in place of a and b." }),
    device: device().optional(),
    pull: pull().optional(),
    active: active().optional(),
    steadyMs: steadyMs().optional(),
    detents: z.int().min(0).max(1000).optional().meta({
      description: "Clicks in one turn; 0: it has none.",
    }),
    stepsPerDetent: z.literal([1, 2, 4]).optional().meta({
      description:
        "Changes of its contacts from click to click. Most have 4; when two clicks are one step, 2 is right.",
    }),
    reversed: z.boolean().optional().meta({ description: "It counts the other way." }),
  }),
  button: z.strictObject({ kind: z.literal("button"), ...BUTTON }),
  pad: z.strictObject({
    kind: z.literal("pad"),
    ...BUTTON,
    velocity: z.int().min(1).max(127).optional().meta({
      description: "How hard every stroke is, when it is not panel.padVelocity of the settings.",
    }),
  }),
  pot: z.strictObject({
    kind: z.literal("pot"),
    title: title().optional(),
    line: line(),
    device: device(),
    hysteresis: z.number().min(0).max(0.25).optional().meta({
      description: "Moves smaller than this part of its way are none, and so much at each end is the end.",
    }),
    reversed: z.boolean().optional().meta({ description: "Its high end is at 0 V." }),
  }),
  led: z.strictObject({
    kind: z.literal("led"),
    title: title().optional(),
    line: line(),
    device: device().optional(),
    active: active().optional(),
    shows: controlIdSchema.optional().meta({
      description: "The control whose value it shows, unless panel.leds of the settings says another.",
      expected: "the name of a control",
    }),
  }),
} as const;

export type ControlKind = keyof typeof CONTROL_SCHEMAS;
export const CONTROL_KINDS = Object.keys(CONTROL_SCHEMAS) as readonly ControlKind[];

const bus = () => z.int().min(0).max(255).meta({ description: "Number of the I2C bus: /dev/i2c-N." });
const address = () => z.int().min(0x03).max(0x77).meta({ description: "Address on the bus." });
const interrupt = () =>
  line().meta({
    description: "GPIO line on its interrupt pin. Without one it is asked again and again, every few ms.",
    expected: "a number from 0 to 1023, or the name of a GPIO line",
  });

/** Of each kind of device its keys. */
export const DEVICE_SCHEMAS = {
  gpio: z.strictObject({
    chip: z.literal("gpio"),
    labels: z.array(text(64)).min(1).max(16).meta({
      description: "Labels of GPIO chips as gpiodetect shows them; of those that are there the first.",
    }),
  }),
  mcp23017: z.strictObject({
    chip: z.literal("mcp23017"),
    bus: bus(),
    address: address(),
    interrupt: interrupt().optional(),
  }),
  mpr121: z.strictObject({
    chip: z.literal("mpr121"),
    bus: bus(),
    address: address(),
    interrupt: interrupt().optional(),
    touch: z.int().min(1).max(255).optional().meta({
      description: "How much of a finger is a touch. Fewer for small or covered electrodes.",
    }),
    release: z.int().min(1).max(255).optional().meta({ description: "How little is none; less than touch." }),
  }),
  ads1115: z.strictObject({
    chip: z.literal("ads1115"),
    bus: bus(),
    address: address(),
    topVolts: z.number().min(0.1).max(4.096).optional().meta({
      description: "Voltage at the high end of the pots.",
      unit: "V",
    }),
  }),
  evdev: z.strictObject({
    chip: z.literal("evdev"),
    path: text(512).regex(/^\//).meta({
      description:
        "Input device of a driver of the kernel, such as the overlays gpio-keys and rotary-encoder make. One below /dev/input/by-path keeps its name.",
      expected: "the path of an input device",
    }),
  }),
} as const;

export type DeviceChip = keyof typeof DEVICE_SCHEMAS;
export const DEVICE_CHIPS = Object.keys(DEVICE_SCHEMAS) as readonly DeviceChip[];

const detectSchema = z.strictObject({
  hat: z
    .strictObject({ vendor: text(128).optional(), product: text(128).optional() })
    .optional()
    .meta({
      description:
        "What the EEPROM of the board says: part of it is enough. The files are in /proc/device-tree/hat.",
    }),
  model: text(128).optional().meta({
    description: "Part of /proc/device-tree/model. I2C is asked only on such a machine.",
  }),
  i2c: z
    .array(z.strictObject({ bus: bus(), address: address() }))
    .min(1)
    .max(8)
    .optional()
    .meta({ description: "All of these answer." }),
});

const displaySchema = z.strictObject({
  chip: z.enum(["ssd1306", "sh1106"]).meta({ description: "128 by 64 dots." }),
  bus: bus(),
  address: address(),
  flipped: z.boolean().optional().meta({ description: "It is built in upside down." }),
});

export const boardSchema = z.strictObject({
  version: z.literal(BOARD_VERSION).meta({ description: "Version of this format." }),
  id: boardIdSchema.optional(),
  name: text(64).optional().meta({ description: "As people call it." }),
  notes: z.string().max(4000).optional(),
  sources: z
    .array(z.strictObject({ title: text(200), url: text(500).optional(), notes: text(500).optional() }))
    .max(20)
    .optional()
    .meta({ description: "Where the wiring is from." }),
  unverified: z.array(text(500)).max(20).optional().meta({ description: "What nobody has tried yet." }),
  detect: detectSchema.optional().meta({ description: "How `panel.board: auto` knows it." }),
  chips: z.array(text(64)).min(1).max(16).optional().meta({
    description:
      "Labels of the GPIO chip, of which the first that is there counts. Those of a Raspberry Pi's header unless given.",
  }),
  devices: z
    .record(controlIdSchema, z.discriminatedUnion("chip", Object.values(DEVICE_SCHEMAS) as never))
    .optional(),
  controls: z
    .record(controlIdSchema, z.discriminatedUnion("kind", Object.values(CONTROL_SCHEMAS) as never))
    .optional(),
  display: displaySchema.optional(),
  uart: text(512).regex(/^\//).optional().meta({
    description: "Its MIDI socket: a serial port for `midi.ports`.",
    expected: "the path of a serial device",
  }),
});

export type WrittenBoard = Omit<z.output<typeof boardSchema>, "devices" | "controls">;
export type WrittenControl = { [Kind in ControlKind]: z.output<(typeof CONTROL_SCHEMAS)[Kind]> }[ControlKind];
export type WrittenDevice = { [Chip in DeviceChip]: z.output<(typeof DEVICE_SCHEMAS)[Chip]> }[DeviceChip];
