// SPDX-License-Identifier: GPL-3.0-or-later
// A box as its owner starts it: the real `./downbeat run --null`, with settings, state folder and port of
// its own, and without Link, so that two boxes on one machine do not play together.
// `await using box = await RunningBox.start()` leaves no process behind, whatever happens.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDocument } from "yaml";
import { isAppError } from "../../engine/base/errors.ts";
import { EngineClient, type EngineNotice } from "../../engine/binding/engine-client.ts";
import type { EngineStatus } from "../../engine/binding/engine-status.ts";
import { projectFolder } from "../../engine/binding/places.ts";
import type { EngineState } from "../../engine/binding/rt-messages.ts";

/** An emulated machine takes so many times as long: DOWNBEAT_TEST_SLOWNESS. */
const SLOWNESS = Number(process.env.DOWNBEAT_TEST_SLOWNESS ?? 1);
const PATIENCE_MS = 15_000 * SLOWNESS;

/** The `downbeat` command of this source tree; in the guest the compiled one, of test/vm/compile-box. */
export const DOWNBEAT = process.env.DOWNBEAT_TEST_COMMAND ?? path.join(projectFolder(), "downbeat");

/** Values of settings by their path: `{"audio.blockFrames": 64}`. */
export type SettingsChanges = Readonly<Record<string, unknown>>;

/** The shipped settings file with some values changed, comments and all; Link is off unless wanted. */
export function settingsText(changes: SettingsChanges = {}): string {
  const document = parseDocument(readFileSync(path.join(projectFolder(), "config", "downbeat.yaml"), "utf8"));
  for (const [key, value] of Object.entries({ "link.enabled": false, ...changes }))
    document.setIn(key.split("."), value);
  return document.toString({ lineWidth: 0 });
}

/** Asks until the answer is one; a reason to wait on is `null`, `undefined` or `false`. */
export async function eventually<T>(
  what: string,
  ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  for (const until = performance.now() + patienceMs; ; await sleep(5)) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > until) throw new Error(`expected within ${patienceMs} ms: ${what}`);
  }
}

/** True while a process of this number is there and is not a zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    // No /proc (macOS), or gone this moment: the signal was the answer.
    return process.platform !== "linux";
  }
}

export interface BoxOptions {
  /** Changes to the shipped settings. */
  readonly settings?: SettingsChanges;
  /** A folder that an earlier box left: its settings file is not written again. */
  readonly folder?: string;
  /** Copies the shipped sessions and racks beside the settings, to be edited. */
  readonly ownMusic?: boolean;
  /** More options of `downbeat run`. */
  readonly arguments?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** A program in front of `downbeat`, with its options: `unshare -n`. */
  readonly inside?: readonly string[];
  /** False returns as soon as the process is there. */
  readonly waits?: boolean;
  /** True plays on the machine's devices, by the settings, instead of into nothing. */
  readonly hasDevices?: boolean;
}

/** This process's environment without what a service manager told it. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, JOURNAL_STREAM, ...rest } = process.env;
  return rest;
}

/** What must be gone when this process ends, even when a test was cut off. */
const ours = new Set<number>();
process.on("exit", () => {
  for (const pid of ours) end(pid);
});

function end(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}

export class RunningBox implements AsyncDisposable {
  readonly folder: string;
  readonly node: ChildProcess;
  /** Exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
  /** performance.now() when the process was asked for. */
  readonly startedAtMs: number;
  /** What the engine said by itself since it was first asked for its status. */
  readonly notices: EngineNotice[] = [];
  #output = "";
  #client: EngineClient | null = null;
  #enginePids = new Set<number>();
  #keepsFolder = false;

  private constructor(folder: string, options: BoxOptions) {
    this.folder = folder;
    const [program = DOWNBEAT, ...args] = [...(options.inside ?? []), DOWNBEAT];
    const spawning: SpawnOptions = {
      cwd: folder,
      env: { ...plainEnvironment(), ...options.environment },
      stdio: ["ignore", "pipe", "pipe"],
    };
    this.startedAtMs = performance.now();
    this.node = spawn(
      program,
      [
        ...args,
        ...[
          "run",
          ...(options.hasDevices === true ? [] : ["--null"]),
          "--config",
          this.settingsFile,
          "--state",
          this.stateFolder,
          "--port",
          "0",
        ],
        ...(options.arguments ?? []),
      ],
      spawning,
    );
    if (this.node.pid !== undefined) ours.add(this.node.pid);
    for (const stream of [this.node.stdout, this.node.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    this.ended = new Promise((resolve, reject) => {
      this.node.once("error", reject);
      this.node.once("close", (code, signal) => {
        ours.delete(this.node.pid ?? 0);
        resolve(code ?? signal ?? "");
      });
    });
  }

  /** Starts a box and waits until it plays and is served. */
  static async start(options: BoxOptions = {}): Promise<RunningBox> {
    const box = new RunningBox(options.folder ?? makeBoxFolder(options), options);
    try {
      if (options.waits !== false) await box.isUp();
      return box;
    } catch (error) {
      await box[Symbol.asyncDispose]();
      throw error;
    }
  }

  get settingsFile(): string {
    return path.join(this.folder, "downbeat.yaml");
  }

  get stateFolder(): string {
    return path.join(this.folder, "state");
  }

  /** What it printed so far. */
  get output(): string {
    return this.#output;
  }

  /** The sentences of its log, which are JSON lines where nobody sits at a terminal. */
  get sentences(): readonly string[] {
    return this.#output
      .split("\n")
      .map((line) => line.replace(/^<\d>/, ""))
      .filter((line) => line.startsWith("{"))
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
  }

  /** `http://127.0.0.1:PORT`, as the log told it last. */
  get url(): string {
    const served = [...this.#output.matchAll(/"url":"(http:[^"]+)"/g)].at(-1)?.[1];
    if (served === undefined) throw new Error(`the transport is not served yet: ${this.#output}`);
    return served;
  }

  /** Waits until it plays and the transport is served. */
  async isUp(): Promise<void> {
    await eventually("the box plays", async () => {
      this.#complainWhenGone();
      const status = await this.statusOrNull();
      return status !== null && transportOf(status).blocks > 0;
    });
    await eventually("the transport is served", () => {
      this.#complainWhenGone();
      return /"url":"http:/.test(this.#output);
    });
  }

  #complainWhenGone(): void {
    if (this.node.exitCode === null && this.node.signalCode === null) return;
    throw new Error(`downbeat run ended (${this.node.exitCode ?? this.node.signalCode}): ${this.#output}`);
  }

  /** What the engine says of itself, through a connection that stays open. */
  async status(): Promise<EngineStatus> {
    const status = await this.statusOrNull();
    if (status === null) throw new Error(`no engine answers in ${this.stateFolder}: ${this.#output}`);
    return status;
  }

  /** Null while no engine answers. */
  async statusOrNull(): Promise<EngineStatus | null> {
    try {
      if (this.#client === null || this.#client.isClosed) {
        this.#client = await EngineClient.connect(this.stateFolder, "observer", "test");
        this.#client.events.on("notice", (notice) => this.notices.push(notice));
      }
      const status = (await this.#client.request("status")).status as EngineStatus;
      this.#enginePids.add(status.engine.pid);
      ours.add(status.engine.pid);
      return status;
    } catch (error) {
      if (isAppError(error, "ENGINE_AWAY")) return null;
      throw error;
    }
  }

  async transport(): Promise<EngineState> {
    return transportOf(await this.status());
  }

  /** GET, as JSON. */
  async get(route: string): Promise<Readonly<Record<string, unknown>>> {
    return (await (await fetch(`${this.url}${route}`)).json()) as Record<string, unknown>;
  }

  async post(route: string): Promise<Readonly<Record<string, unknown>>> {
    return (await (await fetch(`${this.url}${route}`, { method: "POST" })).json()) as Record<string, unknown>;
  }

  /** Saves the settings as careful editors do: another file, moved over the old one. */
  save(content: string | Buffer): void {
    const temporary = `${this.settingsFile}.new`;
    writeFileSync(temporary, content);
    renameSync(temporary, this.settingsFile);
  }

  /** A signal for Node; its end is awaited with `ended`. */
  signal(signal: NodeJS.Signals): void {
    this.node.kill(signal);
  }

  /** Waits for a sentence in the log. */
  says(pattern: RegExp, patienceMs?: number): Promise<string> {
    return eventually(
      `a sentence like ${pattern}, after ${JSON.stringify(this.sentences)}`,
      () => this.sentences.find((sentence) => pattern.test(sentence)),
      patienceMs,
    );
  }

  /** Ends it and keeps its folder for another start, or for a look: remove that with `removeBoxFolder`. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | string> {
    this.#keepsFolder = true;
    this.#client?.close();
    this.signal(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client?.close();
    if (this.node.exitCode === null && this.node.signalCode === null) {
      this.signal("SIGCONT");
      this.signal("SIGTERM");
      // Patient: one that is killed leaves its engine behind, as it should, and that plays on.
      const timer = setTimeout(() => this.signal("SIGKILL"), 2 * PATIENCE_MS);
      await this.ended.catch(() => undefined);
      clearTimeout(timer);
    }
    for (const pid of this.#enginePids) {
      if (isAlive(pid)) end(pid);
      ours.delete(pid);
    }
    if (!this.#keepsFolder) removeBoxFolder(this.folder);
  }
}

/** The settings file, and where the rest will be. */
export function makeBoxFolder(options: Pick<BoxOptions, "settings" | "ownMusic"> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), "downbeat-box-"));
  writeFileSync(path.join(folder, "downbeat.yaml"), settingsText(options.settings));
  if (options.ownMusic === true)
    for (const name of ["sessions", "racks"])
      cpSync(path.join(projectFolder(), "config", name), path.join(folder, name), { recursive: true });
  mkdirSync(path.join(folder, "state"), { mode: 0o700 });
  return folder;
}

export function removeBoxFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The part of a status that the audio thread writes. */
export function transportOf(status: EngineStatus): EngineState {
  return status.transport as unknown as EngineState;
}
