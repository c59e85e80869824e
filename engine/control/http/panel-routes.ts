// SPDX-License-Identifier: GPL-3.0-or-later
// The front panel, over HTTP: what it has seen, so that bad contacts can be told from a busy machine.
import type { FastifyInstance } from "fastify";
import type { PanelFace } from "../panel-face.ts";
import { answer } from "./answer.ts";

const count = (description: string) => ({ type: "integer", description });

const CONTROL = {
  type: "object",
  properties: {
    id: { type: "string" },
    kind: { type: "string", enum: ["encoder", "button", "pot", "led"] },
    device: { type: "string", description: "The chip that it is on." },
    edges: count("Changes of its contacts."),
    steps: count("Detents, presses or new places."),
    position: count("Of an encoder: detents up less detents down."),
    skipped: count("Both contacts changed at once: dirty contacts, or a bad wire."),
    bounces: count("Edges that were no press."),
    bounceMicros: count("How long after its press the latest of them came."),
    lost: count("Edges that the kernel had no room for: the machine was too busy."),
  },
};

const STATE = {
  type: "object",
  properties: {
    board: { type: ["string", "null"], description: "Id of the board; null: there is no panel." },
    name: { type: ["string", "null"] },
    sentence: { type: "string", description: "How the board was found; empty when the settings name it." },
    controls: { type: "array", items: CONTROL },
    complaints: {
      type: "array",
      items: {
        type: "object",
        properties: {
          subject: { type: "string", description: "A device or control." },
          sentence: { type: "string" },
        },
      },
      description: "What is not there, and why.",
    },
  },
};

export function addPanelRoutes(app: FastifyInstance, panel: PanelFace): void {
  app.get("/panel", {
    schema: {
      tags: ["panel"],
      summary: "The board on the front, with what each control has seen since it was taken.",
      response: {
        200: { description: "As it is now.", ...STATE },
        503: { description: "No engine.", $ref: "Refusal#" },
      },
    },
    handler: (_request, reply) => answer(reply, "GET /panel", () => panel.panel()),
  });
}
