// SPDX-License-Identifier: GPL-3.0-or-later
// One connection to the engine process: requests with answers over the socket, and for a
// controller the shared memory. docs/engine-protocol.md describes both.
import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import path from "node:path";
import { AppError, isErrorCode } from "../base/errors.ts";
import { TypedEvents } from "../base/events.ts";
import { EngineMemory } from "./addon.ts";
import { frameMessage, MessageReader } from "./message-framing.ts";
import { PLAN_VERSION, type Plan } from "./plan/plan.ts";
import type { EngineCommand } from "./rt-messages.ts";

/** Version of the socket messages. */
export const PROTOCOL_VERSION = 1;

export interface Hello {
  readonly engineVersion: string;
  readonly protocol: number;
  readonly planVersion: number;
  readonly pid: number;
  /** 16 hex digits; empty while the built-in session plays. */
  readonly planHash: string;
  readonly startedFrom: "lastPlan" | "builtIn" | "plan";
  readonly sharedMemory?: { readonly name: string; readonly bytes: number; readonly version: number };
}

export interface PlanAnswer {
  readonly planHash: string;
  /** Sections that differ from the plan before; empty when equal. */
  readonly changed: readonly string[];
  /** "rack:node" to the index that commands use. */
  readonly nodes: Readonly<Record<string, number>>;
}

/** What the engine says by itself. */
export interface EngineNotice {
  readonly event: string;
  readonly [field: string]: unknown;
}

interface ClientEvents {
  notice: EngineNotice;
  closed: undefined;
}

const REQUEST_TIMEOUT_MS = 10_000;

/** The socket of the engine that plays from `stateFolder`. */
export function socketPath(stateFolder: string): string {
  const pointer = path.join(stateFolder, "engine.path");
  if (existsSync(pointer)) return readFileSync(pointer, "utf8").trim();
  return path.join(stateFolder, "engine.sock");
}

export class EngineClient {
  readonly events = new TypedEvents<ClientEvents>();
  readonly #socket: Socket;
  readonly #reader = new MessageReader();
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Record<string, unknown>) => void; reject: (error: Error) => void }
  >();
  #nextId = 1;
  #memory: EngineMemory | null = null;
  #hello: Hello | null = null;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#end());
  }

  /**
   * Connects and says hello.
   *
   * @param role - a controller sends plans and commands, and is alone; observers only ask
   * @throws {AppError} `ENGINE_AWAY` when nobody listens, `CONTROLLER_PRESENT` when another one controls it
   */
  static async connect(
    stateFolder: string,
    role: "controller" | "observer",
    name: string,
  ): Promise<EngineClient> {
    const file = socketPath(stateFolder);
    const socket = connect(file);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", () => resolve());
      socket.once("error", (cause) =>
        reject(
          new AppError(
            "ENGINE_AWAY",
            `${file}: no engine answers (${cause.message}). Start one with \`downbeat run\``,
            { cause },
          ),
        ),
      );
    });
    const client = new EngineClient(socket);
    try {
      const hello = (await client.request("hello", { role, name, pid: process.pid })) as unknown as Hello;
      client.#hello = hello;
      if (role === "controller" && hello.sharedMemory !== undefined)
        client.#memory = new EngineMemory(hello.sharedMemory.name);
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  get hello(): Hello {
    if (this.#hello === null) throw new Error("EngineClient: hello was not answered yet");
    return this.#hello;
  }

  /** Shared memory of a controller; null for observers and after the connection closed. */
  get memory(): EngineMemory | null {
    return this.#memory;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends a request and gives its answer. @throws {AppError} with the engine's code and sentence */
  request(type: string, fields: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    if (this.#isClosed)
      return Promise.reject(new AppError("ENGINE_AWAY", "the engine closed the connection"));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(
          new AppError(
            "ENGINE_TIMEOUT",
            `the engine did not answer "${type}" within ${REQUEST_TIMEOUT_MS / 1000} s`,
          ),
        );
      }, REQUEST_TIMEOUT_MS);
      timer.unref();
      this.#waiting.set(id, {
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#socket.write(frameMessage({ v: PROTOCOL_VERSION, id, type, ...fields }));
    });
  }

  /** Hands a plan over. @throws {AppError} `PLAN_INVALID` with the path inside the plan */
  async sendPlan(plan: Plan, at: "now" | "beat" | "bar" = "now"): Promise<PlanAnswer> {
    if (this.hello.planVersion !== PLAN_VERSION) {
      throw new AppError(
        "ENGINE_VERSION",
        `the engine reads plans of version ${this.hello.planVersion}, this Downbeat makes ${PLAN_VERSION}: what plays goes on; restart the engine to take changes`,
      );
    }
    return (await this.request("plan", { plan, at })) as unknown as PlanAnswer;
  }

  /** The same commands as through shared memory, for callers that do not control the engine. */
  async sendCommand(command: EngineCommand): Promise<boolean> {
    const answer = await this.request("command", { command });
    return answer.accepted === true;
  }

  close(): void {
    this.#socket.destroy();
    this.#end();
  }

  #take(chunk: Buffer): void {
    let texts: string[];
    try {
      texts = this.#reader.append(chunk);
    } catch {
      this.#socket.destroy();
      return;
    }
    for (const text of texts) this.#takeMessage(text);
  }

  #takeMessage(text: string): void {
    let message: Record<string, unknown>;
    try {
      message = JSON.parse(text) as Record<string, unknown>;
    } catch {
      this.#socket.destroy();
      return;
    }
    if (typeof message.event === "string") {
      this.events.emit("notice", message as EngineNotice);
      return;
    }
    const waiting = this.#waiting.get(Number(message.id));
    if (waiting === undefined) return;
    this.#waiting.delete(Number(message.id));
    if (message.ok === true) waiting.resolve(message);
    else waiting.reject(errorFrom(message.error));
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#memory?.close();
    this.#memory = null;
    for (const waiting of this.#waiting.values())
      waiting.reject(new AppError("ENGINE_AWAY", "the engine went away before it answered"));
    this.#waiting.clear();
    this.events.emit("closed", undefined);
    this.events.clear();
  }
}

function errorFrom(value: unknown): AppError {
  const error = (value ?? {}) as { code?: string; message?: string; path?: string };
  const place = error.path !== undefined && error.path !== "" ? `${error.path}: ` : "";
  const code = error.code !== undefined && isErrorCode(error.code) ? error.code : "NATIVE_FAILED";
  return new AppError(code, `${place}${error.message ?? "the engine refused without a reason"}`);
}
