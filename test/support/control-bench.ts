// SPDX-License-Identifier: GPL-3.0-or-later
// A control server on a port of the system's choice, with everything around it scripted.

import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { AppError } from "../../engine/base/errors.ts";
import { SILENT_LOGGER } from "../../engine/base/logger.ts";
import type { HealthReport } from "../../engine/control/health-face.ts";
import {
  CONTROL_SERVER_DEFAULTS,
  ControlServer,
  type ControlServerSettings,
} from "../../engine/control/http/control-server.ts";
import type { LinkReport } from "../../engine/control/link-face.ts";
import type { SynthFace } from "../../engine/control/synth-face.ts";
import { ScriptedDisplay } from "./scripted-display.ts";
import { ScriptedMapping } from "./scripted-mapping.ts";
import { ScriptedTransport } from "./scripted-transport.ts";

export const WELL: HealthReport = {
  engineBeats: true,
  nodeFine: true,
  problems: [],
  facts: { engine_age_s: 12, last_plan: "0123456789abcdef" },
};

export interface ControlBench extends AsyncDisposable {
  readonly transport: ScriptedTransport;
  readonly mapping: ScriptedMapping;
  readonly display: ScriptedDisplay;
  readonly server: ControlServer;
  readonly url: string;
  readonly port: number;
  /** What GET /health answers next. */
  health: HealthReport;
  /** What GET /link/status answers next; null is an engine that was never heard. */
  link: LinkReport | null;
}

/** A box without synths. */
export const NO_SYNTHS: SynthFace = {
  synths: async () => [],
  setParameter: async ({ parameter }) => {
    throw new AppError("SYNTH_UNKNOWN", `No synth has "${parameter}".`);
  },
};

export async function startControlBench(
  settings: Partial<ControlServerSettings> = {},
): Promise<ControlBench> {
  const transport = new ScriptedTransport();
  const mapping = new ScriptedMapping();
  const display = new ScriptedDisplay();
  const server = new ControlServer({
    settings: { ...CONTROL_SERVER_DEFAULTS, port: 0, ...settings },
    transport,
    health: { health: () => bench.health },
    link: { link: () => bench.link },
    synths: NO_SYNTHS,
    mapping,
    display,
    log: SILENT_LOGGER,
    version: "0.0.0",
  });
  await server.start(new AbortController().signal);
  const url = server.url ?? "";
  const bench: ControlBench = {
    transport,
    mapping,
    display,
    server,
    url,
    port: Number(new URL(url).port),
    health: WELL,
    link: null,
    async [Symbol.asyncDispose]() {
      await server.stop();
      transport.dispose();
    },
  };
  return bench;
}

/** A WebSocket whose messages can be awaited one by one. */
export class SocketClient {
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  readonly #messages: unknown[] = [];
  readonly #waiting: ((message: unknown) => void)[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on("close", resolve));
    socket.on("message", (data) => {
      const message: unknown = JSON.parse(String(data));
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#messages.push(message);
      else waiting(message);
    });
    socket.on("error", () => {});
  }

  static open(url: string, options: { readonly origin?: string } = {}): Promise<SocketClient> {
    const socket = new WebSocket(url.replace("http://", "ws://"), options);
    const client = new SocketClient(socket);
    return new Promise((resolve, reject) => {
      socket.on("open", () => resolve(client));
      socket.on("error", reject);
    });
  }

  get received(): number {
    return this.#messages.length;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  next(): Promise<Readonly<Record<string, unknown>>> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve(message as Record<string, unknown>);
    return new Promise((resolve) => {
      this.#waiting.push((later) => resolve(later as Record<string, unknown>));
    });
  }

  async ask(message: unknown): Promise<Readonly<Record<string, unknown>>> {
    this.send(message);
    return this.next();
  }

  close(): Promise<number> {
    this.socket.close();
    return this.closed;
  }
}

/** A clock reader that never reads. */
export async function openRawClock(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    `GET /ws/transport/clock HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${"A".repeat(22)}==\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.pause();
  return socket;
}

/** @returns true as soon as `isTrue` is, false after `timeoutMs` */
export async function until(isTrue: () => boolean, timeoutMs = 5000): Promise<boolean> {
  const endMs = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}
