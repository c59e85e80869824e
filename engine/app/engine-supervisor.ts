// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps one connection to one engine. In development it starts the engine process and starts it
// again when it dies; on the box systemd does that and this only connects. Either way the plan is
// handed over again after every connection, and the music of a running engine is left alone.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { AppError, isAppError, messageOf } from "../base/errors.ts";
import { TypedEvents } from "../base/events.ts";
import type { Logger } from "../base/logger.ts";
import { EngineClient, type EngineNotice } from "../binding/engine-client.ts";
import { engineProgram } from "../binding/places.ts";

export interface EngineSupervisorOptions {
  readonly stateFolder: string;
  readonly log: Logger;
  /** False on the box: systemd starts the engine. */
  readonly startsEngine: boolean;
  /** Command line of the engine beyond `--state`: `--null`, `--record FILE`, `--for SECONDS`. */
  readonly engineArguments: readonly string[];
}

interface SupervisorEvents {
  /** A connection is there; the plan should be handed over. */
  connected: EngineClient;
  /** The engine or its connection is gone; it will be looked for again. */
  lost: { readonly reason: string };
  notice: EngineNotice;
  /** The engine ended by itself as it was asked to (`--for`). */
  ended: { readonly exitCode: number };
}

const RETRY_MS = [20, 20, 40, 80, 160, 320, 500] as const;
/** Fading out, note-offs and the last file. */
const END_LIMIT_MS = 3000;
const LOG_FILE_MAX_BYTES = 1024 * 1024;

export class EngineSupervisor {
  readonly events = new TypedEvents<SupervisorEvents>();
  readonly #options: EngineSupervisorOptions;
  #client: EngineClient | null = null;
  #child: ChildProcess | null = null;
  #isStopping = false;
  #retry: NodeJS.Timeout | null = null;
  #attempt = 0;
  /** Said since the last connection: each sentence once. */
  readonly #refusals = new Set<string>();

  constructor(options: EngineSupervisorOptions) {
    this.#options = options;
  }

  get client(): EngineClient | null {
    return this.#client;
  }

  /** Starts looking for an engine (or starts one) and keeps doing so. */
  start(): void {
    mkdirSync(this.#options.stateFolder, { recursive: true, mode: 0o700 });
    void this.#connect();
  }

  /**
   * Ends the connection. An engine that this process starts when it is missing is ended with it, with its
   * note-offs, also when it was found playing: whoever stops the box wants silence. One of systemd's plays on.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    const client = this.#client;
    const child = this.#child;
    if (client !== null && this.#options.startsEngine) {
      const gone = new Promise<void>((resolve) => client.events.on("closed", () => resolve()));
      await client.request("quit").catch(() => undefined);
      await within(gone, END_LIMIT_MS);
    } else if (child !== null) {
      child.kill("SIGTERM");
    }
    client?.close();
    if (child !== null) await exitOf(child, END_LIMIT_MS);
    this.events.clear();
  }

  async #connect(): Promise<void> {
    if (this.#isStopping) return;
    try {
      const client = await EngineClient.connect(this.#options.stateFolder, "controller", "downbeat run");
      if (this.#isStopping) {
        client.close();
        return;
      }
      this.#attempt = 0;
      this.#refusals.clear();
      this.#client = client;
      client.events.on("notice", (notice) => this.#takeNotice(notice));
      client.events.on("closed", () => this.#lose("the engine closed the connection"));
      this.events.emit("connected", client);
    } catch (error) {
      this.#sayRefusal(error);
      if (isAppError(error, "ENGINE_AWAY") && this.#options.startsEngine && this.#child === null)
        this.#tryToStartEngine();
      this.#retryLater();
    }
  }

  #takeNotice(notice: EngineNotice): void {
    // The engine that this process started has done what it was started for.
    if (notice.event === "ended" && this.#child !== null) this.#isStopping = true;
    this.events.emit("notice", notice);
  }

  #sayRefusal(error: unknown): void {
    const sentence = messageOf(error);
    const isUsual = isAppError(error, "ENGINE_AWAY");
    if (this.#refusals.has(sentence) || (isUsual && this.#attempt < RETRY_MS.length)) return;
    this.#refusals.add(sentence);
    this.#options.log.warn({}, sentence);
  }

  #retryLater(): void {
    if (this.#isStopping) return;
    const delay = RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)] ?? 500;
    this.#attempt += 1;
    this.#retry = setTimeout(() => void this.#connect(), delay);
  }

  #lose(reason: string): void {
    if (this.#client === null) return;
    this.#client = null;
    if (this.#isStopping) return;
    this.events.emit("lost", { reason });
    this.#retryLater();
  }

  #tryToStartEngine(): void {
    try {
      this.#startEngine();
    } catch (error) {
      this.#sayRefusal(error);
    }
  }

  #startEngine(): void {
    const program = engineProgram();
    if (!existsSync(program)) {
      throw new AppError(
        "ENGINE_MISSING",
        `${program}: expected the engine, found none. Build it with ./deploy/play --setup-only`,
      );
    }
    const logFile = path.join(this.#options.stateFolder, "engine.log");
    if (existsSync(logFile) && statSync(logFile).size > LOG_FILE_MAX_BYTES)
      renameSync(logFile, `${logFile}.1`);
    const log = openSync(logFile, "a");
    // A session of its own: Ctrl-C reaches Node only, and an engine whose Node is killed plays on.
    const child = spawn(program, ["--state", this.#options.stateFolder, ...this.#options.engineArguments], {
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#child = child;
    child.once("error", (error) => this.#childEnded(null, `the engine does not start: ${error.message}`));
    child.once("exit", (code, signal) =>
      this.#childEnded(code, `the engine ended (${signal ?? `exit ${code}`})`),
    );
  }

  #childEnded(code: number | null, reason: string): void {
    this.#child = null;
    if (code === 0) {
      this.events.emit("ended", { exitCode: 0 });
      return;
    }
    if (this.#isStopping) return;
    const sentence = `${reason}; starting it again. Its last words are in ${path.join(this.#options.stateFolder, "engine.log")}`;
    if (!this.#refusals.has(sentence)) this.#options.log.error({}, sentence);
    this.#refusals.add(sentence);
    this.#client?.close();
  }
}

async function within(promise: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    promise,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    }),
  ]);
  clearTimeout(timer);
}

async function exitOf(child: ChildProcess, timeoutMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      resolve();
    }, timeoutMs);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
