// SPDX-License-Identifier: GPL-3.0-or-later
// One order, from both doors (HTTP and WebSocket): hand it over, wait until the state shows it,
// answer with the new state.

import type { Order } from "./command-values.ts";
import { type RefusalJson, refusalJson } from "./refusal.ts";
import { type StatusJson, statusJson } from "./status-json.ts";
import type { CommandSource, TransportFace } from "./transport-face.ts";

/** The engine needs one block; the longest that we ask a client to wait for it. */
export const SETTLE_TIMEOUT_MS = 150;

/** The status after the command. */
export interface DoneJson extends StatusJson {
  /** Present when a value was moved into its range; `message` tells. */
  readonly clamped?: true;
  /** Present when the engine took the command and the state does not show it yet. */
  readonly pending?: true;
  /** Present when it waits for its quantum: beat of the Link timeline at which it will happen. */
  readonly at_beat?: number;
  readonly message?: string;
}

export type Outcome =
  | { readonly type: "done"; readonly body: DoneJson }
  | { readonly type: "refused"; readonly body: RefusalJson; readonly retryAfterSeconds: number };

/** @param wallMs - milliseconds since 1970, now */
export async function runOrder(
  order: Order,
  source: CommandSource,
  transport: TransportFace,
  wallMs: () => number,
): Promise<Outcome> {
  const result = transport.command(order.command, source);
  switch (result.type) {
    case "engineAway":
      return {
        type: "refused",
        body: refusalJson(
          "ENGINE_AWAY",
          `${order.command.type}: the engine is away, so nothing can take the command. It is looked for again all the time: send it again in a second, or run \`downbeat doctor\`.`,
        ),
        retryAfterSeconds: 1,
      };
    case "queueFull":
      return {
        type: "refused",
        body: refusalJson(
          "QUEUE_FULL",
          `${order.command.type}: the engine's command queue is full and this command was left out. Send it again in a second, and send fewer at once.`,
        ),
        retryAfterSeconds: 1,
      };
    case "accepted": {
      const settlement = await transport.settled(result.serial, SETTLE_TIMEOUT_MS);
      const status = statusJson(transport.status(), wallMs());
      const messages = order.clamped === undefined ? [] : [order.clamped];
      if (settlement.type === "unknown")
        messages.push("The engine took the command; its state does not show it yet.");
      if (settlement.type === "waits")
        messages.push(`It happens at beat ${settlement.atBeat} of the Link timeline.`);
      return {
        type: "done",
        body: {
          ...status,
          ...(order.clamped === undefined ? {} : { clamped: true }),
          ...(settlement.type === "done" ? {} : { pending: true }),
          ...(settlement.type === "waits" ? { at_beat: settlement.atBeat } : {}),
          ...(messages.length === 0 ? {} : { message: messages.join(" ") }),
        },
      };
    }
  }
}
