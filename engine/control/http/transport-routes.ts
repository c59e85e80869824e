// SPDX-License-Identifier: GPL-3.0-or-later
// The transport's routes. Paths, query names and fields are a face that must not move.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { MidiPortStatus } from "../../binding/engine-status.ts";
import {
  loopOrder,
  loopSwitchOrder,
  misspeltValue,
  type Order,
  ok,
  type Parsed,
  quantised,
  SEEK_NAMES,
  seekToOrder,
  tempoOrder,
  unknownValue,
  type Values,
} from "../command-values.ts";
import { midiPortsJson } from "../midi-ports-json.ts";
import { REFUSAL_STATUS, refusalJson } from "../refusal.ts";
import { runOrder } from "../run-order.ts";
import { statusJson } from "../status-json.ts";
import type { TransportFace, TransportStatus } from "../transport-face.ts";
import { LOOP_QUERY, PLAIN_QUERY, SEEK_QUERY, TEMPO_QUERY } from "./api-schemas.ts";
import type { ClockStream } from "./clock-stream.ts";
import type { CommandSockets } from "./command-sockets.ts";

export const CLOCK_PATH = "/ws/transport/clock";
export const CONTROL_PATH = "/ws/transport/control";

export interface TransportRoutesDependencies {
  readonly transport: TransportFace;
  readonly clock: ClockStream;
  readonly commands: CommandSockets;
  readonly wallMs: () => number;
  readonly refusedConnections: () => number;
  /** As the engine last said. */
  readonly midiPorts: () => readonly MidiPortStatus[];
}

interface CommandRoute {
  readonly path: string;
  readonly summary: string;
  readonly query: object;
  /** Without `quantum`, which every route takes. */
  readonly order: (where: string, values: Values, present: TransportStatus) => Parsed<Order>;
}

const COMMAND_ROUTES: readonly CommandRoute[] = [
  plain("play", "Play from the position; with Link peers at the next quantum."),
  plain("stop", "Stop, and go back to where play last began."),
  plain("pause", "Stop, and keep the position."),
  plain("resume", "Play on from the position."),
  plain("rewind", "Go to the start of the song."),
  {
    path: "/transport/seek",
    summary: "Go to a position in seconds, in beats, or to a bar.",
    query: SEEK_QUERY,
    order: (where, values) => unknownValue(where, values, SEEK_NAMES) ?? seekToOrder(where, values),
  },
  {
    path: "/transport/tempo",
    summary: "Set the tempo, for every Link peer.",
    query: TEMPO_QUERY,
    order: (where, values) => unknownValue(where, values, ["bpm"]) ?? tempoOrder(where, "bpm", values.bpm),
  },
  {
    path: "/transport/loop",
    summary: "Set the loop in seconds or beats, and switch it.",
    query: LOOP_QUERY,
    order: loopOrder,
  },
  {
    path: "/transport/loop/enable",
    summary: "Switch the loop on.",
    query: PLAIN_QUERY,
    order: (where, values, present) =>
      misspeltValue(where, values, "quantum") ?? loopSwitchOrder(where, true, present),
  },
  {
    path: "/transport/loop/disable",
    summary: "Switch the loop off.",
    query: PLAIN_QUERY,
    order: (where, values, present) =>
      misspeltValue(where, values, "quantum") ?? loopSwitchOrder(where, false, present),
  },
];

export function addTransportRoutes(app: FastifyInstance, dependencies: TransportRoutesDependencies) {
  const { transport, clock, commands, wallMs } = dependencies;
  app.get("/transport/status", {
    schema: { tags: ["transport"], summary: "The transport now.", response: answers("Status") },
    handler: () => statusJson(transport.status(), wallMs()),
  });
  app.get("/transport/metrics", {
    schema: { tags: ["transport"], summary: "How the clock does.", response: answers("Metrics") },
    handler: () => metricsJson(dependencies),
  });
  for (const route of COMMAND_ROUTES) addCommandRoute(app, route, dependencies);
  app.route({
    method: "GET",
    url: CLOCK_PATH,
    schema: socketSchema(
      'WebSocket: the status at the rate of the settings, as in the schema Clock. {"ping":N} is answered with {"pong":N,"link_us":…}.',
    ),
    handler: webSocketExpected,
    wsHandler: (socket, request) => clock.add(socket, request.raw.socket),
  });
  app.route({
    method: "GET",
    url: CONTROL_PATH,
    schema: socketSchema(
      'WebSocket: {"command":"play|stop|pause|resume|seek|tempo|rewind|loop","value":…,"quantum":…}; each message is answered with the schema Done or Refusal.',
    ),
    handler: webSocketExpected,
    wsHandler: (socket) => commands.add(socket),
  });
}

function plain(type: "play" | "stop" | "pause" | "resume" | "rewind", summary: string): CommandRoute {
  return {
    path: `/transport/${type}`,
    summary,
    query: PLAIN_QUERY,
    order: (where, values) => misspeltValue(where, values, "quantum") ?? ok({ command: { type } }),
  };
}

function addCommandRoute(
  app: FastifyInstance,
  route: CommandRoute,
  { transport, wallMs }: TransportRoutesDependencies,
): void {
  app.post(route.path, {
    schema: {
      tags: ["transport"],
      summary: route.summary,
      querystring: route.query,
      response: {
        ...answers("Done"),
        400: refusal("A wrong value."),
        409: refusal("Not now."),
        503: refusal("Try again."),
      },
    },
    handler: async (request, reply) => {
      const { quantum, ...values } = request.query as Values;
      const where = `POST ${route.path}`;
      const order = quantised(where, route.order(where, values, transport.status()), quantum);
      if (order.type === "refused") {
        return reply.code(REFUSAL_STATUS[order.refusal.code]).send({ error: order.refusal });
      }
      const outcome = await runOrder(order.value, "http", transport, wallMs);
      if (outcome.type === "done") return outcome.body;
      return reply
        .code(REFUSAL_STATUS[outcome.body.error.code])
        .header("retry-after", outcome.retryAfterSeconds)
        .send(outcome.body);
    },
  });
}

function metricsJson({
  transport,
  clock,
  commands,
  refusedConnections,
  midiPorts,
}: TransportRoutesDependencies) {
  const status = transport.status();
  const metrics = clock.metrics();
  return {
    sample_rate: status.sampleRate,
    block_size: status.blockFrames,
    bpm: status.tempoBpm,
    connected_clients: metrics.readers,
    updates_sent: metrics.updatesSent,
    actual_fps: metrics.actualHz,
    target_hz: metrics.targetHz,
    control_clients: commands.count,
    updates_dropped: metrics.updatesDropped,
    slow_clients_closed: metrics.readersCutOff,
    refused_connections: refusedConnections(),
    xruns: status.xruns,
    load_ratio: status.loadRatio,
    clock_in_jitter_us: status.clockInJitterMicros,
    clock_in_ticks: status.clockInTicks,
    plan_hash: status.planHash,
    midi_ports: midiPortsJson(midiPorts()),
  };
}

function webSocketExpected(request: FastifyRequest, reply: FastifyReply) {
  const path = request.routeOptions.url;
  return reply
    .code(REFUSAL_STATUS.WEBSOCKET_EXPECTED)
    .header("upgrade", "websocket")
    .send(
      refusalJson(
        "WEBSOCKET_EXPECTED",
        `GET ${path}: expected a WebSocket, got a plain request. Open ws://…${path}.`,
      ),
    );
}

function socketSchema(summary: string) {
  return {
    tags: ["transport"],
    summary,
    response: { 101: { description: "The WebSocket.", type: "null" }, 426: refusal("No upgrade.") },
  };
}

function answers(schema: string) {
  return { 200: { description: schema, $ref: `${schema}#` } };
}

function refusal(description: string) {
  return { description, $ref: "Refusal#" };
}
