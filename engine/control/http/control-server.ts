// SPDX-License-Identifier: GPL-3.0-or-later
// The transport over HTTP and WebSocket, as a service. See docs/http.md.

import type { AddressInfo, Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { AppError, messageOf, systemCodeOf } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import type { MidiPortStatus } from "../../binding/engine-status.ts";
import type { DisplayFace } from "../display-face.ts";
import type { HealthFace } from "../health-face.ts";
import type { LinkFace } from "../link-face.ts";
import type { MappingFace } from "../mapping-face.ts";
import type { PanelFace } from "../panel-face.ts";
import type { SceneFace } from "../scene-face.ts";
import type { SequencerFace } from "../sequencer-face.ts";
import type { SynthFace } from "../synth-face.ts";
import type { TransportFace } from "../transport-face.ts";
import { AddressBook } from "./address-book.ts";
import { ClockStream } from "./clock-stream.ts";
import { CommandSockets } from "./command-sockets.ts";
import { MoveStream } from "./move-stream.ts";
import { makeWebApp } from "./web-app.ts";

export interface ControlServerSettings {
  /** Address or name to listen on; loopback unless the owner wants otherwise. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Updates of the clock per second, 1 to 120. */
  readonly clockHz: number;
  /** WebSocket clients at once, both kinds together; one more is refused. */
  readonly maxClients: number;
  /** Connections of one other machine, WebSockets and requests; one more is closed at its door. */
  readonly maxPerAddress: number;
}

export const CONTROL_SERVER_DEFAULTS: ControlServerSettings = {
  host: "127.0.0.1",
  port: 8000,
  clockHz: 30,
  maxClients: 256,
  maxPerAddress: 32,
};

export interface ControlServerDependencies {
  readonly settings: ControlServerSettings;
  readonly transport: TransportFace;
  readonly health: HealthFace;
  readonly link: LinkFace;
  readonly synths: SynthFace;
  readonly mapping: MappingFace;
  readonly sequencer?: SequencerFace;
  readonly scenes?: SceneFace;
  readonly panel?: PanelFace;
  readonly display?: DisplayFace;
  readonly log: Logger;
  /** Of the product, for /docs. */
  readonly version: string;
  /** As the engine last said; none without it. */
  readonly midiPorts?: () => readonly MidiPortStatus[];
  /** Milliseconds of a clock that never jumps. */
  readonly monotonicMs?: () => number;
  /** Milliseconds since 1970. */
  readonly wallMs?: () => number;
}

/** Connections above the WebSocket clients; one more is closed at its door. */
const MAX_REQUEST_CONNECTIONS = 64;
/** How long clients have to say goodbye when the server stops. */
const GOODBYE_MS = 250;
/** Clients that may knock at the same moment: a whole audience does when the server comes back. */
const LISTEN_BACKLOG = 4096;

/** Thread: control. */
export class ControlServer {
  readonly #dependencies: ControlServerDependencies;
  readonly #clock: ClockStream;
  #settings: ControlServerSettings;
  #app: FastifyInstance | undefined;
  #url: string | undefined;
  #refusedConnections = 0;
  /** Every connection: HTTP, WebSocket, and those on their way from one to the other. */
  readonly #connections = new Set<Socket>();
  readonly #addresses = new AddressBook();

  constructor(dependencies: ControlServerDependencies) {
    this.#dependencies = dependencies;
    this.#settings = dependencies.settings;
    const { transport, monotonicMs = () => performance.now() } = dependencies;
    const { clockHz } = dependencies.settings;
    this.#clock = new ClockStream({ transport, clockHz, monotonicMs, wallMs: this.#wallMs });
  }

  /** Where it listens, `http://HOST:PORT`; undefined while it does not. */
  get url(): string | undefined {
    return this.#url;
  }

  /**
   * Listens; stops by itself when `signal` aborts.
   *
   * @throws {AppError} `HTTP_PORT_TAKEN` when another program has the port, `SOCKET_FAILED` when the
   * host or the port cannot be had
   */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#app !== undefined) throw new Error("the control server was started twice");
    const app = await this.#makeApp();
    signal.throwIfAborted();
    this.#app = app;
    const { host, port } = this.#settings;
    this.#limitConnections();
    app.server.on("connection", (connection) => {
      const { remoteAddress } = connection;
      if (!this.#addresses.enter(remoteAddress, this.#settings.maxPerAddress)) {
        this.#refusedConnections += 1;
        connection.destroy();
        return;
      }
      this.#connections.add(connection);
      connection.once("close", () => {
        this.#addresses.leave(remoteAddress);
        this.#connections.delete(connection);
      });
    });
    app.server.on("drop", () => {
      this.#refusedConnections += 1;
    });
    try {
      // One socket: fastify would open a second one for the other meaning of "localhost".
      await app.listen({ host: host === "localhost" ? "127.0.0.1" : host, port, backlog: LISTEN_BACKLOG });
    } catch (cause) {
      this.#app = undefined;
      await app.close();
      throw listenError(host, port, cause);
    }
    this.#url = urlOf(app.server.address() as AddressInfo);
    this.#dependencies.log.info(
      { url: this.#url },
      `the transport is served at ${this.#url}; see ${this.#url}/docs`,
    );
    const stopNow = () => void this.stop();
    signal.addEventListener("abort", stopNow, { once: true });
    app.server.once("close", () => signal.removeEventListener("abort", stopNow));
    if (signal.aborted) await this.stop();
  }

  /**
   * Takes other settings without letting anybody go.
   *
   * @returns false, and nothing changed, when only a new start can: another host or port
   */
  adapt(settings: ControlServerSettings): boolean {
    const { host, port } = this.#settings;
    if (settings.host !== host || settings.port !== port) return false;
    this.#settings = settings;
    this.#clock.setHz(settings.clockHz);
    this.#limitConnections();
    return true;
  }

  /** Says goodbye to every client and gives the port back. Stopping twice is fine. */
  async stop(): Promise<void> {
    const app = this.#app;
    this.#app = undefined;
    this.#url = undefined;
    // A client that does not answer, or that opens a WebSocket just now, must not hold us up.
    const patience = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, GOODBYE_MS);
    await app?.close();
    clearTimeout(patience);
  }

  #limitConnections(): void {
    if (this.#app === undefined) return;
    this.#app.server.maxConnections = this.#settings.maxClients + MAX_REQUEST_CONNECTIONS;
  }

  get #wallMs(): () => number {
    return this.#dependencies.wallMs ?? (() => Date.now());
  }

  #makeApp(): Promise<FastifyInstance> {
    const {
      transport,
      health,
      link,
      synths,
      mapping,
      sequencer,
      scenes,
      panel,
      display,
      log,
      version,
      midiPorts = () => [],
    } = this.#dependencies;
    return makeWebApp({
      transport,
      health,
      link,
      synths,
      mapping,
      moves: new MoveStream({
        mapping,
        monotonicMs: this.#dependencies.monotonicMs ?? (() => performance.now()),
      }),
      sequencer,
      scenes,
      panel,
      display,
      log,
      version,
      maxClients: () => this.#settings.maxClients,
      configuredHost: this.#settings.host,
      wallMs: this.#wallMs,
      clock: this.#clock,
      commands: new CommandSockets({ transport, wallMs: this.#wallMs, log }),
      refusedConnections: () => this.#refusedConnections,
      midiPorts,
    });
  }
}

function urlOf({ family, address, port }: AddressInfo): string {
  return family === "IPv6" ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}

function listenError(host: string, port: number, cause: unknown): AppError {
  const at = `http: expected to listen on ${host} port ${port}`;
  switch (systemCodeOf(cause)) {
    case "EADDRINUSE":
      return new AppError(
        "HTTP_PORT_TAKEN",
        `${at}, got a port that another program has. Stop that program, or choose another port.`,
        { cause },
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new AppError(
        "SOCKET_FAILED",
        `${at}, got a host that is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for every network.`,
        { cause },
      );
    case "EACCES":
      return new AppError("SOCKET_FAILED", `${at}, got no permission. Choose a port above 1023.`, { cause });
    default:
      return new AppError("SOCKET_FAILED", `${at}, got ${messageOf(cause)}.`, { cause });
  }
}
