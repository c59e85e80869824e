// SPDX-License-Identifier: GPL-3.0-or-later
// The one place that loads the native addon, with types and the errors of a missing build.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { AppError, isErrorCode, messageOf, systemCodeOf } from "../base/errors.ts";
import type { LinkClockFunctions, LinkPeer, LinkSessionState } from "./link-peer.ts";
import type { NodeTypeInfo } from "./node-type-info.ts";
import { buildFolder } from "./places.ts";
import {
  type EngineCommand,
  type EngineEvent,
  type EngineState,
  type EngineTelemetry,
  RT_CLOCK_STATE,
  RT_COMMAND,
  RT_EVENT,
  RT_SOURCE,
  RT_WHEN,
  type RtClockStateName,
  type RtEventName,
} from "./rt-messages.ts";

export interface RenderOptions {
  /** `.wav` or `.flac`; without it no mix is written. */
  readonly path?: string;
  /** A folder for one file of each rack and bus, of the mix's kind. */
  readonly stemFolder?: string;
  /** A file for one line of each event, in columns. */
  readonly eventsPath?: string;
  readonly sampleRate: number;
  /** Exactly this many frames are written. */
  readonly frames: number;
  /** Of them at the end: nothing new is played, and what sounds rings out. */
  readonly tailFrames?: number;
  /** Racks are shared out among so many; the samples are the same. */
  readonly threads?: number;
  /** Frames that are written at once; the samples are the same. */
  readonly blockFrames?: number;
}

export interface RenderResult {
  readonly frames: number;
  readonly sampleRate: number;
  /** Highest absolute sample, 1 is full scale. */
  readonly peak: number;
  readonly latencyFrames: number;
  /** Lines in the file of events. */
  readonly events: number;
  /** Files of the stems, in their order. */
  readonly stems: readonly string[];
}

/** Where the latency of a session comes from, in frames. */
export interface LatencyReport {
  readonly totalFrames: number;
  readonly masterFrames: number;
  readonly mixFrames: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly type: string;
    /** From an event or input to this node's output, everything before it included. */
    readonly frames: number;
  }[];
}

export interface Rendering {
  readonly promise: Promise<RenderResult>;
  cancel(): void;
}

interface RawMemory {
  readState(): (Omit<EngineState, "status" | "clockIn"> & { status: number; clockIn: number }) | null;
  readTelemetry(): EngineTelemetry | null;
  pushCommand(command: Record<string, number>): boolean;
  drainEvents(): (Omit<EngineEvent, "kind"> & { kind: number })[];
  close(): void;
}

interface RawAddon {
  readonly EngineMemory: new (name: string) => RawMemory;
  readonly LinkPeer: new (tempo: number) => LinkPeer;
  readonly LinkSessionState: new (peer: LinkPeer) => LinkSessionState;
  readonly linkClock: LinkClockFunctions;
  nodeTypes(): NodeTypeInfo[];
  describeNodeType(name: string): NodeTypeInfo | string;
  hostMicros(): number;
  notify(message: string): boolean;
  i2cAnswers(bus: number, address: number): boolean;
  renderPlan(plan: string, options: RenderOptions, onProgress?: (ratio: number) => void): Rendering;
  describeLatency(plan: string, sampleRate: number): LatencyReport;
}

let loaded: RawAddon | undefined;

function addon(): RawAddon {
  if (loaded !== undefined) return loaded;
  const file = path.join(buildFolder(), "downbeat.node");
  if (!existsSync(file)) {
    throw new AppError(
      "NATIVE_MISSING",
      `${file}: expected the native addon, found none. Build it with ./deploy/play --setup-only`,
    );
  }
  try {
    loaded = createRequire(import.meta.url)(file) as RawAddon;
  } catch (cause) {
    throw new AppError(
      "NATIVE_FAILED",
      `${file}: the native addon does not load (${String(cause)}). Build it again with ./deploy/play --setup-only`,
      { cause },
    );
  }
  return loaded;
}

/** Every node type that is built in or lies in a folder of external nodes, with its parameters. */
export function nodeTypes(): readonly NodeTypeInfo[] {
  return addon().nodeTypes();
}

/**
 * Any node type by name, also of those that are in no list: `lv2:ADDRESS`.
 *
 * @returns the type, or a sentence that says why there is none and what is near
 */
export function describeNodeType(name: string): NodeTypeInfo | string {
  return addon().describeNodeType(name);
}

/** Link's clock now, in microseconds: the engine's `hostMicros` count on the same one. */
export function hostMicros(): number {
  return addon().hostMicros();
}

/** Does something answer on an I2C bus? Also false when there is no such bus, or it may not be used. */
export function i2cAnswers(bus: number, address: number): boolean {
  return addon().i2cAnswers(bus, address);
}

/** Sends lines of KEY=VALUE to the service manager. False when there is none, or it does not listen. */
export function sendNotification(message: string): boolean {
  return addon().notify(message);
}

/**
 * Renders a plan to a file, faster than time, on another thread.
 *
 * @param plan - the plan as JSON text
 * @param onProgress - 0 to 1, a few times a second
 * @throws {AppError} through the promise: `PLAN_INVALID`, `FILE_WRITE_FAILED`, `RENDER_CANCELLED`
 */
export function renderPlan(
  plan: string,
  options: RenderOptions,
  onProgress?: (ratio: number) => void,
): Rendering {
  const rendering =
    onProgress === undefined
      ? addon().renderPlan(plan, options)
      : addon().renderPlan(plan, options, onProgress);
  return {
    promise: rendering.promise.catch((error: unknown) => {
      throw renderError(error);
    }),
    cancel: () => rendering.cancel(),
  };
}

/** @throws {AppError} `PLAN_INVALID` */
export function describeLatency(plan: string, sampleRate: number): LatencyReport {
  try {
    return addon().describeLatency(plan, sampleRate);
  } catch (cause) {
    throw renderError(cause);
  }
}

/**
 * A participant in a Link session, off the network.
 *
 * @param tempo - 20 to 999 bpm
 * @throws {AppError} `NATIVE_FAILED` when the system gives no more threads or sockets
 */
export function newLinkPeer(tempo: number): LinkPeer {
  const { LinkPeer } = addon();
  try {
    return new LinkPeer(tempo);
  } catch (cause) {
    throw new AppError(
      "NATIVE_FAILED",
      `Ableton Link does not start (${messageOf(cause)}). Close what is no longer used; each Link has two threads and its sockets`,
      { cause },
    );
  }
}

/** The state of its session now. */
export function captureLinkState(peer: LinkPeer): LinkSessionState {
  return new (addon().LinkSessionState)(peer);
}

/** Link's clock. */
export function linkClockFunctions(): LinkClockFunctions {
  return addon().linkClock;
}

function renderError(cause: unknown): AppError {
  const code = systemCodeOf(cause) ?? "";
  // The core records with the same writer; to whoever renders, a file that cannot be written is just that.
  if (code === "RECORD_FAILED") return new AppError("FILE_WRITE_FAILED", messageOf(cause), { cause });
  return new AppError(isErrorCode(code) ? code : "NATIVE_FAILED", messageOf(cause), { cause });
}

const STATUS_NAMES = ["stopped", "playing", "paused"] as const;
const CLOCK_STATE_NAMES = new Map<number, RtClockStateName>(
  Object.entries(RT_CLOCK_STATE).map(([name, state]) => [state, name as RtClockStateName]),
);
const EVENT_NAMES = new Map<number, RtEventName>(
  Object.entries(RT_EVENT).map(([name, kind]) => [kind, name as RtEventName]),
);

/** The engine's shared memory. This process is the one that sends commands and takes events. */
export class EngineMemory {
  readonly #raw: RawMemory;

  /** @throws {AppError} `NATIVE_FAILED` when the memory is gone or of another version */
  constructor(name: string) {
    try {
      this.#raw = new (addon().EngineMemory)(name);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError("NATIVE_FAILED", cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  /** The newest state, or null before the first block. */
  readState(): EngineState | null {
    const raw = this.#raw.readState();
    if (raw === null) return null;
    const clockIn = CLOCK_STATE_NAMES.get(raw.clockIn) ?? "off";
    return { ...raw, status: STATUS_NAMES[raw.status] ?? "stopped", clockIn };
  }

  /** What the nodes cost and how loud they are, or null before the first look. */
  readTelemetry(): EngineTelemetry | null {
    return this.#raw.readTelemetry();
  }

  /** False when the queue is full: nothing was sent. */
  pushCommand(command: EngineCommand): boolean {
    return this.#raw.pushCommand({
      kind: RT_COMMAND[command.kind],
      when: RT_WHEN[command.when ?? "now"],
      flag: command.flag === true ? 1 : 0,
      source: RT_SOURCE[command.source ?? "unknown"],
      node: command.node ?? 0,
      param: command.param ?? 0,
      serial: command.serial ?? 0,
      value: command.value ?? 0,
      value2: command.value2 ?? 0,
      at: command.at ?? 0,
    });
  }

  /** Everything that happened since the last call, oldest first. */
  drainEvents(): EngineEvent[] {
    return this.#raw
      .drainEvents()
      .map((event) => ({ ...event, kind: EVENT_NAMES.get(event.kind) ?? "unknown" }));
  }

  close(): void {
    this.#raw.close();
  }
}
