// SPDX-License-Identifier: GPL-3.0-or-later
// A value as a display shows it: with its unit, or as the name that it has.

import { noteName } from "../base/note-name.ts";
import type { MappingNames } from "./mapping-names.ts";
import type { ResolvedTarget } from "./resolve-target.ts";

export interface MovedValue {
  readonly kind: string;
  /** Of a synth as it is on the wire. */
  readonly value: number;
  readonly note: number;
}

/** `cutoffHz`, `filter_cutoff`, `gain`: what is moved. */
export function targetName(target: ResolvedTarget): string {
  switch (target.kind) {
    case "param":
      return target.name;
    case "synth":
      return target.parameter.id;
    case "transport":
      return target.action;
    case "play":
      return target.node;
    case "bytes":
      return target.port;
    case "outside":
      return "value";
    default:
      return target.kind;
  }
}

/** `Volca Keys`, `drums kick`: whose it is. */
export function targetPlace(target: ResolvedTarget, written: string): string {
  switch (target.kind) {
    case "synth":
      return target.synth;
    case "param":
    case "play":
      return target.node.replace(/^(?:rack|bus|track|xfader):/, "").replaceAll(":", " ");
    case "outside":
      return written;
    case "bytes":
      return target.port;
    default:
      return target.kind;
  }
}

/** Where a value is between its ends as a hand feels it, 0 to 1; null for what has no ends. */
export function valueRatio(target: ResolvedTarget, { value }: Pick<MovedValue, "value">): number | null {
  if (target.kind === "synth") return share(value, target.parameter.at(0), target.parameter.at(1));
  if (target.kind !== "param") return null;
  const { low, high, isRatio } = target;
  if (!isRatio || low <= 0 || high <= 0) return share(value, low, high);
  return share(Math.log(Math.max(value, Number.MIN_VALUE)), Math.log(low), Math.log(high));
}

function share(value: number, low: number, high: number): number | null {
  if (low === high) return null;
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

export function valueText(
  target: ResolvedTarget,
  { kind, value, note }: MovedValue,
  { banks, scenes }: Pick<MappingNames, "banks" | "scenes">,
): string {
  switch (target.kind) {
    case "param":
      return numberText(target, value);
    case "synth":
      return synthText(target.parameter, value);
    case "transport":
      return target.action === "tempo" ? `${value.toFixed(1)} bpm` : "pressed";
    case "play":
      return kind === "noteOn" ? noteName(note) : `${noteName(note)} ends`;
    case "bank":
      return banks[value] ?? "";
    case "scene":
      return scenes[value] ?? "";
    case "modifier":
      return value >= 0.5 ? "held" : "let go";
    default:
      return short(value);
  }
}

function numberText(
  { name, unit, min, choices }: Extract<ResolvedTarget, { kind: "param" }>,
  value: number,
): string {
  const choice = choices[Math.round(value - min)];
  if (choice !== undefined) return choice;
  if (name === "mute") return value >= 0.5 ? "muted" : "heard";
  if (name === "gain") return value <= 0 ? "-inf dB" : `${(20 * Math.log10(value)).toFixed(1)} dB`;
  if (unit === "Hz" && Math.abs(value) >= 1000) return `${(value / 1000).toFixed(2)} kHz`;
  if (unit === "ms" && Math.abs(value) >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return unit === "" ? short(value) : `${short(value)} ${unit}`;
}

const PER_CENT = 100;

function synthText(
  { values, at }: Extract<ResolvedTarget, { kind: "synth" }>["parameter"],
  sent: number,
): string {
  const step = values.find(({ send }) => send === sent);
  if (step !== undefined) return step.label;
  const [low, high] = [at(0), at(1)];
  return low === high ? String(sent) : `${Math.round(((sent - low) / (high - low)) * PER_CENT)} %`;
}

/** Three digits, as much as a hand can tell apart. */
function short(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}
