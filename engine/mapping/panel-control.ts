// SPDX-License-Identifier: GPL-3.0-or-later
// A control of the front panel as the message that it is, and back.

import type { MappingSourcePlan } from "../binding/plan/mapping-plan.ts";
import { PANEL_PORT_ID } from "../config/plan-parts.ts";
import type { MappingSettings } from "../config/schema.ts";
import type { HeardControl } from "./control-reader.ts";
import type { MappedPanel, PanelControl } from "./mapping-tools.ts";
import { type Refusal, refusal, unknownName } from "./refusal.ts";

/** The controller of the low half of a pot. */
const LOW_BYTE_DISTANCE = 32;
/** The note that a pad plays, whichever it is: a node has one sound for each. */
const PAD_NOTE = 60;

/** @returns null for a mapping of something else */
export function panelControl(
  panel: MappedPanel | null,
  { source, control, reading, press }: Pick<MappingSettings, "source" | "control" | "reading" | "press">,
): PanelControl | Refusal | null {
  if (source !== "panel") return null;
  if (panel === null)
    return refusal("a board on the front", "none", "Set panel.board; `downbeat panel list` shows the ids.");
  const found = panel.controls.find(({ id }) => id === control);
  if (found === undefined) {
    const names = panel.controls.map(({ id }) => id);
    return unknownName(`a control of ${panel.board}`, control ?? "", names);
  }
  const isPressed = found.kind === "button" || found.kind === "pad";
  if (!isPressed && reading !== "absolute")
    return refusal("absolute", reading, `${found.id} is no button: it is read by itself.`);
  return isPressed || press === "any" ? found : refusal("any", press, `${found.id} is no button.`);
}

/** Of a control that `panelControl` found. */
export function panelSource({ kind, number }: PanelControl): MappingSourcePlan {
  const place = { port: PANEL_PORT_ID, channel: 0, number, lsbFirst: false } as const;
  switch (kind) {
    case "encoder":
      return { ...place, kind: "cc", lsb: 0 };
    case "pot":
      return { ...place, kind: "cc14", lsb: number + LOW_BYTE_DISTANCE };
    case "button":
    case "pad":
      return { ...place, kind: "note", lsb: 0 };
  }
}

export function panelReading(
  control: PanelControl,
  { reading }: Pick<MappingSettings, "reading">,
): MappingSettings["reading"] {
  return control.kind === "encoder" ? "twosComplement" : reading;
}

/** What a pad plays, whatever its own number is. */
export function panelTranspose(
  { number }: PanelControl,
  { transpose }: Pick<MappingSettings, "transpose">,
): number {
  return Math.max(-127, Math.min(127, PAD_NOTE - number + transpose));
}

/** What of the panel said this; null: nothing of it. */
export function heardOnPanel(
  panel: MappedPanel | null,
  {
    port,
    channel,
    kind,
    controller,
    number,
  }: Pick<HeardControl, "port" | "channel" | "kind" | "controller" | "number">,
): PanelControl | null {
  if (panel === null || port !== PANEL_PORT_ID || channel !== 0) return null;
  const isKin = (one: PanelControl): boolean => {
    if (kind === "note") return (one.kind === "button" || one.kind === "pad") && one.number === number;
    if (controller === null) return false;
    if (one.kind === "encoder") return one.number === controller;
    return one.kind === "pot" && (one.number === controller || one.number + LOW_BYTE_DISTANCE === controller);
  };
  return panel.controls.find(isKin) ?? null;
}
