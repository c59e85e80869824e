// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of a controller as what a hand did: which control, and where it is now. NRPNs are followed from
// message to message, because one alone says nothing.

import { keyCode } from "../base/key-codes.ts";
import { lowByteOf } from "../config/mapping-checks.ts";
import type { MappingSettings } from "../config/schema.ts";

/** A channel message as the engine heard it. */
export interface MidiInput {
  /** Greater than that of every message before. */
  readonly serial: number;
  /** The port's id. */
  readonly port: string;
  readonly bytes: readonly number[];
}

/** `select`: an NRPN is chosen, nothing moved. `high`, `low`: half of a value. `up`, `down`: a click. */
export type ControlPart = "whole" | "select" | "high" | "low" | "up" | "down";

export interface HeardControl {
  readonly port: string;
  /** 0 to 15. */
  readonly channel: number;
  readonly kind: "cc" | "nrpn" | "note" | "bend" | "pressure" | "program" | "keyPressure";
  /** Controller, NRPN, note or program; null of bend and pressure. */
  readonly number: number | null;
  readonly value: number;
  readonly part: ControlPart;
  /** The controller that carried it; null when none did. */
  readonly controller: number | null;
}

interface Selection {
  readonly isNrpn: boolean;
  readonly high: number | null;
  readonly low: number | null;
}

/** No parameter at all, as devices say it when they are done. */
const NONE = 127;

const DATA_PARTS: ReadonlyMap<number, ControlPart> = new Map([
  [6, "high"],
  [38, "low"],
  [96, "up"],
  [97, "down"],
]);

export class ControlReader {
  /** By port and channel. */
  readonly #selections = new Map<string, Selection>();

  /** @returns null for what no control sends: clocks, system messages */
  take({ port, bytes }: MidiInput): HeardControl | null {
    const [status = 0, first = 0, second = 0] = bytes;
    const channel = status & 15;
    const heard = { port, channel, part: "whole", controller: null } as const;
    switch (status & 0xf0) {
      case 0x80:
        return { ...heard, kind: "note", number: first, value: 0 };
      case 0x90:
        return { ...heard, kind: "note", number: first, value: second };
      case 0xa0:
        return { ...heard, kind: "keyPressure", number: first, value: second };
      case 0xb0:
        return this.#controller(port, channel, first, second);
      case 0xc0:
        return { ...heard, kind: "program", number: first, value: first };
      case 0xd0:
        return { ...heard, kind: "pressure", number: null, value: first };
      case 0xe0:
        return { ...heard, kind: "bend", number: null, value: (second << 7) | first };
      default:
        return null;
    }
  }

  #controller(port: string, channel: number, controller: number, value: number): HeardControl {
    const place = `${channel} ${port}`;
    const heard = { port, channel, value, controller } as const;
    if (controller >= 98 && controller <= 101) {
      const selection = selected(this.#selections.get(place), controller, value);
      this.#selections.set(place, selection);
      const number = numberOf(selection);
      if (selection.isNrpn) return { ...heard, kind: "nrpn", number, part: "select" };
      return { ...heard, kind: "cc", number: controller, part: "whole" };
    }
    const part = DATA_PARTS.get(controller);
    const number = numberOf(this.#selections.get(place));
    if (part !== undefined && number !== null) return { ...heard, kind: "nrpn", number, part };
    return { ...heard, kind: "cc", number: controller, part: "whole" };
  }
}

function selected(before: Selection | undefined, controller: number, value: number): Selection {
  const isNrpn = controller < 100;
  const same = before?.isNrpn === isNrpn ? before : { isNrpn, high: null, low: null };
  return controller % 2 === 1 ? { ...same, high: value } : { ...same, low: value };
}

/** Of the NRPN that is chosen; null while none is. */
function numberOf(selection: Selection | undefined): number | null {
  if (selection?.isNrpn !== true || selection.high === null || selection.low === null) return null;
  return selection.high === NONE && selection.low === NONE ? null : (selection.high << 7) | selection.low;
}

/**
 * Does the mapping listen to this?
 *
 * @param panelControl - the control of the front panel that said it; null: none
 */
export function hears(
  mapping: MappingSettings,
  heard: HeardControl,
  panelControl: string | null = null,
): boolean {
  const { port, channel, source, number } = mapping;
  if (source === "panel") return panelControl !== null && panelControl === mapping.control;
  if (source === "key") {
    const code = (heard.channel << 7) | (heard.number ?? 0);
    return port === heard.port && heard.kind === "note" && keyCode(mapping.key ?? "") === code;
  }
  if (port !== heard.port || (channel !== null && channel !== heard.channel + 1)) return false;
  switch (source) {
    case "cc":
      if (mapping.reading === "incDec") return heard.controller === 96 || heard.controller === 97;
      return heard.controller !== null && heard.controller === number;
    case "cc14":
      return heard.controller !== null && [number, lowByteOf(mapping)].includes(heard.controller);
    case "bend":
    case "pressure":
      return heard.kind === source;
    default:
      return heard.kind === source && (number === null || heard.number === number);
  }
}
