// SPDX-License-Identifier: GPL-3.0-or-later
// Boards, their wiring and what a panel sees, in the words that people read.

import type { Board, BoardControl, BoardDevice, Line } from "./board.ts";

/** `lines 17 and 27`, `touch 3`. */
export function wiringText({ device, lines }: BoardControl, board: Board): string {
  const chip = board.devices.find(({ id }) => id === device)?.chip;
  const names = lines.map((line) => lineText(line, chip)).join(" and ");
  return chip === "gpio" ? names : `${device} ${lines.join(" and ")}`;
}

function lineText(line: Line, chip: BoardDevice["chip"] | undefined): string {
  return chip === "gpio" && typeof line === "number" ? `GPIO${line}` : String(line);
}

/** `mpr121 at 0x5a of I2C bus 1`. */
export function deviceText({ chip, bus, address, path, labels }: BoardDevice): string {
  switch (chip) {
    case "gpio":
      return `lines of ${labels.join(" or ")}`;
    case "evdev":
      return path;
    default:
      return `${chip} at 0x${address.toString(16).padStart(2, "0")} of I2C bus ${bus}`;
  }
}

/** `4 encoders, 8 pads, 2 LEDs, a display`; `nothing` of an empty board. */
export function contentsText({ controls, display, uart }: Board): string {
  const words = KINDS.flatMap(([kind, one, more]) => {
    const count = controls.filter((control) => control.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : more}`];
  });
  const rest = [...(display === null ? [] : ["a display"]), ...(uart === null ? [] : ["a MIDI socket"])];
  return [...words, ...rest].join(", ") || "nothing";
}

const KINDS: readonly (readonly [BoardControl["kind"], string, string])[] = [
  ["encoder", "encoder", "encoders"],
  ["button", "button", "buttons"],
  ["pad", "pad", "pads"],
  ["pot", "pot", "pots"],
  ["led", "LED", "LEDs"],
];

export interface Sight {
  readonly control: string;
  readonly kind: "edge" | "step" | "skipped" | "bounce" | "lost" | "press" | "release" | "place";
  readonly line: number;
  readonly value: number;
}

/** `enc1: one step up`. */
export function sightText({ control, kind, line, value }: Sight): string {
  switch (kind) {
    case "edge":
      return `${control}: contact ${line === 0 ? "a" : "b"} ${value === 1 ? "closes" : "opens"}`;
    case "step":
      return `${control}: one step ${value > 0 ? "up" : "down"}`;
    case "skipped":
      return `${control}: skipped, both contacts changed at once`;
    case "bounce":
      return `${control}: bounces, ${(value / 1000).toFixed(1)} ms after the press`;
    case "lost":
      return `${control}: ${value} ${value === 1 ? "edge" : "edges"} lost`;
    case "press":
      return `${control}: pressed, velocity ${value}`;
    case "release":
      return `${control}: let go`;
    case "place":
      return `${control}: at ${value} of 16383`;
  }
}
