// SPDX-License-Identifier: GPL-3.0-or-later
// Live tracks over minutes: what changes by itself, with its history in the state folder, and the drift when
// nobody plays. What happens from step to step is the engine's.

import { isDeepStrictEqual } from "node:util";
import { AppError, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { TrackPlan } from "../binding/plan/track-plan.ts";
import type { EngineCommand, EngineState } from "../binding/rt-messages.ts";
import type { SequencerSettings } from "../config/schema.ts";
import { parseTrackOrder, unknownName } from "../config/track-order.ts";
import { AMBIENCE_AMOUNT, AMBIENCE_NODE, TRACK_PARAMS } from "../config/track-params.ts";
import type { SequencerFace, SequencerState, TrackDone, TrackOrder } from "../control/sequencer-face.ts";
import type { CommandResult } from "../control/transport-face.ts";
import { Dice } from "../sequencer/dice.ts";
import { type IdleOrder, IdleWatch } from "../sequencer/idle-watch.ts";
import { type Mutation, mutated, nextMutation } from "../sequencer/mutation.ts";
import {
  capped,
  type KeptMutation,
  readMutationHistory,
  writeMutationHistory,
  writtenMark,
} from "./mutation-history.ts";

export interface SequencerDeskOptions {
  readonly stateFolder: string;
  readonly log: Logger;
  readonly state: () => EngineState | null;
  readonly hostMicros: () => number;
  readonly send: (command: EngineCommand) => CommandResult;
  readonly request: (type: string, fields?: Record<string, unknown>) => Promise<Record<string, unknown>>;
  /** Index of a node of the plan that plays. */
  readonly nodeIndex: (name: string) => number | undefined;
  /** Builds the plan anew and sends it. */
  readonly onChange: () => Promise<void>;
}

const IDLE_LOOK_MS = 50;

/** Thread: control. */
export class SequencerDesk implements SequencerFace {
  readonly #options: SequencerDeskOptions;
  readonly #idle = new IdleWatch();
  #settings: SequencerSettings | null = null;
  #written: readonly TrackPlan[] = [];
  #history: readonly KeptMutation[] = [];
  /** Of each track of the settings. */
  #marks: ReadonlyMap<string, string> = new Map();
  #isReturning = false;
  #dice = new Dice(0);
  #mutationTimer: NodeJS.Timeout | null = null;
  #idleTimer: NodeJS.Timeout | null = null;

  constructor(options: SequencerDeskOptions) {
    this.#options = options;
  }

  /** Takes up the history that was kept; before the first plan. */
  async load(): Promise<void> {
    const { changes, thrown } = await readMutationHistory(this.#options.stateFolder);
    this.#history = changes;
    this.#dice = new Dice(0, thrown);
  }

  /** What has become of tracks since they were written. A track that its owner has edited begins anew. */
  change(tracks: readonly TrackPlan[], settings: SequencerSettings): readonly TrackPlan[] {
    this.#marks = new Map(settings.tracks.map((track) => [track.id, writtenMark(track)]));
    // One that is gone from the settings may come back as it was.
    this.#history = this.#history.filter(({ track, written }) => {
      const mark = this.#marks.get(track);
      return mark === undefined || mark === written;
    });
    this.#written = tracks;
    return mutated(tracks, this.#history);
  }

  /** From the start on, and when the settings change. */
  take(settings: SequencerSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (before === null || before.mutation.seed !== settings.mutation.seed)
      this.#dice = new Dice(settings.mutation.seed, before === null ? this.#dice.place : 0);
    if (!isDeepStrictEqual(before?.mutation, settings.mutation)) this.#plan();
    if (!settings.idle.enabled) this.#obey(this.#idle.stop());
    if (settings.idle.enabled && this.#idleTimer === null)
      this.#idleTimer = setInterval(() => this.#look(), IDLE_LOOK_MS);
    if (!settings.idle.enabled && this.#idleTimer !== null) {
      clearInterval(this.#idleTimer);
      this.#idleTimer = null;
    }
  }

  stop(): void {
    if (this.#mutationTimer !== null) clearTimeout(this.#mutationTimer);
    if (this.#idleTimer !== null) clearInterval(this.#idleTimer);
    this.#mutationTimer = null;
    this.#idleTimer = null;
  }

  async state(): Promise<SequencerState> {
    const tracks = await Promise.all(
      this.#written.map(async ({ id, node, port }) => {
        const { values } = await this.#options.request("params", { node: `track:${id}` });
        const known = values as Readonly<Record<string, number>>;
        const parameters = TRACK_PARAMS.flatMap((param) => {
          const value = known[param.id];
          return value === undefined ? [] : [[param.key, Math.round(value * 1e6) / 1e6] as const];
        });
        return { id, target: node ?? port ?? "", parameters: Object.fromEntries(parameters) };
      }),
    );
    const ambience = this.#options.state()?.ambience ?? 0;
    return { tracks, ambience, history: this.#history.map(({ sentence }) => sentence) };
  }

  setParameter({ track, parameter, value }: TrackOrder): TrackDone {
    const known = this.#written.map(({ id }) => id);
    if (!known.includes(track)) throw unknownName("TRACK_UNKNOWN", "a live track", track, known);
    const { param, value: number } = parseTrackOrder(parameter, value);
    this.touch();
    this.#set(`track:${track}`, param.id, number, 0);
    return { track, parameter: param.key, value: number, atBar: param.isAtBar };
  }

  async mutate(): Promise<string | null> {
    const made = this.#mutateOnce();
    if (made === null) return null;
    await this.#changed();
    return made.sentence;
  }

  async undo(): Promise<string | null> {
    const last = this.#history.at(-1);
    if (last === undefined) return null;
    this.#history = this.#history.slice(0, -1);
    this.#options.log.info({ track: last.track }, `taken back: ${last.sentence}`);
    await this.#changed();
    return last.sentence;
  }

  touch(): void {
    const order = this.#idle.touch(this.#options.hostMicros());
    const isAway = (this.#options.state()?.ambience ?? 0) > 0;
    if (!isAway) this.#isReturning = false;
    // An engine that drifted when this process began is brought back too, and once: asked again, it would begin its
    // way anew.
    if (order !== null || (isAway && !this.#isReturning)) this.#obey("return");
  }

  #look(): void {
    const state = this.#options.state();
    if (state === null || this.#settings === null) return;
    const { touchedMicros, status } = state;
    const moment = { hostMicros: this.#options.hostMicros(), touchedMicros, isPlaying: status === "playing" };
    this.#obey(this.#idle.look(moment, this.#settings.idle.afterSeconds));
  }

  #obey(order: IdleOrder | null): void {
    if (order === null || this.#settings === null) return;
    const { fadeInSeconds, fadeOutSeconds, profile } = this.#settings.idle;
    const isDrift = order === "drift";
    if (this.#options.nodeIndex(AMBIENCE_NODE) === undefined) return;
    try {
      this.#set(
        AMBIENCE_NODE,
        AMBIENCE_AMOUNT,
        isDrift ? 1 : 0,
        (isDrift ? fadeInSeconds : fadeOutSeconds) * 1000,
      );
    } catch (error) {
      this.#options.log.debug({}, messageOf(error));
      return;
    }
    this.#isReturning = !isDrift;
    this.#options.log.info({}, isDrift ? `nobody plays: drifting to ${profile}` : "somebody plays: back");
  }

  #set(node: string, param: number, value: number, rampMs: number): void {
    const index = this.#options.nodeIndex(node);
    const command = { kind: "setParam", param, value, value2: rampMs } as const;
    const result = index === undefined ? null : this.#options.send({ ...command, node: index });
    if (result === null || result.type === "engineAway")
      throw new AppError("ENGINE_AWAY", "expected an engine that plays, got none. Try again in a second.");
    if (result.type === "queueFull")
      throw new AppError("QUEUE_FULL", "expected room in the engine's queue, got none. Send fewer at once.");
  }

  /** When the next change comes is thrown too, so that the same seed is the same history. */
  #plan(): void {
    if (this.#mutationTimer !== null) clearTimeout(this.#mutationTimer);
    this.#mutationTimer = null;
    const mutation = this.#settings?.mutation;
    if (mutation?.enabled !== true) return;
    const longest = Math.max(mutation.minSeconds, mutation.maxSeconds);
    const seconds = mutation.minSeconds + this.#dice.next() * (longest - mutation.minSeconds);
    this.#mutationTimer = setTimeout(() => void this.#mutateNow(), seconds * 1000);
  }

  async #mutateNow(): Promise<void> {
    const count = 1 + this.#dice.below(this.#settings?.mutation.changes ?? 1);
    // A song that stands does not change behind its owner's back.
    const isPlaying = this.#options.state()?.status === "playing";
    const made = Array.from({ length: isPlaying ? count : 0 }, () => this.#mutateOnce());
    if (made.some((one) => one !== null)) {
      await this.#changed().catch((error: unknown) => this.#options.log.warn({}, messageOf(error)));
    }
    this.#plan();
  }

  #mutateOnce(): Mutation | null {
    if (this.#settings === null) return null;
    const may = this.#settings.tracks.filter(({ mutates }) => mutates).map(({ id }) => id);
    const tracks = this.#written.filter(({ id }) => may.includes(id));
    const made = nextMutation(tracks, this.#history, this.#settings.mutation, this.#dice);
    if (made === null) return null;
    this.#history = capped([...this.#history, { ...made, written: this.#marks.get(made.track) ?? "" }]);
    this.#options.log.info({ track: made.track, rule: made.rule }, `changed: ${made.sentence}`);
    return made;
  }

  async #changed(): Promise<void> {
    await this.#options.onChange();
    await writeMutationHistory(this.#options.stateFolder, {
      changes: this.#history,
      thrown: this.#dice.place,
    });
  }
}
