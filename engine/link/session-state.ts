// SPDX-License-Identifier: GPL-3.0-or-later
// A session's time line and play state at one moment. It is a copy: it does not follow the session, so
// capture a new one whenever you look, and use it at once.

import type { Beats, Tempo } from "../base/units.ts";
import type { LinkSessionState } from "../binding/link-peer.ts";
import { checkBeat, checkQuantum, checkSwitch, checkTempo, checkTime, type HostMicros } from "./arguments.ts";

/**
 * Made by `link.captureAppSessionState()`. Nothing changes for anybody before
 * `link.commitAppSessionState(state)`.
 *
 * Beats are whole millionths of a quarter note. Their magnitude is this participant's own; their phase,
 * the position in a cycle of `quantum` beats, is the same for everybody in the session.
 *
 * Every function throws an AppError and changes nothing when an argument is of the wrong kind
 * (`ARGUMENT_INVALID`) or outside its range (`OUT_OF_RANGE`).
 */
export class SessionState {
  readonly #raw: LinkSessionState;
  readonly #origin: symbol;

  /**
   * @param origin - of the Link it is captured from; not the Link itself, which a state does not keep
   * @internal
   */
  constructor(raw: LinkSessionState, origin: symbol) {
    this.#raw = raw;
    this.#origin = origin;
  }

  /**
   * What the addon holds, or null when it was captured from another Link.
   *
   * @internal
   */
  static rawOf(state: SessionState, origin: symbol): LinkSessionState | null {
    return state.#origin === origin ? state.#raw : null;
  }

  /** Quarter notes per minute. */
  tempo(): Tempo {
    return this.#raw.tempo();
  }

  /**
   * The beat at `atTime` stays where it is.
   *
   * @param bpm - 20 to 999
   */
  setTempo(bpm: Tempo, atTime: HostMicros): void {
    const where = "SessionState.setTempo";
    this.#raw.setTempo(checkTempo(where, bpm), checkTime(where, "atTime", atTime));
  }

  /** @param quantum - length of a cycle in beats, more than 0 */
  beatAtTime(time: HostMicros, quantum: Beats): Beats {
    const where = "SessionState.beatAtTime";
    return this.#raw.beatAtTime(checkTime(where, "time", time), checkQuantum(where, quantum));
  }

  /** @returns beats from 0 up to and without `quantum`, also before beat 0 */
  phaseAtTime(time: HostMicros, quantum: Beats): Beats {
    const where = "SessionState.phaseAtTime";
    return this.#raw.phaseAtTime(checkTime(where, "time", time), checkQuantum(where, quantum));
  }

  /** Undoes `beatAtTime`, if the tempo stays. */
  timeAtBeat(beat: Beats, quantum: Beats): HostMicros {
    const where = "SessionState.timeAtBeat";
    return this.#raw.timeAtBeat(checkBeat(where, beat), checkQuantum(where, quantum));
  }

  /**
   * Puts `beat` at `time` when nobody else was there at the capture. In company the others' phase counts:
   * `beat` comes at the next time, from `time` on, that has its phase.
   */
  requestBeatAtTime(beat: Beats, time: HostMicros, quantum: Beats): void {
    const where = "SessionState.requestBeatAtTime";
    this.#raw.requestBeatAtTime(
      checkBeat(where, beat),
      checkTime(where, "time", time),
      checkQuantum(where, quantum),
    );
  }

  /**
   * Puts `beat` at `time` whoever is there, and moves the phase of everybody with the commit. For bridges
   * from another clock; others are disturbed by it.
   */
  forceBeatAtTime(beat: Beats, time: HostMicros, quantum: Beats): void {
    const where = "SessionState.forceBeatAtTime";
    this.#raw.forceBeatAtTime(
      checkBeat(where, beat),
      checkTime(where, "time", time),
      checkQuantum(where, quantum),
    );
  }

  isPlaying(): boolean {
    return this.#raw.isPlaying();
  }

  /**
   * When the wish to play or to stop takes effect. It is the moment somebody pressed the button; each
   * participant begins with its own next cycle.
   */
  timeForIsPlaying(): HostMicros {
    return this.#raw.timeForIsPlaying();
  }

  setIsPlaying(isPlaying: boolean, time: HostMicros): void {
    const where = "SessionState.setIsPlaying";
    this.#raw.setIsPlaying(checkSwitch(where, "isPlaying", isPlaying), checkTime(where, "time", time));
  }

  /** As `requestBeatAtTime` at `timeForIsPlaying()`. Does nothing while stopped. */
  requestBeatAtStartPlayingTime(beat: Beats, quantum: Beats): void {
    const where = "SessionState.requestBeatAtStartPlayingTime";
    this.#raw.requestBeatAtStartPlayingTime(checkBeat(where, beat), checkQuantum(where, quantum));
  }

  /** `setIsPlaying` and, when that is to play, `requestBeatAtStartPlayingTime`. */
  setIsPlayingAndRequestBeatAtTime(isPlaying: boolean, time: HostMicros, beat: Beats, quantum: Beats): void {
    const where = "SessionState.setIsPlayingAndRequestBeatAtTime";
    this.#raw.setIsPlayingAndRequestBeatAtTime(
      checkSwitch(where, "isPlaying", isPlaying),
      checkTime(where, "time", time),
      checkBeat(where, beat),
      checkQuantum(where, quantum),
    );
  }
}
