// SPDX-License-Identifier: GPL-3.0-or-later
// How well the box is tied to the others, over HTTP.
import type { FastifyInstance } from "fastify";
import type { LinkFace } from "../link-face.ts";
import { linkJson } from "../link-json.ts";
import { REFUSAL_STATUS, refusalJson } from "../refusal.ts";

const NULLABLE_AGE = { type: ["number", "null"] };

/** Of the answer; described in docs/http.md too. */
export const LINK_FIELDS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  enabled: { type: "boolean", description: "The settings want Link." },
  on: { type: "boolean", description: "Link is on the network, one second after the first block." },
  health: {
    type: "string",
    enum: ["alone", "good", "shaky", "lost"],
    description: "How well the box is tied to the others.",
  },
  sentence: { type: "string", description: "What it is, and what to do when it is not good." },
  advice: { type: "array", items: { type: "string" }, description: "What would make it better." },
  peers: { type: "integer", description: "Other participants of the session." },
  quantum: { type: "number", description: "Length of the sync cycle in beats." },
  start_stop_sync: { type: "boolean", description: "Start and stop are shared." },
  correction_us: { type: "number", description: "Phase difference to the session that is being slewed." },
  step_count: { type: "integer", description: "Steps of the session's line since the start." },
  last_step_us: { type: "number", description: "The newest step; positive when the session moved ahead." },
  last_step_age_seconds: { ...NULLABLE_AGE, description: "Seconds since then; null when there was none." },
  worst_step_us: { type: "number", description: "The largest step of the last two minutes." },
  tempo_changed_by: {
    type: "string",
    enum: ["nobody", "us", "others"],
    description: "Who changed the tempo last.",
  },
  tempo_age_seconds: { ...NULLABLE_AGE, description: "Seconds since then." },
  tempo_changes_by_us: { type: "integer", description: "Tempo changes of ours since the start." },
  tempo_changes_by_others: { type: "integer", description: "Tempo changes of others since the start." },
  joined_age_seconds: { ...NULLABLE_AGE, description: "Seconds since somebody was met." },
  alone_age_seconds: { ...NULLABLE_AGE, description: "Seconds since the last peer left; null with peers." },
  peers_lost: { type: "integer", description: "Peers that left or vanished since the start." },
  peers_returned: { type: "integer", description: "Peers that came within a minute after one was lost." },
  held_over: {
    type: "integer",
    description: "How often everybody vanished and was met again within a minute without a jump.",
  },
  restarts: { type: "integer", description: "How often Link began anew because the wall clock was set." },
  wifi: {
    type: "array",
    description: "The radios of this machine; null is what the system does not tell.",
    items: {
      type: "object",
      properties: {
        name: { type: "string", description: "Of the interface." },
        connected: { type: ["boolean", "null"] },
        network: { type: ["string", "null"] },
        signal_dbm: { type: ["number", "null"] },
        frequency_mhz: { type: ["number", "null"] },
        channel: { type: ["integer", "null"] },
        power_save: { type: ["boolean", "null"] },
      },
    },
  },
};

export const LINK_SCHEMA = {
  $id: "Link",
  type: "object",
  properties: LINK_FIELDS,
  required: Object.keys(LINK_FIELDS),
};

export function addLinkRoutes(app: FastifyInstance, link: LinkFace): void {
  app.get("/link/status", {
    schema: {
      tags: ["link"],
      summary: "How well the box is tied to the others.",
      response: {
        200: { description: "The newest that is known.", $ref: "Link#" },
        503: { description: "The engine was not heard yet.", $ref: "Refusal#" },
      },
    },
    handler: (_request, reply) => {
      const report = link.link();
      if (report !== null) return reply.send(linkJson(report));
      return reply
        .code(REFUSAL_STATUS.ENGINE_AWAY)
        .header("retry-after", 1)
        .send(
          refusalJson(
            "ENGINE_AWAY",
            "GET /link/status: expected an engine that plays, got none yet. Try again in a second.",
          ),
        );
    },
  });
}
