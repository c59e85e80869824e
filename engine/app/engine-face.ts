// SPDX-License-Identifier: GPL-3.0-or-later
// The engine as the control room sees it: its newest state, its commands, its heart. Reads shared
// memory on a timer, which is also what notices commands that were done.

import { TypedEvents } from "../base/events.ts";
import { type EngineMemory, hostMicros } from "../binding/addon.ts";
import type { EngineCommand, EngineEvent, EngineState, EngineTelemetry } from "../binding/rt-messages.ts";
import type {
  CommandResult,
  CommandSource,
  Settlement,
  TransportCommand,
  TransportFace,
  TransportStatus,
} from "../control/transport-face.ts";

const POLL_MS = 10;
/** The engine's callback count must move within this time. */
const HEART_MS = 1500;
/** Only of the newest commands it can still be asked what became of them. */
const MAX_REMEMBERED = 4096;

interface FaceEvents {
  happened: EngineEvent;
  /** Somebody asked for something. */
  asked: CommandSource;
}

interface Waiter {
  readonly resolve: (settlement: Settlement) => void;
  readonly timer: NodeJS.Timeout;
}

export class EngineFace implements TransportFace {
  readonly events = new TypedEvents<FaceEvents>();
  readonly #memory: () => EngineMemory | null;
  readonly #waiters = new Map<number, Waiter>();
  /** By serial. */
  readonly #settlements = new Map<number, Settlement>();
  #timer: NodeJS.Timeout | null = null;
  #state: EngineState | null = null;
  #serial = 0;
  #blocks = -1;
  #beatAtMs = 0;

  /** @param memory - the shared memory of the present connection, or null while there is none */
  constructor(memory: () => EngineMemory | null) {
    this.#memory = memory;
  }

  start(): void {
    this.#timer = setInterval(() => this.#poll(), POLL_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const serial of [...this.#waiters.keys()]) this.#answer(serial, { type: "unknown" });
    this.events.clear();
  }

  /** The newest state, also while the engine is away; null before the first. */
  get state(): EngineState | null {
    const fresh = this.#memory()?.readState();
    if (fresh !== null && fresh !== undefined) this.#state = fresh;
    return this.#state;
  }

  /** What the nodes cost and how loud they are; null while the engine is away. */
  get telemetry(): EngineTelemetry | null {
    return this.#memory()?.readTelemetry() ?? null;
  }

  /** The callback count moved lately. */
  get isBeating(): boolean {
    return this.#memory() !== null && performance.now() - this.#beatAtMs < HEART_MS;
  }

  status(): TransportStatus {
    const state = this.state;
    const engine = this.#memory() === null ? "away" : "running";
    return state === null ? { ...SILENCE, engine } : { ...state, engine };
  }

  command(command: TransportCommand, source: CommandSource): CommandResult {
    this.events.emit("asked", source);
    return this.send({ ...toEngineCommand(command), source });
  }

  /** Any command, with a serial of its own. */
  send(command: EngineCommand): CommandResult {
    const memory = this.#memory();
    if (memory === null) return { type: "engineAway" };
    this.#serial = (this.#serial % 0xffff_fffe) + 1;
    if (!memory.pushCommand({ ...command, serial: this.#serial })) return { type: "queueFull" };
    return { type: "accepted", serial: this.#serial };
  }

  hostMicros(): number {
    return hostMicros();
  }

  settled(serial: number, timeoutMs: number): Promise<Settlement> {
    this.#poll();
    const known = this.#settlements.get(serial);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answer(serial, { type: "unknown" }), timeoutMs);
      this.#waiters.set(serial, { resolve, timer });
    });
  }

  #settle(serial: number, settlement: Settlement): void {
    this.#settlements.set(serial, settlement);
    if (this.#settlements.size > MAX_REMEMBERED)
      this.#settlements.delete(this.#settlements.keys().next().value as number);
  }

  #answer(serial: number, settlement: Settlement): void {
    const waiter = this.#waiters.get(serial);
    if (waiter === undefined) return;
    this.#waiters.delete(serial);
    clearTimeout(waiter.timer);
    waiter.resolve(settlement);
  }

  #poll(): void {
    const memory = this.#memory();
    if (memory === null) return;
    const state = memory.readState();
    if (state !== null) {
      this.#state = state;
      if (state.blocks !== this.#blocks) {
        this.#blocks = state.blocks;
        this.#beatAtMs = performance.now();
      }
    }
    const events = memory.drainEvents();
    for (const { kind, serial, value } of events) {
      if (kind === "commandDone") this.#settle(serial, { type: "done" });
      if (kind === "commandWaits") this.#settle(serial, { type: "waits", atBeat: value });
    }
    // Afterwards: one that waited for less than a block is done already.
    for (const event of events) {
      const settlement = this.#settlements.get(event.serial);
      if (settlement !== undefined) this.#answer(event.serial, settlement);
      this.events.emit("happened", event);
    }
  }
}

const SILENCE: Omit<TransportStatus, "engine"> = {
  status: "stopped",
  waitingForQuantum: false,
  frame: 0,
  hostMicros: 0,
  lineBeat: 0,
  songBeat: 0,
  songSeconds: 0,
  tempoBpm: 120,
  quantum: 4,
  loopStartSeconds: 0,
  loopEndSeconds: 0,
  loopEnabled: false,
  sampleRate: 48_000,
  blockFrames: 0,
  peers: 0,
  planHash: "",
  xruns: 0,
  loadRatio: 0,
  clockIn: "off",
  clockInBpm: 0,
  clockInJitterMicros: 0,
  clockInTicks: 0,
};

function toEngineCommand(command: TransportCommand): EngineCommand {
  const { quantum } = command;
  const action = toEngineAction(command);
  return quantum === undefined ? action : { ...action, when: "nextCycle", at: quantum };
}

function toEngineAction(command: TransportCommand): EngineCommand {
  switch (command.type) {
    case "seek":
      return { kind: "seekSeconds", value: command.seconds };
    case "seekBeats":
      return { kind: "seekBeats", value: command.beats };
    case "tempo":
      return { kind: "tempo", value: command.bpm };
    case "loop":
      return { kind: "loop", value: command.startSeconds, value2: command.endSeconds, flag: command.enabled };
    case "loopBeats":
      return { kind: "loopBeats", value: command.startBeat, value2: command.endBeat, flag: command.enabled };
    case "loopEnable":
      return { kind: "loopEnable", flag: command.enabled };
    default:
      return { kind: command.type };
  }
}
