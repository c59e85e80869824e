// SPDX-License-Identifier: GPL-3.0-or-later
// From a board to what the engine reads, and what its controls are called as messages of the panel's port:
// `native/app/panel-port.hpp` says the same on the other side.

import type {
  PanelControlPlan,
  PanelDevicePlan,
  PanelLinePlan,
  PanelPlan,
} from "../binding/plan/panel-plan.ts";
import type { PanelSettings } from "../config/schema.ts";
import type { Board, BoardControl, BoardDevice, Line } from "./board.ts";

/** Encoders are controllers from here on: below are pots, above what chooses NRPNs. */
const FIRST_ENCODER = 64;

/** A control as a message. */
export interface ControlAddress {
  readonly kind: "note" | "cc" | "cc14";
  readonly number: number;
}

/** LEDs have an address, too; on a channel of their own. */
export function controlAddresses(board: Board): ReadonlyMap<string, ControlAddress> {
  const counts = { note: 0, cc: 0, cc14: 0, led: 0 };
  const addresses = new Map<string, ControlAddress>();
  for (const { id, kind } of board.controls) {
    switch (kind) {
      case "button":
      case "pad":
        addresses.set(id, { kind: "note", number: counts.note++ });
        break;
      case "encoder":
        addresses.set(id, { kind: "cc", number: FIRST_ENCODER + counts.cc++ });
        break;
      case "pot":
        addresses.set(id, { kind: "cc14", number: counts.cc14++ });
        break;
      case "led":
        addresses.set(id, { kind: "note", number: counts.led++ });
        break;
    }
  }
  return addresses;
}

/** Which control each LED shows, as the settings or else the board say it. */
export function shownBy(board: Board, leds: PanelSettings["leds"]): ReadonlyMap<string, string> {
  return new Map(
    board.controls.flatMap(({ id, kind, shows }): [string, string][] => {
      const shown = leds[id] ?? shows;
      return kind !== "led" || shown === null || shown === "off" ? [] : [[id, shown]];
    }),
  );
}

export function panelPlan(board: Board, settings: PanelSettings): PanelPlan {
  const addresses = controlAddresses(board);
  const shown = shownBy(board, settings.leds);
  const accent = board.controls.findIndex(({ id, kind }) => id === settings.accent && isNote(kind));
  return {
    devices: board.devices.map(devicePlan),
    controls: board.controls.map((control) => ({
      ...controlPlan(control, board, settings),
      number: addresses.get(control.id)?.number ?? 0,
      shownBy: board.controls.flatMap((led, place) =>
        led.kind === "led" && shown.get(led.id) === control.id ? [place] : [],
      ),
    })),
    accent: accent < 0 ? null : accent,
    accentVelocity: settings.accentVelocity,
  };
}

function isNote(kind: BoardControl["kind"]): boolean {
  return kind === "button" || kind === "pad";
}

function devicePlan(device: BoardDevice): PanelDevicePlan {
  const { interrupt, ...same } = device;
  return { ...same, interrupt: interrupt === null ? null : linePlan(interrupt) };
}

function controlPlan(
  control: BoardControl,
  board: Board,
  { padVelocity }: PanelSettings,
): Omit<PanelControlPlan, "number" | "shownBy"> {
  const { id, kind, lines, pull, isActiveLow, debounceMs, steadyMs } = control;
  const { stepsPerDetent, hysteresis, isReversed, velocity } = control;
  return {
    id,
    kind: kind === "pad" ? "button" : kind,
    device: board.devices.findIndex((device) => device.id === control.device),
    lines: lines.map(linePlan),
    pull,
    isActiveLow,
    debounceMs,
    steadyMs,
    stepsPerDetent,
    hysteresis,
    isReversed,
    velocity: velocity ?? padVelocity,
  };
}

function linePlan(line: Line): PanelLinePlan {
  return typeof line === "number" ? { name: "", number: line } : { name: line, number: 0 };
}
