// SPDX-License-Identifier: GPL-3.0-or-later
// Controls, targets and messages in the words that players read.

import { noteName } from "../base/note-name.ts";
import type { MappingEntryPlan } from "../binding/plan/mapping-plan.ts";
import { lowByteOf } from "../config/mapping-checks.ts";
import { ENDLESS_READINGS, isMadeSource, isMidiSource } from "../config/mapping-target.ts";
import type { MappingSettings, WrittenMapping } from "../config/schema.ts";
import type { HeardControl } from "./control-reader.ts";
import { namesIn } from "./mapping-names.ts";
import type { PanelControl } from "./mapping-tools.ts";

type Control = Pick<MappingSettings, "port" | "source" | "number" | "channel" | "lsb">;
type Made = Pick<MappingSettings, "key" | "control" | "wave" | "beats" | "freqHz" | "sound">;

/** `keys cc 74, channel 1` */
export function controlText(control: Control & Partial<Made>): string {
  if (control.source === "panel") return `panel ${control.control}`;
  if (control.source === "key") return `${control.port} key ${control.key}`;
  if (!isMidiSource(control.source)) return madeText(control);
  const channel = control.channel === null ? "any channel" : `channel ${control.channel}`;
  return `${control.port} ${sourceText(control)}, ${channel}`;
}

function madeText({ source, control, wave, beats, freqHz, sound }: Control & Partial<Made>): string {
  const cycle = freqHz === null || freqHz === undefined ? `${beats} beats` : `${freqHz} Hz`;
  switch (source) {
    case "control":
      return `control ${control}`;
    case "lfo":
      return `${wave} of ${cycle}`;
    case "envelope":
      return `level of ${sound}`;
    default:
      return `${source} of ${cycle}`;
  }
}

function sourceText(control: Control): string {
  const { source, number } = control;
  switch (source) {
    case "cc14":
      return `cc ${number} and ${lowByteOf(control)}`;
    case "note":
      return number === null ? "all keys" : `note ${number} (${noteName(number)})`;
    case "program":
      return number === null ? "any program" : `program ${number}`;
    case "bend":
      return "pitch bend";
    case "pressure":
      return "pressure";
    default:
      return `${source} ${number}`;
  }
}

/** `synth:lead filter.cutoff` */
export function targetText({ target, param }: Pick<WrittenMapping, "target" | "param">): string {
  return param === null || param === undefined ? target : `${target} ${param}`;
}

/** What comes out at both ends of the control: as the engine has it, of a synth as players write it. */
export function rangeText(
  { target, low, high, values }: MappingEntryPlan,
  { min, max }: Pick<MappingSettings, "min" | "max">,
): string {
  if (values.length > 0) return `${values.length} values`;
  switch (target.kind) {
    case "play":
      return "notes";
    case "midi":
      if (target.key === "") return `${shown(low)} to ${shown(high)}`;
      return target.values.length > 0 ? `${target.values.length} values` : `${min ?? 0} to ${max ?? 1}`;
    case "transport":
      return target.action === "tempo" ? `${shown(low)} to ${shown(high)} bpm` : "a press";
    case "scene":
    case "bank":
    case "modifier":
      return "a press";
    case "outside":
    case "param":
      return `${shown(low)} to ${shown(high)}`;
  }
}

function shown(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** How the control finds its value. */
export function takeoverText({ reading, takeover, clicks, source, press }: MappingSettings): string {
  if (isMadeSource(source)) return "-";
  if (ENDLESS_READINGS.includes(reading)) return `endless, ${clicks} clicks`;
  if (press !== "any") return `${reading === "absolute" ? "" : `${reading}, `}${press} press`;
  if (reading !== "absolute") return reading;
  return source === "note" ? "-" : takeover;
}

/** `bank mixer, with shift`; `-` for always. */
export function whenText({
  bank,
  scene,
  modifier,
}: Pick<MappingSettings, "bank" | "scene" | "modifier">): string {
  const inside = (what: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${what} ${names.join(" or ")}`];
  const words = [
    ...inside("bank", namesIn(bank)),
    ...inside("scene", namesIn(scene)),
    ...(modifier === null ? [] : [`with ${modifier}`]),
  ];
  return words.length === 0 ? "-" : words.join(", ");
}

/** `panel enc1: 2 clicks up` */
export function panelText({ id, kind }: PanelControl, { value }: Pick<HeardControl, "value">): string {
  switch (kind) {
    case "encoder": {
      const clicks = value < 64 ? value : 128 - value;
      return `panel ${id}: ${clicks} ${clicks === 1 ? "click" : "clicks"} ${value < 64 ? "up" : "down"}`;
    }
    case "button":
    case "pad":
      return `panel ${id}: ${value === 0 ? "let go" : `pressed, velocity ${value}`}`;
    case "pot":
      return `panel ${id} is ${value}`;
  }
}

/** `keys, channel 1: cc 74 is 64` */
export function heardText({ port, channel, kind, number, value, part, controller }: HeardControl): string {
  const place = `${port}, channel ${channel + 1}: `;
  switch (kind) {
    case "cc":
      return `${place}cc ${number} is ${value}`;
    case "nrpn":
      return `${place}${nrpnText(number, part, value)} (cc ${controller})`;
    case "note":
      return `${place}note ${number} (${noteName(number ?? 0)}) ${value === 0 ? "off" : `on, velocity ${value}`}`;
    case "keyPressure":
      return `${place}pressure of note ${number} is ${value}`;
    case "pressure":
      return `${place}pressure is ${value}`;
    case "bend":
      return `${place}pitch bend is ${value - BEND_CENTRE}`;
    case "program":
      return `${place}program ${number}`;
  }
}

const BEND_CENTRE = 8192;

function nrpnText(number: number | null, part: HeardControl["part"], value: number): string {
  const name = `nrpn${number === null ? "" : ` ${number}`}`;
  switch (part) {
    case "select":
      return number === null ? "an nrpn is chosen" : `${name} is chosen`;
    case "low":
      return `${name} low byte is ${value}`;
    case "up":
    case "down":
      return `${name} one click ${part}`;
    default:
      return `${name} is ${value}`;
  }
}
