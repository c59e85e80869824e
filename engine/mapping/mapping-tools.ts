// SPDX-License-Identifier: GPL-3.0-or-later
// What a mapping asks of racks and profiles, which it does not know: `app` brings it.

import type { NodeTypeInfo, ParamInfo } from "../binding/node-type-info.ts";
import type { MappingTargetPlan, SceneSynthPlan } from "../binding/plan/mapping-plan.ts";
import type { MappingSettings } from "../config/schema.ts";

export type CurveName = NonNullable<MappingSettings["curve"]>;

export type MessagePlan = Extract<MappingTargetPlan, { kind: "midi" }>["messages"][number];

export interface MappingTools {
  /** null when there is none of this name. */
  nodeType(name: string): NodeTypeInfo | null;
  findParam(type: NodeTypeInfo, name: string): ParamInfo | undefined;
  /** @param x - 0 to 1. @returns 0 to 1, 0 at 0 and 1 at 1, never falling */
  shape(curve: CurveName, x: number): number;
  /** What is on the front; null without a panel. */
  readonly panel: MappedPanel | null;
  /** The synths at the ports; null while nobody knows them yet. */
  readonly synths: readonly MappedSynth[] | null;
}

/** The board on the front. */
export interface MappedPanel {
  readonly board: string;
  /** What moves something: all but LEDs. */
  readonly controls: readonly PanelControl[];
}

/** How a control of the board speaks at the panel's port, on the first channel. */
export interface PanelControl {
  readonly id: string;
  readonly kind: "encoder" | "button" | "pad" | "pot";
  /** Note of a button or pad, controller of an encoder, high controller of a pot. */
  readonly number: number;
  /** By an LED. */
  readonly isShown: boolean;
}

/** A synth at a port, as its profile says. */
export interface MappedSynth {
  readonly port: string;
  readonly name: string;
  /** Ids and roles. */
  readonly parameterNames: readonly string[];
  /** By id or role. */
  find(name: string): MappedParameter | null;
  /** What is sent for a value, 0 to 1 or a label. @throws {AppError} with a sentence when it is none */
  say(name: string, value: number | string): SynthMessage;
}

/** A parameter of a synth with a value, as the engine remembers it. */
export type SynthMessage = Omit<SceneSynthPlan, "port">;

export interface MappedParameter {
  readonly id: string;
  /** null: it has no address that a control could send at once. */
  readonly messages: readonly MessagePlan[] | null;
  /** In the order of the profile; empty when it has no steps. */
  readonly values: readonly { readonly label: string; readonly send: number }[];
  /** Place of a label in `values`, in any spelling of capitals and spaces; -1 when there is none. */
  indexOf(label: string): number;
  /** The number on the wire at a position from 0 to 1, before it is made whole. */
  at(position: number): number;
}
