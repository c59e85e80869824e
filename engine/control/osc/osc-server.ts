// SPDX-License-Identifier: GPL-3.0-or-later
// The transport over OSC, as a service. See docs/osc.md.
//
// Whoever sends may be made up, malicious or broken: what one datagram may cost is bounded, what is
// sent back to a stranger is rare and hardly larger than what came, and a stream goes only to
// targets of the settings and to subscribers who proved their address (osc-targets.ts).

import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { AppError, isAppError, messageOf, systemCodeOf } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import { TokenBucket } from "../../base/token-bucket.ts";
import { sceneStart } from "../command-values.ts";
import type { MappingFace } from "../mapping-face.ts";
import { isRefusalCode, quoted, type RefusalCode, refusalJson } from "../refusal.ts";
import { runOrder } from "../run-order.ts";
import type { SceneFace } from "../scene-face.ts";
import type { SequencerFace } from "../sequencer-face.ts";
import type { TransportFace } from "../transport-face.ts";
import { OscFeedbackStream } from "./osc-feedback.ts";
import { oscOrder } from "./osc-orders.ts";
import { integer, type OscFeedback, type OscMessage, packetOf, readPacket, text } from "./osc-packet.ts";
import { CONFIRM_ADDRESS, ERROR_ADDRESS, FEEDBACK_ADDRESSES, NOTICE_ADDRESS } from "./osc-picture.ts";
import { type OscEndpoint, OscTargets } from "./osc-targets.ts";

export interface OscServerSettings {
  /** Address or name to listen on; loopback unless the owner wants otherwise. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Targets of feedback, each `host:port`. */
  readonly feedback: readonly string[];
  /** Positions per second, 1 to 60. */
  readonly rateHz: number;
}

export interface OscServerDependencies {
  readonly settings: OscServerSettings;
  readonly transport: TransportFace;
  readonly mapping: MappingFace;
  readonly sequencer?: SequencerFace | undefined;
  readonly scenes?: SceneFace | undefined;
  readonly log: Logger;
  /** Milliseconds of a clock that never jumps. */
  readonly monotonicMs?: () => number;
}

export const SUBSCRIBE_ADDRESS = "/downbeat/subscribe";
/** Before the name of a control of the mapping. */
export const CONTROL_ADDRESS = "/downbeat/control/";
export const UNSUBSCRIBE_ADDRESS = "/downbeat/unsubscribe";
export const TRACK_PREFIX = "/downbeat/track/";
export const SCENE_PREFIX = "/downbeat/scene/";

/** Messages that are read; what comes beyond is left out. */
const MAX_MESSAGES_PER_SECOND = 500;
/** Confirmations, notices and errors that are sent, all together. */
const MAX_REPLIES_PER_SECOND = 20;
/** Commands that wait for the engine. */
const MAX_UNDER_WAY = 64;
/** Datagrams that wait to be sent; beyond it they are left out, like any datagram that is lost. */
const MAX_SEND_QUEUE_BYTES = 256 * 1024;

export interface OscMetrics {
  readonly received: number;
  /** Above the limits. */
  readonly leftOut: number;
  readonly broken: number;
}

/** Thread: control. */
export class OscServer {
  readonly #dependencies: OscServerDependencies;
  readonly #monotonicMs: () => number;
  readonly #targets: OscTargets;
  readonly #feedback: OscFeedbackStream;
  readonly #arrivals = new TokenBucket(MAX_MESSAGES_PER_SECOND);
  readonly #replies = new TokenBucket(MAX_REPLIES_PER_SECOND);
  #socket: Socket | undefined;
  #underWay = 0;
  #received = 0;
  #leftOut = 0;
  #broken = 0;

  constructor(dependencies: OscServerDependencies) {
    this.#dependencies = dependencies;
    const { settings, transport, monotonicMs = () => performance.now() } = dependencies;
    this.#monotonicMs = monotonicMs;
    this.#targets = new OscTargets(settings.feedback, isIPv6(settings.host) ? 6 : 4);
    this.#feedback = new OscFeedbackStream({
      transport,
      targets: this.#targets,
      send: (message, to) => this.#send(message, to),
      rateHz: settings.rateHz,
      monotonicMs,
    });
  }

  /** The port that it listens on; undefined while it does not. */
  get port(): number | undefined {
    return this.#socket?.address().port;
  }

  metrics(): OscMetrics {
    return { received: this.#received, leftOut: this.#leftOut, broken: this.#broken };
  }

  /**
   * Listens; stops by itself when `signal` aborts.
   *
   * @throws {AppError} `OSC_PORT_TAKEN` when another program has the port, `SOCKET_FAILED` when the
   * host or the port cannot be had
   */
  async start(signal: AbortSignal): Promise<void> {
    const { settings, log } = this.#dependencies;
    const { host, port, feedback } = settings;
    const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.bind({ address: host, port }, resolve);
      });
    } catch (cause) {
      socket.close();
      throw bindError(host, port, cause);
    }
    // What goes wrong for one datagram is the matter of that one.
    socket.removeAllListeners("error").on("error", () => {});
    socket.on("message", (bytes, from) => this.#take(bytes, from));
    this.#socket = socket;
    signal.addEventListener("abort", () => void this.stop(), { once: true });
    if (signal.aborted) {
      await this.stop();
      return;
    }
    await this.#targets.start();
    if (feedback.length > 0)
      for (const target of this.#targets.all(this.#monotonicMs())) this.#feedback.welcome(target);
    log.info({ port: this.port }, `the transport takes OSC at ${host} port ${this.port}`);
  }

  /** Stopping twice is fine. */
  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#feedback.stop();
    this.#targets.stop();
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  #take(bytes: Buffer, from: RemoteInfo): void {
    // Only made by hand: nothing can be sent back to it.
    if (from.port === 0) {
      this.#broken += 1;
      return;
    }
    const packet = readPacket(bytes);
    if (packet.type === "broken") {
      this.#broken += 1;
      if (!this.#arrivals.take(this.#monotonicMs())) return;
      const message = `This is not OSC: ${packet.reason}. Send messages or bundles of OSC 1.0.`;
      this.#refuse("REQUEST_MALFORMED", message, from);
      return;
    }
    for (const message of packet.messages) {
      if (!this.#arrivals.take(this.#monotonicMs())) {
        this.#leftOut += 1;
        continue;
      }
      this.#received += 1;
      this.#obey(message, from);
    }
  }

  #obey(message: OscMessage, from: OscEndpoint): void {
    // Our own words that came back, or those of another box: an answer would go round for ever.
    if (FEEDBACK_ADDRESSES.has(message.address)) return;
    if (message.address === SUBSCRIBE_ADDRESS) this.#subscribe(message, from);
    else if (message.address === UNSUBSCRIBE_ADDRESS) this.#targets.unsubscribe(from);
    else if (this.#isControl(message.address)) this.#control(message, from);
    else if (message.address.startsWith(TRACK_PREFIX)) this.#turn(message, from);
    else if (message.address.startsWith(SCENE_PREFIX)) this.#recall(message, from);
    else if (this.#underWay >= MAX_UNDER_WAY) this.#leftOut += 1;
    else this.#order(message, from);
  }

  /** Ours by its name, or any address that a mapping listens to. */
  #isControl(address: string): boolean {
    return address.startsWith(CONTROL_ADDRESS) || this.#controlNamed(address);
  }

  #controlNamed(name: string): boolean {
    return this.#dependencies.mapping.controls().some((control) => control.name === name);
  }

  #control({ address, args }: OscMessage, from: OscEndpoint): void {
    const isOurs = address.startsWith(CONTROL_ADDRESS) && !this.#controlNamed(address);
    const name = isOurs ? address.slice(CONTROL_ADDRESS.length) : address;
    const [first = 1] = args;
    const value = typeof first === "boolean" ? Number(first) : first;
    if (typeof value !== "number") {
      this.#refuse("VALUE_INVALID", `${address}: expected a number from 0 to 1, got ${quoted(first)}.`, from);
      return;
    }
    try {
      this.#dependencies.mapping.moveControl(name, value, "osc");
    } catch (error) {
      if (!isAppError(error) || !isRefusalCode(error.code)) throw error;
      this.#refuse(error.code, `${address}: ${error.message}.`, from);
    }
  }

  #order(message: OscMessage, from: OscEndpoint): void {
    const { transport } = this.#dependencies;
    const order = oscOrder(message, transport.status());
    if (order === undefined) return;
    if (order.type === "refused") {
      this.#refuse(order.refusal.code, order.refusal.message, from);
      return;
    }
    this.#underWay += 1;
    // The command goes to the engine now, so that commands keep their order; only the answer waits.
    void runOrder(order.value, "osc", transport, () => Date.now())
      .then(({ body }) => {
        if ("error" in body) this.#refuse(body.error.code, body.error.message, from);
        else if (body.message !== undefined)
          this.#reply({ address: NOTICE_ADDRESS, args: [text(body.message)] }, from);
      })
      .catch((error: unknown) => {
        this.#dependencies.log.error({ err: error, address: message.address }, "a command over OSC broke");
        const sentence = `${message.address}: something broke while answering; the log has it. The music is not touched by this.`;
        this.#refuse("INTERNAL", sentence, from);
      })
      .finally(() => {
        this.#underWay -= 1;
      });
  }

  /** `/downbeat/track/lead/density 0.5` */
  #turn({ address, args }: OscMessage, from: OscEndpoint): void {
    const [track = "", parameter = "", ...rest] = address.slice(TRACK_PREFIX.length).split("/");
    const [value] = args;
    const { sequencer } = this.#dependencies;
    if (sequencer === undefined || parameter === "" || rest.length > 0 || value === undefined) {
      const expected = `${TRACK_PREFIX}TRACK/PARAMETER and a value`;
      this.#refuse("VALUE_MISSING", `${quoted(address).slice(1, -1)}: expected ${expected}.`, from);
      return;
    }
    try {
      // Faders say 0.30000001192092896.
      const text = typeof value === "number" ? String(Math.round(value * 1e6) / 1e6) : String(value);
      sequencer.setParameter({ track, parameter, value: text });
    } catch (error) {
      const code = isAppError(error) && isRefusalCode(error.code) ? error.code : "INTERNAL";
      this.#refuse(code, `${quoted(address).slice(1, -1)}: ${messageOf(error)}`, from);
    }
  }

  /** `/downbeat/scene/verse`, `/downbeat/scene/verse bar` */
  #recall({ address, args }: OscMessage, from: OscEndpoint): void {
    const where = quoted(address).slice(1, -1);
    const { scenes } = this.#dependencies;
    // A button says 1 when it is pressed and 0 when it is let go.
    const [said] = args;
    if (said === 0 || said === false) return;
    const start = sceneStart(where, typeof said === "string" ? said : undefined);
    if (start.type === "refused") {
      this.#refuse(start.refusal.code, start.refusal.message, from);
      return;
    }
    try {
      scenes?.recall(address.slice(SCENE_PREFIX.length), start.value, "osc");
    } catch (error) {
      const code = isAppError(error) && isRefusalCode(error.code) ? error.code : "INTERNAL";
      this.#refuse(code, `${where}: ${messageOf(error)}`, from);
    }
  }

  #subscribe({ args }: OscMessage, from: OscEndpoint): void {
    const subscription = this.#targets.subscribe(from, args[0], this.#monotonicMs());
    if (subscription === "new") this.#feedback.welcome(from);
    else if (subscription === "full")
      this.#refuse(
        "TOO_MANY_CLIENTS",
        `${SUBSCRIBE_ADDRESS}: expected at most 16 subscribers at once, got one more. Let one end, or write the target into the settings.`,
        from,
      );
    else if (subscription !== "renewed")
      this.#reply({ address: CONFIRM_ADDRESS, args: [integer(subscription.confirm)] }, from);
  }

  #refuse(code: RefusalCode, message: string, to: OscEndpoint): void {
    const { error } = refusalJson(code, message);
    this.#reply({ address: ERROR_ADDRESS, args: [text(error.code), text(error.message)] }, to);
  }

  /** To a sender who proved nothing: rarely. */
  #reply(message: OscFeedback, to: OscEndpoint): void {
    for (const endpoint of [to, ...this.#targets.besides(to)])
      if (this.#replies.take(this.#monotonicMs())) this.#send(message, endpoint);
  }

  /** Never throws: what cannot be sent is lost, like any datagram. */
  #send(message: OscFeedback, { address, port }: OscEndpoint): void {
    if (this.#socket === undefined || this.#socket.getSendQueueSize() > MAX_SEND_QUEUE_BYTES) return;
    try {
      this.#socket.send(packetOf(message), port, address, () => {});
    } catch (error) {
      this.#dependencies.log.debug({ err: error, address, port }, "a datagram cannot be sent");
    }
  }
}

function bindError(host: string, port: number, cause: unknown): AppError {
  const at = `osc: expected to listen on ${host} port ${port}`;
  if (systemCodeOf(cause) === "EADDRINUSE") {
    return new AppError(
      "OSC_PORT_TAKEN",
      `${at}, got a port that another program has. Stop that program, or choose another osc.port.`,
      { cause },
    );
  }
  return new AppError(
    "SOCKET_FAILED",
    `${at}, got ${messageOf(cause)}. Use 127.0.0.1, or 0.0.0.0 for every network, and a port above 1023.`,
    { cause },
  );
}
