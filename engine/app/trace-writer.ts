// SPDX-License-Identifier: GPL-3.0-or-later
// What nodes cost and what happens, as a trace that Perfetto and chrome://tracing show: counters for
// each node and the whole, instants for events. Times are those of the engine's frames.
import { closeSync, openSync, writeSync } from "node:fs";
import type { EngineEvent, EngineState, EngineTelemetry } from "../binding/rt-messages.ts";

const PID = 1;
const PERIOD_MS = 33;

export interface TraceSource {
  state(): EngineState | null;
  telemetry(): EngineTelemetry | null;
  /** Names by index; empty before the first plan. */
  nodeNames(): readonly string[];
}

/** The file is a JSON array whose end may be missing: readers take it also after a power cut. */
export class TraceWriter {
  readonly #source: TraceSource;
  readonly #file: number;
  #timer: NodeJS.Timeout | null = null;
  #frame = -1;

  /** @throws {Error} of the file system when `file` cannot be written */
  constructor(file: string, source: TraceSource) {
    this.#source = source;
    this.#file = openSync(file, "w");
    writeSync(this.#file, "[\n");
    this.#write({ ph: "M", name: "process_name", pid: PID, args: { name: "downbeat-engine" } });
  }

  start(): void {
    this.#timer = setInterval(() => this.#sample(), PERIOD_MS);
  }

  /** An event of the engine as an instant. */
  note(event: EngineEvent): void {
    const { kind, frame, value, node, serial } = event;
    this.#write({
      ph: "i",
      s: "g",
      name: kind,
      pid: PID,
      tid: 1,
      ts: this.#micros(frame),
      args: { value, node, serial },
    });
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    writeSync(this.#file, '{"ph":"M","name":"end","pid":1}\n]\n');
    closeSync(this.#file);
  }

  #sample(): void {
    const state = this.#source.state();
    const telemetry = this.#source.telemetry();
    if (state === null || telemetry === null || telemetry.frame === this.#frame) return;
    this.#frame = telemetry.frame;
    const ts = this.#micros(telemetry.frame);
    this.#count("load", ts, { share: state.loadRatio });
    this.#count("level", ts, { left: state.peakLeft, right: state.peakRight });
    const names = this.#source.nodeNames();
    telemetry.nodes.forEach((node, i) => {
      const name = names[i] ?? `node ${i}`;
      this.#count(`cost of ${name}`, ts, { share: node.load });
      this.#count(`level of ${name}`, ts, { peak: node.peak, rms: node.rms });
      if (node.voices > 0) this.#count(`voices of ${name}`, ts, { voices: node.voices });
    });
  }

  #micros(frame: number): number {
    return (frame * 1e6) / (this.#source.state()?.sampleRate ?? 48_000);
  }

  #count(name: string, ts: number, args: Readonly<Record<string, number>>): void {
    this.#write({ ph: "C", name, pid: PID, ts, args });
  }

  #write(entry: object): void {
    writeSync(this.#file, `${JSON.stringify(entry)},\n`);
  }
}
