// SPDX-License-Identifier: GPL-3.0-or-later
// What is sent to everybody who gets feedback: changes, beats, and the position a few times a
// second. Nothing runs while there is nobody.

import { SteadyTimer } from "../../base/steady-timer.ts";
import type { TransportFace, TransportStatus } from "../transport-face.ts";
import type { OscFeedback } from "./osc-packet.ts";
import { beatMessage, changes, heardBeat, positionMessage, wholePicture } from "./osc-picture.ts";
import type { OscEndpoint, OscTargets } from "./osc-targets.ts";

/** How often it is looked for changes and beats. */
const LOOK_HZ = 100;

export interface OscFeedbackDependencies {
  readonly transport: TransportFace;
  readonly targets: OscTargets;
  readonly send: (message: OscFeedback, to: OscEndpoint) => void;
  /** Positions per second, 1 to 60. */
  readonly rateHz: number;
  readonly monotonicMs: () => number;
}

/** Thread: control. */
export class OscFeedbackStream {
  readonly #dependencies: OscFeedbackDependencies;
  readonly #timer: SteadyTimer;
  #before: TransportStatus | undefined;
  #beat = Number.NaN;
  #sincePositionMs = 0;

  constructor(dependencies: OscFeedbackDependencies) {
    this.#dependencies = dependencies;
    const { monotonicMs } = dependencies;
    this.#timer = new SteadyTimer({
      hz: LOOK_HZ,
      monotonicMs,
      onTick: (sinceLastMs) => this.#look(sinceLastMs),
    });
  }

  get isRunning(): boolean {
    return this.#timer.isRunning;
  }

  /** Sends everything to whoever is new, and goes on from there. */
  welcome(target: OscEndpoint): void {
    const { transport, send } = this.#dependencies;
    const status = transport.status();
    for (const message of [...wholePicture(status), positionMessage(status)]) send(message, target);
    this.start();
  }

  /** Runs until there is nobody to send to. */
  start(): void {
    if (this.#timer.isRunning) return;
    this.#before = this.#dependencies.transport.status();
    this.#beat = Number.NaN;
    this.#timer.start();
  }

  stop(): void {
    this.#timer.stop();
  }

  #look(sinceLastMs: number): void {
    const { transport, targets, send, rateHz, monotonicMs } = this.#dependencies;
    const everybody = targets.all(monotonicMs());
    if (everybody.length === 0) {
      this.stop();
      return;
    }
    const status = transport.status();
    const news = [...(this.#before === undefined ? [] : changes(this.#before, status))];
    this.#before = status;
    const beat = Math.floor(heardBeat(status, transport.hostMicros()));
    if (status.status === "playing" && beat !== this.#beat) news.push(beatMessage(beat));
    this.#beat = status.status === "playing" ? beat : Number.NaN;
    this.#sincePositionMs += sinceLastMs;
    // Half a look early is nearer than half a look late.
    if (this.#sincePositionMs >= 1000 / rateHz - 500 / LOOK_HZ) {
      this.#sincePositionMs = 0;
      news.push(positionMessage(status));
    }
    for (const message of news) for (const target of everybody) send(message, target);
  }
}
