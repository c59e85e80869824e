// SPDX-License-Identifier: GPL-3.0-or-later
// The display over HTTP: how it does, what it shows as a picture, and which page stays.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { unknownValue, type Values } from "../command-values.ts";
import type { DisplayFace } from "../display-face.ts";
import { quoted } from "../refusal.ts";
import { answer, refuse } from "./answer.ts";

const DEFAULT_SCALE = 4;
const LARGEST_SCALE = 16;

const REPORT = {
  type: "object",
  properties: {
    state: {
      type: "string",
      enum: ["off", "looking", "on"],
      description: "off: the settings want none; looking: none answers.",
    },
    type: { type: ["string", "null"], description: "ssd1306 or sh1106; null while there is none." },
    address: { type: ["integer", "null"] },
    page: { type: "string", description: "That is shown now, or would be." },
    chosen: { type: ["string", "null"], description: "A page that was chosen; null: it changes by itself." },
    pages: { type: "array", items: { type: "string" } },
    sentence: { type: "string", description: "Why there is none." },
    bytesSent: { type: "integer", description: "On the bus, since the start." },
    framesSent: { type: "integer" },
  },
};

const PAGE = { type: "string", description: "play, parameter, network, trouble, boot or shutdown." };

const REFUSALS = Object.fromEntries(
  [400, 404].map((status) => [status, { description: "Not done.", $ref: "Refusal#" }]),
);

export function addDisplayRoutes(app: FastifyInstance, display: DisplayFace): void {
  app.get("/panel/display", {
    schema: {
      tags: ["panel"],
      summary: "The display: is there one, which page does it show.",
      response: { 200: { description: "As it is now.", ...REPORT } },
    },
    handler: () => display.report(),
  });
  app.get("/panel/screenshot.png", {
    schema: {
      tags: ["panel"],
      summary: "What the display shows, or would show if there were one.",
      querystring: {
        type: "object",
        properties: {
          page: { ...PAGE, description: "Another page than the one that is shown." },
          scale: { type: "integer", description: "Pixels for each of the display's: 1 to 16, else 4." },
        },
      },
      response: { 200: { description: "A PNG picture.", type: "string", format: "binary" }, ...REFUSALS },
    },
    handler: (request, reply) => screenshot(request, reply, display),
  });
  app.post("/panel/page", {
    schema: {
      tags: ["panel"],
      summary: "Keep a page on the display, or let it change by itself.",
      querystring: {
        type: "object",
        properties: { name: { ...PAGE, description: "A page, or auto." } },
        required: ["name"],
      },
      response: { 200: { description: "It is shown.", ...REPORT }, ...REFUSALS },
    },
    handler: (request, reply) => choosePage(request, reply, display),
  });
}

async function screenshot(
  request: FastifyRequest,
  reply: FastifyReply,
  display: DisplayFace,
): Promise<unknown> {
  const where = "GET /panel/screenshot.png";
  const values = request.query as Values;
  const unknown = unknownValue(where, values, ["page", "scale"]);
  if (unknown?.type === "refused") return refuse(reply, unknown.refusal.code, unknown.refusal.message);
  const { page = null, scale: written = String(DEFAULT_SCALE) } = values;
  const scale = typeof written === "string" && /^\d{1,2}$/.test(written) ? Number(written) : Number.NaN;
  if (!(scale >= 1 && scale <= LARGEST_SCALE)) {
    const sentence = `${where}: scale: expected a whole number from 1 to ${LARGEST_SCALE}, got ${quoted(written)}.`;
    return refuse(reply, "VALUE_INVALID", sentence);
  }
  if (page !== null && typeof page !== "string")
    return refuse(reply, "VALUE_INVALID", `${where}: page: expected one page, got more.`);
  return answer(reply, where, async () => {
    const picture = display.screenshot(page, scale);
    reply.type("image/png");
    return picture;
  });
}

function choosePage(request: FastifyRequest, reply: FastifyReply, display: DisplayFace): unknown {
  const where = "POST /panel/page";
  const values = request.query as Values;
  const unknown = unknownValue(where, values, ["name"]);
  if (unknown?.type === "refused") return refuse(reply, unknown.refusal.code, unknown.refusal.message);
  const { name } = values;
  if (typeof name !== "string")
    return refuse(
      reply,
      "VALUE_MISSING",
      `${where}: expected one name, got ${name === undefined ? "none" : "more"}.`,
    );
  return answer(reply, where, async () => display.choosePage(name));
}
