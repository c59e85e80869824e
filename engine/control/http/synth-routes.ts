// SPDX-License-Identifier: GPL-3.0-or-later
// The synths at the ports, over HTTP: their parameters by name.
import type { FastifyInstance } from "fastify";
import { unknownValue, type Values } from "../command-values.ts";
import type { SynthFace } from "../synth-face.ts";
import { answer, refuse } from "./answer.ts";

const PARAMETER_NAMES = ["port", "parameter", "value"];

const PARAMETER_QUERY = {
  type: "object",
  properties: {
    parameter: { type: "string", description: "Id or role: filter_cutoff, or filter.cutoff on any synth." },
    value: { type: "string", description: "0 to 1, or one of the parameter's labels." },
    port: { type: "string", description: "Id of the synth's port; not needed when one synth has it." },
  },
  required: ["parameter", "value"],
};

const SYNTH = {
  type: "object",
  properties: {
    port: { type: "string", description: "Id of the MIDI port." },
    profile: { type: "string", description: "Id of the profile." },
    name: { type: "string" },
    channel: { type: "integer", description: "1 to 16." },
    parameters: {
      type: "array",
      items: {
        type: "object",
        properties: {
          id: { type: "string" },
          name: { type: "string" },
          role: { type: ["string", "null"], description: "What it is on any synth." },
          labels: { type: "array", items: { type: "string" }, description: "What it can be by name." },
          value: {
            type: ["number", "string", "null"],
            description: "As it was last set here: 0 to 1, or a label; null when it never was.",
          },
        },
      },
    },
  },
};

const DONE = {
  type: "object",
  properties: {
    port: { type: "string" },
    parameter: { type: "string", description: "Its id." },
    value: { type: ["number", "string"] },
    sent: { type: "boolean", description: "False: the synth is away, and gets it when it comes." },
    messages: {
      type: "array",
      items: { type: "array", items: { type: "integer" } },
      description: "The bytes of each MIDI message.",
    },
  },
};

export function addSynthRoutes(app: FastifyInstance, synths: SynthFace): void {
  app.get("/synths", {
    schema: {
      tags: ["synths"],
      summary: "The synths at the ports, and their parameters.",
      response: {
        200: {
          description: "Those whose port has a profile.",
          type: "object",
          properties: { synths: { type: "array", items: SYNTH } },
        },
        503: { description: "The engine is away.", $ref: "Refusal#" },
      },
    },
    handler: (_request, reply) =>
      answer(reply, "GET /synths", async () => ({ synths: await synths.synths() })),
  });
  app.post("/synths/parameter", {
    schema: {
      tags: ["synths"],
      summary: "Set a parameter of a synth.",
      querystring: PARAMETER_QUERY,
      response: {
        200: { description: "Sent, or kept for when the synth is back.", ...DONE },
        ...Object.fromEntries(
          [400, 404, 409, 503].map((status) => [status, { description: "Not done.", $ref: "Refusal#" }]),
        ),
      },
    },
    handler: (request, reply) => {
      const where = "POST /synths/parameter";
      const values = request.query as Values;
      const unknown = unknownValue(where, values, PARAMETER_NAMES);
      if (unknown?.type === "refused") return refuse(reply, unknown.refusal.code, unknown.refusal.message);
      const [parameter, value, port] = [values.parameter, values.value, values.port];
      if (typeof parameter !== "string" || typeof value !== "string")
        return refuse(
          reply,
          "VALUE_MISSING",
          `${where}: expected one parameter and one value, got less or more`,
        );
      if (port !== undefined && typeof port !== "string")
        return refuse(reply, "VALUE_INVALID", `${where}: expected one port, got more`);
      return answer(reply, where, () => synths.setParameter({ port: port ?? null, parameter, value }));
    },
  });
}
