// SPDX-License-Identifier: GPL-3.0-or-later
// "Are you well?": the engine's heart beats, and Node's own loop is on time.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Logger } from "../base/logger.ts";
import type { EngineStatus, MidiPortStatus } from "../binding/engine-status.ts";
import type { HealthFace, HealthReport } from "../control/health-face.ts";
import type { EngineFace } from "./engine-face.ts";

export interface HealthReporterDependencies {
  readonly face: EngineFace;
  readonly log: Logger;
  /** What is wrong with this process and lasts: a sentence, or empty. */
  readonly trouble?: () => string;
}

const LOOP_LATE_MS = 2000;
const NANOS_PER_MS = 1e6;

export class HealthReporter implements HealthFace {
  readonly #face: EngineFace;
  readonly #trouble: () => string;
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  #status: EngineStatus | null = null;
  #reset: NodeJS.Timeout | null = null;
  readonly #startedAtMs = performance.now();

  constructor({ face, trouble = () => "" }: HealthReporterDependencies) {
    this.#face = face;
    this.#trouble = trouble;
  }

  start(): void {
    this.#delay.enable();
    // A bad minute is forgotten after ten seconds.
    this.#reset = setInterval(() => this.#delay.reset(), 10_000);
  }

  stop(): void {
    if (this.#reset !== null) clearInterval(this.#reset);
    this.#delay.disable();
  }

  takeStatus(status: EngineStatus): void {
    this.#status = status;
  }

  /** As the engine last said; none before. An older engine than ours says less of its ports: those are left out. */
  get midiPorts(): readonly MidiPortStatus[] {
    return (this.#status?.midi.ports ?? []).filter((port) => "wire" in port && "clock" in port);
  }

  /** What was set aside or left out so that something plays: sentences for whoever looks, the gravest first. */
  get troubles(): readonly string[] {
    return [this.#status?.engine.note ?? "", this.#trouble()].filter((sentence) => sentence !== "");
  }

  get isWell(): boolean {
    return this.#face.isBeating && this.#loopLateMs() < LOOP_LATE_MS;
  }

  health(): HealthReport {
    const engineBeats = this.#face.isBeating;
    const loopLateMs = this.#loopLateMs();
    const nodeFine = loopLateMs < LOOP_LATE_MS;
    const status = this.#status;
    const problems: string[] = [];
    if (!engineBeats) problems.push("the engine does not play: see `downbeat doctor`");
    if (!nodeFine) problems.push(`the daemon was busy for ${Math.round(loopLateMs)} ms: see its log`);
    problems.push(...this.troubles);
    if (status?.audio.isFallback === true) problems.push(status.audio.sentence);
    for (const port of status?.midi.ports ?? [])
      if (port.state !== "open") problems.push(`MIDI ${port.id}: ${port.sentence}`);
    if (status?.midi.clockIn?.state === "lost") problems.push(status.midi.clockIn.sentence);
    if (status?.link.health === "shaky" || status?.link.health === "lost")
      problems.push(`Link is ${status.link.health}: ${status.link.sentence}`);
    return {
      engineBeats,
      nodeFine,
      problems,
      facts: {
        uptime_seconds: Math.round((performance.now() - this.#startedAtMs) / 1000),
        loop_late_ms: Math.round(loopLateMs),
        engine_pid: status?.engine.pid ?? null,
        engine_version: status?.engine.version ?? null,
        audio: status?.audio.device ?? null,
        xruns: this.#face.state?.xruns ?? null,
        load: this.#face.state?.loadRatio ?? null,
        peers: this.#face.state?.peers ?? null,
        link: status?.link.health ?? null,
        plan: this.#face.state?.planHash ?? null,
      },
    };
  }

  /** The latest that a timer of ours came, lately. */
  #loopLateMs(): number {
    const late = this.#delay.max / NANOS_PER_MS;
    return Number.isFinite(late) ? late : 0;
  }
}
