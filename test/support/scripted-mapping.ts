// SPDX-License-Identifier: GPL-3.0-or-later
// A mapping for the control room's tests: it has two controls, and keeps what is asked of it.

import { AppError } from "../../engine/base/errors.ts";
import { TypedEvents } from "../../engine/base/events.ts";
import type {
  MappingEvents,
  MappingFace,
  MappingPicture,
  MoveJson,
  NamedControl,
} from "../../engine/control/mapping-face.ts";

export class ScriptedMapping implements MappingFace {
  readonly events = new TypedEvents<MappingEvents>();
  readonly moved: { name: string; value: number; source: string }[] = [];
  touched: MoveJson | null = null;

  picture(): MappingPicture {
    const mappings = [{ id: "cutoff", attached: true, active: true }];
    return { bank: "one", banks: ["one", "two"], held: [], mappings, touched: this.touched };
  }

  controls(): readonly NamedControl[] {
    return ["fader", "/1/fader3"].map((name) => ({ name, mappings: ["cutoff"] }));
  }

  moveControl(name: string, value: number, source: "http" | "osc"): NamedControl {
    const control = this.controls().find((one) => one.name === name);
    if (control === undefined) throw new AppError("CONTROL_UNKNOWN", `expected a control, got "${name}"`);
    if (!(value >= 0 && value <= 1))
      throw new AppError("VALUE_INVALID", `value: expected a number from 0 to 1, got ${value}`);
    this.moved.push({ name, value, source });
    return control;
  }
}

export function moveJson(changes: Partial<MoveJson> = {}): MoveJson {
  return {
    mapping: "cutoff",
    source: "hand",
    control: "keys cc 74, any channel",
    target: "drums:filter",
    param: "cutoffHz",
    kind: "param",
    value: 1200,
    note: null,
    name: "cutoffHz",
    text: "1.20 kHz",
    place: "drums filter",
    ratio: 0.62,
    frame: 4800,
    beat: 2,
    ...changes,
  };
}
