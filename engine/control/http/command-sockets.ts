// SPDX-License-Identifier: GPL-3.0-or-later
// Commands over a WebSocket: {"command":"seek","value":12.5}. Every message gets one answer, in the
// order of the messages: the new status, or an error object. A wrong message costs its sender an
// answer, nobody else anything.

import type { RawData, WebSocket } from "ws";
import type { Logger } from "../../base/logger.ts";
import { nearestName } from "../../base/nearest-name.ts";
import {
  loopOrder,
  type Order,
  ok,
  type Parsed,
  quantised,
  refused,
  SEEK_NAMES,
  seekOrder,
  seekToOrder,
  tempoOrder,
  unknownValue,
} from "../command-values.ts";
import { quoted, refusalJson } from "../refusal.ts";
import { runOrder } from "../run-order.ts";
import type { TransportFace, TransportStatus } from "../transport-face.ts";

export const COMMANDS = ["play", "stop", "pause", "resume", "seek", "tempo", "rewind", "loop"] as const;

/** Commands of one client whose answers are still to come. */
const MAX_UNANSWERED = 64;
/** A client that leaves this many bytes of answers unread is cut off. */
const MAX_UNREAD_BYTES = 256 * 1024;
/** A client that does not answer this many pings in a row is gone. */
const MAX_MISSED_PINGS = 2;
const PING_EVERY_MS = 10_000;

export interface CommandSocketsDependencies {
  readonly transport: TransportFace;
  readonly wallMs: () => number;
  readonly log: Logger;
}

interface Client {
  readonly socket: WebSocket;
  missedPings: number;
  unanswered: number;
  /** Ends when everything so far is answered. */
  answers: Promise<void>;
}

/** Thread: control. */
export class CommandSockets {
  readonly #dependencies: CommandSocketsDependencies;
  readonly #clients = new Set<Client>();
  #pinging: NodeJS.Timeout | undefined;

  constructor(dependencies: CommandSocketsDependencies) {
    this.#dependencies = dependencies;
  }

  get count(): number {
    return this.#clients.size;
  }

  /** Owns: a place among the clients until `socket` closes. */
  add(socket: WebSocket): void {
    const client: Client = { socket, missedPings: 0, unanswered: 0, answers: Promise.resolve() };
    this.#clients.add(client);
    socket.on("message", (data, isBinary) => this.#take(client, data, isBinary));
    socket.on("pong", () => {
      client.missedPings = 0;
    });
    socket.on("close", () => {
      this.#clients.delete(client);
      if (this.#clients.size > 0) return;
      clearInterval(this.#pinging);
      this.#pinging = undefined;
    });
    this.#pinging ??= setInterval(() => this.#pingAll(), PING_EVERY_MS);
  }

  #take(client: Client, data: RawData, isBinary: boolean): void {
    if (client.unanswered >= MAX_UNANSWERED) {
      // Answered out of turn: what keeps an order would have to keep this one too.
      const message = `/ws/transport/control: expected at most ${MAX_UNANSWERED} commands at once, got more. Wait for answers before sending on.`;
      this.#send(client, refusalJson("TOO_MANY_COMMANDS", message));
      return;
    }
    client.unanswered += 1;
    // The command goes to the engine now, so that commands keep their order; only the answer waits.
    const answer = this.#answer(data, isBinary);
    client.answers = client.answers.then(async () => {
      const body = await answer;
      client.unanswered -= 1;
      this.#send(client, body);
    });
  }

  /** Never rejects: nobody would catch it, and that ends the whole process. */
  async #answer(data: RawData, isBinary: boolean): Promise<object> {
    try {
      return await this.#obey(data, isBinary);
    } catch (error) {
      this.#dependencies.log.error({ err: error }, "a command over a WebSocket broke");
      return refusalJson(
        "INTERNAL",
        `${WHERE}: something broke while answering; the log has it. The music is not touched by this.`,
      );
    }
  }

  async #obey(data: RawData, isBinary: boolean): Promise<object> {
    const { transport, wallMs } = this.#dependencies;
    const order = isBinary
      ? refused(
          "MESSAGE_INVALID",
          "/ws/transport/control: expected a text message, got a binary one. Send JSON as text.",
        )
      : orderOf(data.toString(), transport.status());
    if (order.type === "refused") return { error: order.refusal };
    const outcome = await runOrder(order.value, "websocket", transport, wallMs);
    return outcome.body;
  }

  #send(client: Client, answer: object): void {
    const { socket } = client;
    if (socket.readyState !== socket.OPEN) return;
    socket.send(JSON.stringify(answer));
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
  }

  #pingAll(): void {
    for (const client of this.#clients) {
      if (client.missedPings >= MAX_MISSED_PINGS) {
        client.socket.terminate();
        continue;
      }
      client.missedPings += 1;
      if (client.socket.readyState === client.socket.OPEN) client.socket.ping();
    }
  }
}

const WHERE = "/ws/transport/control";
const EXAMPLE = 'Send for example {"command":"seek","value":12.5}.';

function orderOf(text: string, present: TransportStatus): Parsed<Order> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return refused("MESSAGE_INVALID", `${WHERE}: expected a JSON object, got ${quoted(text)}. ${EXAMPLE}`);
  }
  if (!isObject(message)) {
    return refused("MESSAGE_INVALID", `${WHERE}: expected a JSON object, got ${quoted(message)}. ${EXAMPLE}`);
  }
  const at = typeof message.command === "string" ? `${WHERE}: ${message.command}` : WHERE;
  return quantised(at, plainOrderOf(at, message, present), message.quantum);
}

function plainOrderOf(
  at: string,
  { command, value }: Readonly<Record<string, unknown>>,
  present: TransportStatus,
): Parsed<Order> {
  switch (command) {
    case "play":
    case "stop":
    case "pause":
    case "resume":
    case "rewind":
      return ok({ command: { type: command } });
    case "seek":
      if (!isObject(value)) return seekOrder(at, "value", value);
      return unknownValue(at, value, SEEK_NAMES) ?? seekToOrder(at, value);
    case "tempo":
      return tempoOrder(at, "value", value);
    case "loop":
      if (isObject(value)) return loopOrder(at, value, present);
      return refused(
        value === undefined ? "VALUE_MISSING" : "VALUE_INVALID",
        `${at}: value: expected an object, got ${quoted(value)}. Send for example {"command":"loop","value":{"start":0,"end":8,"enabled":true}}.`,
      );
    default: {
      const near = typeof command === "string" ? nearestName(command, COMMANDS) : null;
      return refused(
        "COMMAND_UNKNOWN",
        `${WHERE}: command: expected one of ${COMMANDS.join(", ")}, got ${quoted(command)}. ${near === null ? EXAMPLE : `Did you mean ${near}?`}`,
      );
    }
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
