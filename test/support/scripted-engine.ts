// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's control socket without an engine behind it: answers what a test tells it to.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { frameMessage, MessageReader } from "../../engine/binding/message-framing.ts";

export interface EngineRequest {
  readonly v: number;
  readonly id: number;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Fields of an answer; a string is an error's code; null answers nothing. */
export type ScriptedAnswer = Readonly<Record<string, unknown>> | string | null;

export const HELLO = {
  engineVersion: "9.8.7",
  protocol: 1,
  planVersion: 1,
  pid: 4711,
  planHash: "0123456789abcdef",
  startedFrom: "lastPlan",
};

export class ScriptedEngine implements AsyncDisposable {
  readonly stateFolder = mkdtempSync(path.join(tmpdir(), "downbeat-engine-"));
  readonly requests: EngineRequest[] = [];
  /** Newest connection. */
  socket: Socket | null = null;
  answer: (request: EngineRequest) => ScriptedAnswer = ({ type }) => (type === "hello" ? HELLO : {});
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => {
      this.socket = socket;
      this.#sockets.add(socket);
      const reader = new MessageReader();
      socket.on("error", () => {});
      socket.on("data", (chunk: Buffer) => {
        for (const text of reader.append(chunk)) this.#take(JSON.parse(text) as EngineRequest);
      });
    });
  }

  static async start(file = "engine.sock"): Promise<ScriptedEngine> {
    const engine = new ScriptedEngine();
    await new Promise<void>((resolve) =>
      engine.#server.listen(path.join(engine.stateFolder, file), () => resolve()),
    );
    return engine;
  }

  send(message: unknown): void {
    this.socket?.write(frameMessage(message));
  }

  reply(request: EngineRequest, answer: ScriptedAnswer): void {
    if (answer === null) return;
    if (typeof answer === "string")
      this.send({
        v: 1,
        id: request.id,
        ok: false,
        error: { code: answer, message: "the engine's own sentence", path: "session.racks[0]" },
      });
    else this.send({ v: 1, id: request.id, ok: true, ...answer });
  }

  #take(request: EngineRequest): void {
    this.requests.push(request);
    this.reply(request, this.answer(request));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.stateFolder, { recursive: true, force: true });
  }
}
