// SPDX-License-Identifier: GPL-3.0-or-later
// The web application: limits, doors, routes and what is answered when something is wrong. It holds
// no state of its own; `control-server.ts` gives it a life.

import fastifySwagger from "@fastify/swagger";
import fastifySwaggerUi from "@fastify/swagger-ui";
import fastifyWebsocket from "@fastify/websocket";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "../../base/logger.ts";
import type { DisplayFace } from "../display-face.ts";
import type { HealthFace } from "../health-face.ts";
import type { LinkFace } from "../link-face.ts";
import type { MappingFace } from "../mapping-face.ts";
import type { PanelFace } from "../panel-face.ts";
import { REFUSAL_STATUS, type RefusalCode, refusalJson } from "../refusal.ts";
import type { SceneFace } from "../scene-face.ts";
import type { SequencerFace } from "../sequencer-face.ts";
import type { SynthFace } from "../synth-face.ts";
import { SHARED_SCHEMAS } from "./api-schemas.ts";
import { answerBrokenRequest } from "./broken-request.ts";
import { addDisplayRoutes } from "./display-routes.ts";
import { addExamplePages } from "./example-pages.ts";
import { addLinkRoutes, LINK_SCHEMA } from "./link-routes.ts";
import { addMappingRoutes } from "./mapping-routes.ts";
import { MAPPING_PATH, type MoveStream } from "./move-stream.ts";
import { addPanelRoutes } from "./panel-routes.ts";
import { addSceneRoutes } from "./scene-routes.ts";
import { addSequencerRoutes } from "./sequencer-routes.ts";
import { addSynthRoutes } from "./synth-routes.ts";
import {
  addTransportRoutes,
  CLOCK_PATH,
  CONTROL_PATH,
  type TransportRoutesDependencies,
} from "./transport-routes.ts";
import { KnownRoutes, pathOf } from "./unknown-route.ts";
import { isOurHost, isTrustedOrigin } from "./visitors.ts";

const MAX_BODY_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
/**
 * A connection on which nothing moves for so long, or for twice as long when bytes wait in it, is closed: its
 * client does not read. Longer than the engine may take to answer. WebSockets have their own limits.
 */
const STILL_TIMEOUT_MS = 15_000;
/** Node looks for requests that are too slow this often. */
const TIMEOUT_CHECK_MS = 500;
const MAX_MESSAGE_BYTES = 64 * 1024;
/** WebSocket close code: the server goes, the client did nothing wrong. */
const GOING_AWAY = 1001;

export interface WebAppDependencies extends TransportRoutesDependencies {
  readonly health: HealthFace;
  readonly link: LinkFace;
  readonly synths: SynthFace;
  readonly mapping: MappingFace;
  readonly moves: MoveStream;
  /** Absent: there are no live tracks to ask for. */
  readonly sequencer?: SequencerFace | undefined;
  /** Absent: there are no scenes to ask for. */
  readonly scenes?: SceneFace | undefined;
  /** Absent: nobody knows of a front panel. */
  readonly panel?: PanelFace | undefined;
  /** Absent: nothing draws pictures. */
  readonly display?: DisplayFace | undefined;
  readonly log: Logger;
  readonly configuredHost: string;
  /** WebSocket clients at once; it may change. */
  readonly maxClients: () => number;
  /** Of the product, for /docs. */
  readonly version: string;
}

export async function makeWebApp(dependencies: WebAppDependencies): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: STILL_TIMEOUT_MS,
    keepAliveTimeout: HEADERS_TIMEOUT_MS,
    forceCloseConnections: true,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      // Everything else (HTTP/2 upgrades, WebSockets on other paths) is an ordinary request.
      shouldUpgradeCallback: ({ headers, url }) =>
        headers.upgrade?.toLowerCase() === "websocket" &&
        [CLOCK_PATH, CONTROL_PATH, MAPPING_PATH].includes(url?.split("?", 1)[0] ?? ""),
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, dependencies.log),
  });
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, dependencies.log));
  // The schemas describe (see api-schemas.ts): nothing is coerced on the way in, nothing is
  // filtered on the way out.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  takeAnyBody(app);

  const routes = new KnownRoutes();
  routes.watch(app);
  // Before `admit`, which asks whether a request wants to become a WebSocket.
  await app.register(fastifyWebsocket, {
    options: { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false },
    // Wrong frames and broken connections: the client's matter, and it is gone.
    errorHandler: (_error, socket) => socket.terminate(),
    preClose: (done) => sayGoodbye(app, done),
  });
  app.addHook("onRequest", async (request, reply) => admit(request, reply, dependencies, routes));
  app.setNotFoundHandler((request, reply) => routes.answerUnknown(request, reply));

  for (const schema of [...SHARED_SCHEMAS, LINK_SCHEMA]) app.addSchema(schema);
  await addDocs(app, dependencies.version);
  // Registered like a plugin: only routes that come after the plugins get what those add.
  await app.register((inner, _options, done) => {
    addTransportRoutes(inner, dependencies);
    addLinkRoutes(inner, dependencies.link);
    addSynthRoutes(inner, dependencies.synths);
    addMappingRoutes(inner, dependencies);
    if (dependencies.sequencer !== undefined) addSequencerRoutes(inner, dependencies.sequencer);
    if (dependencies.scenes !== undefined) addSceneRoutes(inner, dependencies.scenes);
    if (dependencies.panel !== undefined) addPanelRoutes(inner, dependencies.panel);
    if (dependencies.display !== undefined) addDisplayRoutes(inner, dependencies.display);
    addHealthRoute(inner, dependencies.health);
    addExamplePages(inner);
    done();
  });
  return app;
}

function addHealthRoute(app: FastifyInstance, health: HealthFace): void {
  const schema = {
    tags: ["health"],
    summary: "200 when the engine's heart beats and Node is fine.",
    response: {
      200: { description: "Well.", $ref: "Health#" },
      503: { description: "Not well; the body says why.", $ref: "Health#" },
    },
  };
  app.get("/health", { schema }, (_request, reply) => {
    const { engineBeats, nodeFine, problems, facts } = health.health();
    const healthy = engineBeats && nodeFine;
    return reply
      .code(healthy ? 200 : 503)
      .send({ healthy, engine_beats: engineBeats, node_fine: nodeFine, problems, facts });
  });
}

async function addDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Downbeat",
        version,
        description: "The transport of the box. Fields and routes may be added, none will move.",
      },
      tags: [
        { name: "transport" },
        { name: "link" },
        { name: "synths" },
        { name: "mapping" },
        { name: "sequencer" },
        { name: "scenes" },
        { name: "panel" },
        { name: "health" },
      ],
    },
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, i) => String($id ?? `def-${i}`) },
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: "/docs",
    // Everything from here, nothing from elsewhere: the box has no internet on stage.
    uiConfig: { validatorUrl: null },
    staticCSP: {
      "default-src": "'self'",
      "img-src": ["'self'", "data:"],
      "style-src": ["'self'", "'unsafe-inline'"],
      "frame-ancestors": "'none'",
    },
  });
}

/** Bodies are not used: values are in the query. Any content type may come, also none. */
function takeAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, _body, done) => done(null));
}

/** Every request passes here, before anything is done for it. */
async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  { configuredHost, maxClients }: WebAppDependencies,
  routes: KnownRoutes,
): Promise<FastifyReply | undefined> {
  reply.header("x-content-type-options", "nosniff");
  const { method, headers } = request;
  const what = `${method} ${pathOf(request)}`;
  const { localAddress } = request.socket;
  if (!isOurHost({ hostHeader: headers.host, configuredHost, localAddress })) {
    return refuse(
      reply,
      "HOST_REFUSED",
      `${what}: expected a Host header that names this machine, got ${headers.host ?? "none"}. Use the address or the name that the settings give.`,
    );
  }
  const isTrusted = isTrustedOrigin(headers.origin, headers.host);
  const isReading = (method === "GET" || method === "HEAD") && !request.ws;
  if (!isTrusted && !isReading) {
    return refuse(
      reply,
      "ORIGIN_REFUSED",
      `${what}: expected a page from this box or from this machine, got one from ${headers.origin}. Open the page from there.`,
    );
  }
  if (request.ws && request.server.websocketServer.clients.size >= maxClients()) {
    reply.header("retry-after", "5");
    return refuse(
      reply,
      "TOO_MANY_CLIENTS",
      `${what}: expected at most ${maxClients()} WebSocket clients at once, got one more. Close one, or raise http.maxClients in the settings.`,
    );
  }
  if (!pathOf(request).startsWith("/docs")) reply.header("cache-control", "no-store");
  if (headers.origin !== undefined && isTrusted) {
    // A page on another port of this machine may send commands, so it may read the answers too.
    reply.header("access-control-allow-origin", headers.origin).header("vary", "Origin");
    const methods = routes.methodsOf(pathOf(request));
    if (method === "OPTIONS" && methods !== undefined) {
      return reply
        .code(204)
        .header("access-control-allow-methods", methods)
        .header("access-control-allow-headers", "content-type")
        .header("access-control-max-age", "600")
        .send();
    }
  }
  return undefined;
}

function refuse(reply: FastifyReply, code: RefusalCode, message: string): FastifyReply {
  return reply.code(REFUSAL_STATUS[code]).send(refusalJson(code, message));
}

function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): FastifyReply {
  const what = `${request.method} ${pathOf(request)}`;
  const status = statusOf(error);
  if (status === 413) {
    return refuse(
      reply,
      "BODY_TOO_LARGE",
      `${what}: expected a body of at most ${MAX_BODY_BYTES} bytes, got more. Leave the body out: values go into the query.`,
    );
  }
  if (status >= 400 && status < 500) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(reply, "REQUEST_MALFORMED", `${what}: this request cannot be read: ${reason}.`);
  }
  log.error({ err: error, method: request.method, path: pathOf(request) }, "a request broke");
  return refuse(
    reply,
    "INTERNAL",
    `${what}: something broke while answering; the log has it. The music is not touched by this.`,
  );
}

function statusOf(error: unknown): number {
  const status =
    typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : 500;
  return typeof status === "number" ? status : 500;
}

/** Done when every client has gone; `control-server.ts` sees to it that they all do. */
function sayGoodbye({ websocketServer }: FastifyInstance, done: () => void): void {
  for (const client of websocketServer.clients) client.close(GOING_AWAY, "the server stops");
  websocketServer.close(() => done());
}
