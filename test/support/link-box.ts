// SPDX-License-Identifier: GPL-3.0-or-later
// A box that plays nothing but time: the engine alone with an empty session, watched and commanded
// through its shared memory, which costs it nothing.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EngineMemory } from "../../engine/binding/addon.ts";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import type { EngineStatus } from "../../engine/binding/engine-status.ts";
import { PLAN_VERSION, type Plan } from "../../engine/binding/plan/plan.ts";
import type { EngineCommand, EngineEvent, EngineState } from "../../engine/binding/rt-messages.ts";
import { BareEngine } from "./bare-engine.ts";
import { eventually, removeBoxFolder } from "./running-box.ts";
import { checkedFile } from "./stored-plan.ts";

export interface LinkBoxOptions {
  /** A program in front of the engine, with its options. */
  readonly inside: readonly string[];
  /** As it was when the power went; bpm. */
  readonly storedTempo?: number;
  readonly autoplay?: boolean;
  readonly startStopSync?: boolean;
  /** Beats; 4 otherwise. */
  readonly quantum?: number;
  /** Whatever else its plan is to have. */
  readonly change?: (plan: Plan) => Plan;
  /** False takes the audio device of the plan instead of the null driver. */
  readonly isNull?: boolean;
}

export class LinkBox implements AsyncDisposable {
  readonly #folder: string;
  readonly #engine: BareEngine;
  #client: EngineClient | null = null;
  #plan: Plan;

  private constructor(options: LinkBoxOptions) {
    this.#folder = mkdtempSync(path.join(tmpdir(), "downbeat-link-"));
    mkdirSync(this.stateFolder, { mode: 0o700 });
    const planFile = path.join(this.#folder, "plan.json");
    this.#plan = planFor(options);
    writeFileSync(planFile, JSON.stringify(this.#plan));
    if (options.storedTempo !== undefined) {
      const live = { version: 1, planHash: "", params: [], tempoBpm: options.storedTempo };
      writeFileSync(this.#liveFile, checkedFile(JSON.stringify(live), "state"));
    }
    this.#engine = BareEngine.start(
      this.stateFolder,
      ["--first-plan", planFile],
      options.inside,
      options.isNull,
    );
  }

  /** Starts it and waits for its first block. Link comes 1 s later. */
  static async start(options: LinkBoxOptions): Promise<LinkBox> {
    const box = new LinkBox(options);
    try {
      await box.#connect();
    } catch (error) {
      await box[Symbol.asyncDispose]();
      throw error;
    }
    return box;
  }

  get stateFolder(): string {
    return path.join(this.#folder, "state");
  }

  get state(): EngineState {
    const state = this.#memory.readState();
    if (state === null) throw new Error("the engine has not played a block yet");
    return state;
  }

  /** The tempo it would start with after a power cut, as far as it has written it. */
  get storedTempo(): number | undefined {
    const text = readFileSync(this.#liveFile, "utf8");
    return (JSON.parse(text.slice(text.indexOf("\n") + 1)) as { tempoBpm?: number }).tempoBpm;
  }

  send(command: EngineCommand): void {
    if (!this.#memory.pushCommand(command)) throw new Error(`${command.kind}: the queue is full`);
  }

  /** Plays another plan. */
  async replan(change: (plan: Plan) => Plan): Promise<void> {
    this.#plan = change(this.#plan);
    await this.#client?.sendPlan(this.#plan);
  }

  /** What happened on its audio thread since this was asked last. */
  takeEvents(): readonly EngineEvent[] {
    return this.#memory.drainEvents();
  }

  /** What it says of itself. */
  async status(): Promise<EngineStatus> {
    if (this.#client === null) throw new Error(`the engine is gone: ${this.#engine.output}`);
    return (await this.#client.request("status")).status as EngineStatus;
  }

  /** What it printed so far. */
  get output(): string {
    return this.#engine.output;
  }

  /** Waits until its state is so. */
  is(what: string, isIt: (state: EngineState) => boolean, patienceMs?: number): Promise<EngineState> {
    return eventually(
      what,
      () => {
        const { state } = this;
        return isIt(state) ? state : null;
      },
      patienceMs,
    );
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    this.#client?.close();
    await this.#engine[Symbol.asyncDispose]();
  }

  /** Gone without a word. */
  async kill(): Promise<void> {
    this.#client?.close();
    process.kill(this.#engine.pid, "SIGKILL");
    await this.#engine.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    removeBoxFolder(this.#folder);
  }

  get #liveFile(): string {
    return path.join(this.stateFolder, "live-state.json");
  }

  get #memory(): EngineMemory {
    const memory = this.#client?.memory ?? null;
    if (memory === null) throw new Error(`the engine is gone: ${this.#engine.output}`);
    return memory;
  }

  async #connect(): Promise<void> {
    this.#client = await eventually(`the engine answers: ${this.#engine.output}`, () =>
      EngineClient.connect(this.stateFolder, "controller", "test").catch(() => null),
    );
    await eventually("the first block", () => this.#memory.readState() !== null);
  }
}

function planFor(options: LinkBoxOptions): Plan {
  const plan: Plan = {
    version: PLAN_VERSION,
    audio: {
      device: "null",
      api: "auto",
      sampleRate: 48_000,
      blockFrames: 128,
      outputChannels: 2,
      inputChannels: 0,
      latencyOffsetMs: 0,
    },
    link: { enabled: true, startStopSync: options.startStopSync ?? false, quantum: options.quantum ?? 4 },
    transport: { autoplay: options.autoplay ?? false, tempo: null },
    midi: { clockFrom: null, ports: [] },
    mapping: { entries: [], banks: [], modifiers: [], scenes: [] },
    routing: { routes: [] },
    session: {
      name: "nothing but time",
      seed: 1,
      tempoMap: [{ beat: 0, bpm: 120 }],
      racks: [],
      buses: [],
      routes: [],
      xfaders: [],
      commands: [],
      loopBeats: 0,
      midiTracks: [],
      master: { gain: 1, ceilingDb: -0.3 },
    },
  };
  return options.change?.(plan) ?? plan;
}
