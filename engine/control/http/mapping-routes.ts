// SPDX-License-Identifier: GPL-3.0-or-later
// The mapping over HTTP: what it does, and the controls that programs move.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isAppError } from "../../base/errors.ts";
import { unknownValue, type Values } from "../command-values.ts";
import type { MappingFace } from "../mapping-face.ts";
import { quoted, REFUSAL_STATUS, type RefusalCode, refusalJson } from "../refusal.ts";
import { MAPPING_PATH, type MoveStream } from "./move-stream.ts";

const MOVE = {
  type: ["object", "null"],
  description: "Something that a mapping did.",
  properties: {
    mapping: { type: "string", description: "Its id." },
    source: { type: "string", enum: ["hand", "maker"], description: "maker: an LFO, timer or envelope." },
    control: { type: "string", description: "The knob, key, pad or name that moved." },
    target: { type: "string" },
    param: { type: ["string", "null"] },
    kind: {
      type: "string",
      enum: ["param", "noteOn", "noteOff", "transport", "midi", "bank", "modifier", "outside"],
    },
    value: { type: "number", description: "In the unit of the target; of a synth as it is on the wire." },
    note: { type: ["integer", "null"], description: "Of a note, 0 to 127." },
    name: { type: "string", description: "For a display: what was moved." },
    text: { type: "string", description: "For a display: where it is, with its unit." },
    place: { type: "string", description: "For a display: whose it is." },
    ratio: { type: ["number", "null"], description: "0 to 1: where it is between its ends." },
    frame: { type: "integer", description: "Engine frames since the engine started." },
    beat: { type: "number", description: "Position in the song, quarter notes." },
  },
};

const PICTURE = {
  type: "object",
  properties: {
    bank: { type: ["string", "null"], description: "The bank that is there; null without banks." },
    banks: { type: "array", items: { type: "string" } },
    held: { type: "array", items: { type: "string" }, description: "Modifiers that are held." },
    mappings: {
      type: "array",
      items: {
        type: "object",
        properties: {
          id: { type: "string" },
          attached: { type: "boolean", description: "The control is where the value is." },
          active: { type: "boolean", description: "Bank and modifier let it count." },
        },
      },
    },
    touched: { ...MOVE, description: "What a hand moved last; null before the first." },
  },
};

const CONTROL = {
  type: "object",
  properties: {
    name: { type: "string" },
    mappings: { type: "array", items: { type: "string" }, description: "Ids of the mappings it moves." },
  },
};

const WHERE = "POST /mapping/control";

export interface MappingRoutesDependencies {
  readonly mapping: MappingFace;
  readonly moves: MoveStream;
}

export function addMappingRoutes(app: FastifyInstance, { mapping, moves }: MappingRoutesDependencies): void {
  app.get("/mapping/status", {
    schema: {
      tags: ["mapping"],
      summary: "Which bank is there, which controls are where their values are, what was moved last.",
      response: { 200: { description: "The newest that is known.", ...PICTURE } },
    },
    handler: () => mapping.picture(),
  });
  app.get("/mapping/controls", {
    schema: {
      tags: ["mapping"],
      summary: "The controls that programs may move.",
      response: {
        200: {
          description: "Mappings with source: control.",
          type: "object",
          properties: { controls: { type: "array", items: CONTROL } },
        },
      },
    },
    handler: () => ({ controls: mapping.controls() }),
  });
  app.post("/mapping/control", {
    schema: {
      tags: ["mapping"],
      summary: "Move a control, as a hand would.",
      querystring: {
        type: "object",
        properties: {
          name: { type: "string", description: "Of the control." },
          value: { type: "number", description: "0 to 1; a button is pressed by 1 and let go by 0." },
        },
        required: ["name", "value"],
      },
      response: {
        200: { description: "The engine has it.", ...CONTROL },
        ...Object.fromEntries(
          [400, 404, 503].map((status) => [status, { description: "Not done.", $ref: "Refusal#" }]),
        ),
      },
    },
    handler: (request, reply) => move(request, reply, mapping),
  });
  app.route({
    method: "GET",
    url: MAPPING_PATH,
    schema: {
      tags: ["mapping"],
      summary:
        'WebSocket: first {"type":"picture",…} as in GET /mapping/status, then {"type":"move",…} for each thing that a mapping does; {"type":"lost","count":N} says how many presses a slow reader has missed.',
      response: {
        101: { description: "The WebSocket.", type: "null" },
        426: { description: "No upgrade.", $ref: "Refusal#" },
      },
    },
    handler: (_request, reply) => {
      reply.header("upgrade", "websocket");
      const sentence = `GET ${MAPPING_PATH}: expected a WebSocket, got a plain request. Open ws://…${MAPPING_PATH}.`;
      return refuse(reply, "WEBSOCKET_EXPECTED", sentence);
    },
    wsHandler: (socket) => moves.add(socket),
  });
}

function move(request: FastifyRequest, reply: FastifyReply, mapping: MappingFace): unknown {
  const values = request.query as Values;
  const unknown = unknownValue(WHERE, values, ["name", "value"]);
  if (unknown?.type === "refused") return refuse(reply, unknown.refusal.code, unknown.refusal.message);
  const { name, value } = values;
  if (typeof name !== "string" || typeof value !== "string")
    return refuse(reply, "VALUE_MISSING", `${WHERE}: expected one name and one value, got less or more`);
  if (value.trim() === "" || !Number.isFinite(Number(value))) {
    const sentence = `${WHERE}: value: expected a number from 0 to 1, got ${quoted(value)}.`;
    return refuse(reply, "VALUE_INVALID", sentence);
  }
  try {
    return mapping.moveControl(name, Number(value), "http");
  } catch (error) {
    if (!isAppError(error) || !isRefusal(error.code)) throw error;
    return refuse(reply, error.code, `${WHERE}: ${error.message}`);
  }
}

function refuse(reply: FastifyReply, code: RefusalCode, sentence: string): FastifyReply {
  return reply.code(REFUSAL_STATUS[code]).send(refusalJson(code, sentence));
}

function isRefusal(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSAL_STATUS, code);
}
