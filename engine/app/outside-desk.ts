// SPDX-License-Identifier: GPL-3.0-or-later
// Moves that lead out of the box: to programs that understand OSC, and to other boxes. The engine says that
// something moved; here it goes on the network.

import type { EngineState } from "../binding/rt-messages.ts";
import { parseMappingTarget } from "../config/mapping-target.ts";
import type { MoveJson } from "../control/mapping-face.ts";
import { float, type OscFeedback } from "../control/osc/osc-packet.ts";
import type { OscPlace } from "../control/osc/osc-sender.ts";

/** What the transport of another box can be told; every other name is a control of its mapping. */
const BOX_BUTTONS = ["play", "stop", "pause", "resume", "rewind"];

export interface OutsideMessage {
  readonly to: OscPlace;
  readonly message: OscFeedback;
}

/** What waited longer, while this process was stopped, is nothing that anybody else wants now. */
const FRESH_SECONDS = 2;

/** Has it only just happened? */
export function isFresh(
  { frame }: MoveJson,
  state: Pick<EngineState, "frame" | "sampleRate"> | null,
): boolean {
  return state !== null && state.frame - frame <= FRESH_SECONDS * state.sampleRate;
}

/** @returns null for what stays in the box, and for a button that is let go */
export function outsideMessage({ kind, target, param, value }: MoveJson): OutsideMessage | null {
  if (kind !== "outside" || param === null) return null;
  const place = parseMappingTarget(target);
  switch (place?.kind) {
    case "osc":
      return { to: place, message: { address: param, args: [float(value)] } };
    case "box": {
      const message = boxMessage(param, value);
      return message === null ? null : { to: place, message };
    }
    default:
      return null;
  }
}

function boxMessage(param: string, value: number): OscFeedback | null {
  const action = param.toLowerCase();
  if (action === "tempo") return { address: "/downbeat/transport/tempo", args: [float(value)] };
  if (BOX_BUTTONS.includes(action)) {
    return value >= 0.5 ? { address: `/downbeat/transport/${action}`, args: [float(1)] } : null;
  }
  const address = param.startsWith("/") ? param : `/downbeat/control/${param}`;
  return { address, args: [float(value)] };
}
