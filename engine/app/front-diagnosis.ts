// SPDX-License-Identifier: GPL-3.0-or-later
// What `downbeat doctor` says of the front: the board, what on it is not there, and the display.

import type { DisplayReport } from "../control/display-face.ts";
import type { PanelState } from "../control/panel-face.ts";
import type { Finding } from "./diagnosis.ts";

/** As the daemon answers. */
export interface Front {
  readonly panel: PanelState;
  readonly display: DisplayReport;
}

/** @param front - null when nobody can say; a box without a panel has nothing to say of it */
export function frontFindings(front: Front | null): readonly Finding[] {
  if (front === null) return [];
  return [...panelFindings(front.panel), ...displayFindings(front.display)];
}

function panelFindings({ name, controls, complaints }: PanelState): Finding[] {
  if (name === null) return [];
  if (complaints.length === 0) {
    const sentence = `${name}: all of its ${controls.length} controls are there`;
    return [{ verdict: "ok", about: "panel", sentence, advice: "" }];
  }
  return complaints.map(({ subject, sentence }) => ({
    verdict: "warning",
    about: "panel",
    sentence: `${subject}: ${sentence}`,
    advice: "look at its wires; `downbeat panel watch` shows what each control does",
  }));
}

function displayFindings({ state, type, address, sentence }: DisplayReport): Finding[] {
  if (state === "on") {
    const facts = `an ${type} at 0x${(address ?? 0).toString(16)}`;
    return [{ verdict: "ok", about: "display", sentence: facts, advice: "" }];
  }
  // Nobody asked for one: none is missed.
  if (sentence === "") return [];
  const advice = "the music needs no display; `panel.display.type: none` looks for none";
  return [{ verdict: "warning", about: "display", sentence, advice }];
}
