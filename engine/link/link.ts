// SPDX-License-Identifier: GPL-3.0-or-later
// Ableton Link for scripts: a participant of its own in the session that all Link programs on the network
// share. docs/link-api.md is its manual. The engine has a Link of its own and does not need this one.
import { AppError } from "../base/errors.ts";
import type { Tempo } from "../base/units.ts";
import { captureLinkState, newLinkPeer } from "../binding/addon.ts";
import { LINK_NEWS, type LinkPeer } from "../binding/link-peer.ts";
import { checkCallback, checkSwitch, checkTempo, wrongKind } from "./arguments.ts";
import { LinkClock } from "./link-clock.ts";
import { closeAtExit, forget } from "./open-links.ts";
import { SessionState } from "./session-state.ts";

export type { HostMicros } from "./arguments.ts";
export type { LinkClock } from "./link-clock.ts";
export { SessionState } from "./session-state.ts";

export type NumPeersCallback = (numPeers: number) => void;
export type TempoCallback = (bpm: Tempo) => void;
export type StartStopCallback = (isPlaying: boolean) => void;

/**
 * One participant, off the network until `enable(true)`. `using link = new Link(120)` closes it.
 *
 * Callbacks come on the event loop of the thread that made the Link, never on Link's own; several changes
 * between two turns of the loop are one call with the newest value. They tell of every change, also of
 * one's own. A Link keeps neither its process nor its worker alive, and one that nobody refers to any more
 * leaves the session when it is collected.
 *
 * After `close()` every function but `close` throws an AppError with `LINK_CLOSED`.
 */
export class Link implements Disposable {
  readonly #clock = new LinkClock();
  readonly #origin = Symbol("Link");
  #peer: LinkPeer | null;
  #numPeersCallback: NumPeersCallback | null = null;
  #tempoCallback: TempoCallback | null = null;
  #startStopCallback: StartStopCallback | null = null;

  /**
   * @param bpm - 20 to 999: the tempo until others are there, whose tempo it takes
   * @throws {AppError} `ARGUMENT_INVALID`, `OUT_OF_RANGE`; `NATIVE_MISSING`, `NATIVE_FAILED` when Link cannot
   *   be started
   */
  constructor(bpm: Tempo) {
    this.#peer = newLinkPeer(checkTempo("new Link", bpm));
    this.#peer.onNews = (kinds, numPeers, tempo, isPlaying) => {
      if ((kinds & LINK_NEWS.peers) !== 0) call(this.#numPeersCallback, numPeers);
      if ((kinds & LINK_NEWS.tempo) !== 0) call(this.#tempoCallback, tempo);
      if ((kinds & LINK_NEWS.playing) !== 0) call(this.#startStopCallback, isPlaying);
    };
    closeAtExit(this);
  }

  /**
   * Goes on the network, or leaves it. Of two sessions that began within 500 ms of each other Link keeps a
   * random one: to join rather than to be joined, enable at least 1 s after the others.
   */
  enable(isEnabled: boolean): void {
    this.#open("enable").enable(checkSwitch("Link.enable", "isEnabled", isEnabled));
  }

  isEnabled(): boolean {
    return this.#open("isEnabled").isEnabled();
  }

  /** Others in the session; 0 while off the network. */
  numPeers(): number {
    return this.#open("numPeers").numPeers();
  }

  /** Shares start and stop with those who share it too. Off at first. */
  enableStartStopSync(isEnabled: boolean): void {
    this.#open("enableStartStopSync").enableStartStopSync(
      checkSwitch("Link.enableStartStopSync", "isEnabled", isEnabled),
    );
  }

  isStartStopSyncEnabled(): boolean {
    return this.#open("isStartStopSyncEnabled").isStartStopSyncEnabled();
  }

  /** @param callback - takes the place of the one before; null removes it */
  setNumPeersCallback(callback: NumPeersCallback | null): void {
    this.#open("setNumPeersCallback");
    this.#numPeersCallback = checkCallback("Link.setNumPeersCallback", callback);
  }

  /** @param callback - takes the place of the one before; null removes it */
  setTempoCallback(callback: TempoCallback | null): void {
    this.#open("setTempoCallback");
    this.#tempoCallback = checkCallback("Link.setTempoCallback", callback);
  }

  /** @param callback - takes the place of the one before; null removes it */
  setStartStopCallback(callback: StartStopCallback | null): void {
    this.#open("setStartStopCallback");
    this.#startStopCallback = checkCallback("Link.setStartStopCallback", callback);
  }

  /** What all times are on. It works on after `close()`. */
  clock(): LinkClock {
    this.#open("clock");
    return this.#clock;
  }

  /** A copy of the session's state now. */
  captureAppSessionState(): SessionState {
    return new SessionState(captureLinkState(this.#open("captureAppSessionState")), this.#origin);
  }

  /**
   * Takes over what was changed in `state` since its capture, and tells the others. Peers are sent at most
   * one change each 50 ms, the newest.
   *
   * @param state - captured from this Link
   */
  commitAppSessionState(state: SessionState): void {
    const where = "Link.commitAppSessionState";
    const peer = this.#open("commitAppSessionState");
    const raw = state instanceof SessionState ? SessionState.rawOf(state, this.#origin) : null;
    if (raw === null)
      throw wrongKind(where, "state", "a SessionState that was captured from this Link", state);
    peer.commit(raw);
  }

  /**
   * Leaves the session and ends Link's threads; there are no callbacks afterwards. Again does nothing.
   * States that were captured before can still be read. Takes well under a millisecond, in rare cases half
   * a second.
   */
  close(): void {
    if (this.#peer === null) return;
    this.#peer.close();
    this.#peer = null;
    this.#numPeersCallback = null;
    this.#tempoCallback = null;
    this.#startStopCallback = null;
    forget(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(name: string): LinkPeer {
    if (this.#peer === null)
      throw new AppError(
        "LINK_CLOSED",
        `Link.${name}: expected an open Link, got one that was closed. Make a new one with new Link(bpm), or close it later`,
      );
    return this.#peer;
  }
}

/** What a callback throws is thrown by the event loop, as from any other callback; the others are called all the same. */
function call<Value>(callback: ((value: Value) => void) | null, value: Value): void {
  try {
    callback?.(value);
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}
