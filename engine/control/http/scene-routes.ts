// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes over HTTP: which there are, calling one back, keeping and removing one.
import type { FastifyInstance } from "fastify";
import { sceneStart, unknownValue, type Values } from "../command-values.ts";
import type { SceneFace } from "../scene-face.ts";
import { answer, refuse } from "./answer.ts";

const SCENE = { type: "string", description: "Id of the scene." };
const START = {
  type: "string",
  enum: ["now", "beat", "bar"],
  description: "When it begins while the song plays; as the scene is written when it is absent.",
};

const STATE = {
  type: "object",
  properties: {
    scene: { type: ["string", "null"], description: "Called last; null before the first." },
    scenes: {
      type: "array",
      items: {
        type: "object",
        properties: {
          id: { type: "string" },
          start: START,
          fadeMs: { type: "number" },
          tempo: { type: ["number", "null"], description: "Beats per minute; null leaves it." },
          values: { type: "integer", description: "So many parameters." },
        },
      },
    },
  },
};

const DONE = {
  recall: { scene: { type: "string" }, start: START },
  save: {
    scene: { type: "string" },
    values: { type: "integer", description: "So many parameters." },
    replaced: { type: "boolean", description: "There was one of this name." },
  },
  remove: { scene: { type: "string" } },
} as const;

const SUMMARIES = {
  recall: "Call a scene back.",
  save: "What hands have moved becomes a scene of the settings file.",
  remove: "Take a scene out of the settings file.",
} as const;

const REFUSALS = Object.fromEntries(
  [400, 404, 409, 500, 503].map((status) => [status, { description: "Not done.", $ref: "Refusal#" }]),
);

export function addSceneRoutes(app: FastifyInstance, scenes: SceneFace): void {
  app.get("/scenes", {
    schema: {
      tags: ["scenes"],
      summary: "Which scenes there are, and which was called last.",
      response: { 200: { description: "The newest that is known.", ...STATE } },
    },
    handler: () => scenes.sceneState(),
  });
  for (const name of ["recall", "save", "remove"] as const) {
    const where = `POST /scenes/${name}`;
    const names = name === "recall" ? ["scene", "start"] : ["scene"];
    app.post(`/scenes/${name}`, {
      schema: {
        tags: ["scenes"],
        summary: SUMMARIES[name],
        querystring: {
          type: "object",
          properties: name === "recall" ? { scene: SCENE, start: START } : { scene: SCENE },
          required: ["scene"],
        },
        response: { 200: { description: "Done.", type: "object", properties: DONE[name] }, ...REFUSALS },
      },
      handler: (request, reply) => {
        const values = request.query as Values;
        const unknown = unknownValue(where, values, names);
        if (unknown !== undefined) return refuse(reply, unknown.refusal.code, unknown.refusal.message);
        const { scene } = values;
        if (typeof scene !== "string" || scene === "")
          return refuse(reply, "VALUE_MISSING", `${where}: expected one scene, got less or more`);
        if (name !== "recall") return answer(reply, where, () => scenes[name](scene));
        const start = sceneStart(where, values.start);
        if (start.type === "refused") return refuse(reply, start.refusal.code, start.refusal.message);
        return answer(reply, where, async () => scenes.recall(scene, start.value, "http"));
      },
    });
  }
}
