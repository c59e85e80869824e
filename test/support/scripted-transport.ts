// SPDX-License-Identifier: GPL-3.0-or-later
// A transport that does as told, in the place of the engine: song time runs on a clock that the
// test holds, commands land some milliseconds after they were taken, and the engine can be away or
// its queue full.

import type {
  CommandResult,
  CommandSource,
  Settlement,
  TransportCommand,
  TransportFace,
  TransportStatus,
} from "../../engine/control/transport-face.ts";

const SAMPLE_RATE = 48_000;

export interface ScriptedTransportOptions {
  /** How long a command takes to land. 3 ms is a block of 128 frames. */
  readonly landMs?: number;
  readonly monotonicMs?: () => number;
}

export class ScriptedTransport implements TransportFace {
  /** Everything that was accepted, in order. */
  readonly commands: { readonly command: TransportCommand; readonly source: CommandSource }[] = [];
  isQueueFull = false;
  /** Laid over what the script works out. */
  override: Partial<TransportStatus> = {};
  landMs: number;

  readonly #monotonicMs: () => number;
  readonly #startedMs: number;
  /** Beats of the line that commands wait for. */
  readonly #heldBack = new Map<number, number>();
  readonly #landed = new Set<number>();
  readonly #waiting = new Map<number, () => void>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #serial = 0;
  #isAway = false;
  #frozen: TransportStatus | undefined;
  #status: TransportStatus["status"] = "stopped";
  #tempoBpm = 120;
  #loop = { startSeconds: 0, endSeconds: 0, enabled: false };
  /** Song position at `#anchorMs`. */
  #anchorSeconds = 0;
  #anchorMs: number;
  #startedAtSeconds = 0;

  constructor({ landMs = 3, monotonicMs = () => performance.now() }: ScriptedTransportOptions = {}) {
    this.landMs = landMs;
    this.#monotonicMs = monotonicMs;
    this.#startedMs = monotonicMs();
    this.#anchorMs = this.#startedMs;
  }

  goAway(): void {
    this.#frozen = { ...this.status(), engine: "away" };
    this.#isAway = true;
  }

  comeBack(): void {
    this.#isAway = false;
    this.#frozen = undefined;
  }

  /** Ends what is still under way. */
  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  status(): TransportStatus {
    if (this.#frozen !== undefined) return this.#frozen;
    const nowMs = this.#monotonicMs();
    const seconds = this.#songSeconds(nowMs);
    const engineSeconds = (nowMs - this.#startedMs) / 1000;
    return {
      engine: "running",
      status: this.#status,
      waitingForQuantum: this.#heldBack.size > 0,
      frame: Math.round(engineSeconds * SAMPLE_RATE),
      hostMicros: Math.round(nowMs * 1000),
      lineBeat: this.#lineBeat(nowMs),
      songBeat: (seconds * this.#tempoBpm) / 60,
      songSeconds: seconds,
      tempoBpm: this.#tempoBpm,
      quantum: 4,
      loopStartSeconds: this.#loop.startSeconds,
      loopEndSeconds: this.#loop.endSeconds,
      loopEnabled: this.#loop.enabled,
      sampleRate: SAMPLE_RATE,
      blockFrames: 128,
      peers: 0,
      planHash: "0123456789abcdef",
      xruns: 0,
      loadRatio: 0.125,
      clockIn: "off",
      clockInBpm: 0,
      clockInJitterMicros: 0,
      clockInTicks: 0,
      ...this.override,
    };
  }

  command(command: TransportCommand, source: CommandSource): CommandResult {
    if (this.#isAway) return { type: "engineAway" };
    if (this.isQueueFull) return { type: "queueFull" };
    this.commands.push({ command, source });
    this.#serial += 1;
    const serial = this.#serial;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#heldBack.delete(serial);
        this.#land(command);
        this.#landed.add(serial);
        this.#waiting.get(serial)?.();
      },
      this.#msUntil(command, serial),
    );
    this.#timers.add(timer);
    return { type: "accepted", serial };
  }

  settled(serial: number, timeoutMs: number): Promise<Settlement> {
    if (this.#landed.has(serial)) return Promise.resolve({ type: "done" });
    const atBeat = this.#heldBack.get(serial);
    if (atBeat !== undefined) return Promise.resolve({ type: "waits", atBeat });
    return new Promise((resolve) => {
      const finish = (settlement: Settlement): void => {
        clearTimeout(timeout);
        this.#timers.delete(timeout);
        this.#waiting.delete(serial);
        resolve(settlement);
      };
      const timeout = setTimeout(() => finish({ type: "unknown" }), timeoutMs);
      this.#timers.add(timeout);
      this.#waiting.set(serial, () => finish({ type: "done" }));
    });
  }

  hostMicros(): number {
    return Math.round(this.#monotonicMs() * 1000);
  }

  #lineBeat(nowMs: number): number {
    return (((nowMs - this.#startedMs) / 1000) * this.#tempoBpm) / 60;
  }

  /** Until the command lands; one with a quantum is held back until then. */
  #msUntil({ quantum }: TransportCommand, serial: number): number {
    if (quantum === undefined) return this.landMs;
    const line = this.#lineBeat(this.#monotonicMs());
    const atBeat = Math.ceil(line / quantum) * quantum;
    this.#heldBack.set(serial, atBeat);
    return ((atBeat - line) * 60_000) / this.#tempoBpm;
  }

  #songSeconds(nowMs: number): number {
    if (this.#status !== "playing") return this.#anchorSeconds;
    const seconds = this.#anchorSeconds + (nowMs - this.#anchorMs) / 1000;
    const { startSeconds, endSeconds, enabled } = this.#loop;
    if (!enabled || endSeconds <= startSeconds || this.#anchorSeconds >= endSeconds) return seconds;
    if (seconds < endSeconds) return seconds;
    return startSeconds + ((seconds - startSeconds) % (endSeconds - startSeconds));
  }

  #land(command: TransportCommand): void {
    const nowMs = this.#monotonicMs();
    const seconds = this.#songSeconds(nowMs);
    this.#anchorSeconds = seconds;
    this.#anchorMs = nowMs;
    switch (command.type) {
      case "play":
      case "resume":
        if (this.#status !== "playing") this.#startedAtSeconds = seconds;
        this.#status = "playing";
        break;
      case "pause":
        if (this.#status === "playing") this.#status = "paused";
        break;
      case "stop":
        this.#status = "stopped";
        this.#anchorSeconds = this.#startedAtSeconds;
        break;
      case "rewind":
        this.#anchorSeconds = 0;
        this.#startedAtSeconds = 0;
        break;
      case "seek":
        this.#anchorSeconds = command.seconds;
        break;
      case "seekBeats":
        this.#anchorSeconds = (command.beats * 60) / this.#tempoBpm;
        break;
      case "tempo":
        this.#tempoBpm = command.bpm;
        break;
      case "loop":
        this.#loop = command;
        break;
      case "loopBeats":
        this.#loop = {
          startSeconds: (command.startBeat * 60) / this.#tempoBpm,
          endSeconds: (command.endBeat * 60) / this.#tempoBpm,
          enabled: command.enabled,
        };
        break;
      case "loopEnable":
        this.#loop = { ...this.#loop, enabled: command.enabled };
        break;
    }
  }
}
