// SPDX-License-Identifier: GPL-3.0-or-later
// Live tracks over HTTP: their parameters by name, what has changed by itself, and back.
import type { FastifyInstance } from "fastify";
import { unknownValue, type Values } from "../command-values.ts";
import type { SequencerFace } from "../sequencer-face.ts";
import { answer, refuse } from "./answer.ts";

const PARAMETER_NAMES = ["track", "parameter", "value"];

const PARAMETER_QUERY = {
  type: "object",
  properties: {
    track: { type: "string", description: "Id of the track." },
    parameter: { type: "string", description: "density, root and so on: see docs/sequencer.md." },
    value: {
      type: "string",
      description: "A number in the parameter's range; a note for root, a word for direction and mute.",
    },
  },
  required: PARAMETER_NAMES,
};

const STATE = {
  type: "object",
  properties: {
    tracks: {
      type: "array",
      items: {
        type: "object",
        properties: {
          id: { type: "string" },
          target: { type: "string", description: "A port, or RACK:NODE." },
          parameters: { type: "object", additionalProperties: { type: "number" } },
        },
      },
    },
    ambience: { type: "number", description: "0: as hands left them; 1: at their ambient values." },
    history: {
      type: "array",
      items: { type: "string" },
      description: "What changed by itself, oldest first.",
    },
  },
};

const DONE = {
  type: "object",
  properties: {
    track: { type: "string" },
    parameter: { type: "string" },
    value: { type: "number" },
    atBar: { type: "boolean", description: "It is heard from the next bar on." },
  },
};

const CHANGE = {
  type: "object",
  properties: { change: { type: ["string", "null"], description: "null: there was nothing to do." } },
};

const REFUSALS = Object.fromEntries(
  [400, 404, 503].map((status) => [status, { description: "Not done.", $ref: "Refusal#" }]),
);

export function addSequencerRoutes(app: FastifyInstance, sequencer: SequencerFace): void {
  app.get("/sequencer", {
    schema: {
      tags: ["sequencer"],
      summary: "Live tracks, their parameters, and what has changed by itself.",
      response: { 200: { description: "As it is now.", ...STATE }, ...REFUSALS },
    },
    handler: (_request, reply) => answer(reply, "GET /sequencer", () => sequencer.state()),
  });
  app.post("/sequencer/parameter", {
    schema: {
      tags: ["sequencer"],
      summary: "Set a parameter of a live track.",
      querystring: PARAMETER_QUERY,
      response: { 200: { description: "Set.", ...DONE }, ...REFUSALS },
    },
    handler: (request, reply) => {
      const where = "POST /sequencer/parameter";
      const values = request.query as Values;
      const unknown = unknownValue(where, values, PARAMETER_NAMES);
      if (unknown?.type === "refused") return refuse(reply, unknown.refusal.code, unknown.refusal.message);
      const { track, parameter, value } = values;
      if (typeof track !== "string" || typeof parameter !== "string" || typeof value !== "string") {
        const sentence = `${where}: expected one track, one parameter and one value, got less or more`;
        return refuse(reply, "VALUE_MISSING", sentence);
      }
      return answer(reply, where, async () => sequencer.setParameter({ track, parameter, value }));
    },
  });
  const changes = {
    mutate: "Change something at once, as mutation does now and then.",
    undo: "Take the newest change back.",
  } as const;
  for (const [name, summary] of Object.entries(changes) as [keyof typeof changes, string][]) {
    app.post(`/sequencer/${name}`, {
      schema: {
        tags: ["sequencer"],
        summary,
        response: { 200: { description: "In words.", ...CHANGE }, ...REFUSALS },
      },
      handler: (_request, reply) =>
        answer(reply, `POST /sequencer/${name}`, async () => ({ change: await sequencer[name]() })),
    });
  }
}
