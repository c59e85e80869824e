// SPDX-License-Identifier: GPL-3.0-or-later
// The addon's side of Ableton Link, as native/binding/link-peer.hpp and link-session-state.hpp make it.
// Arguments are not checked here: engine/link does that.

/** Bits of `kinds` in `onNews`. */
export const LINK_NEWS = { peers: 1, tempo: 2, playing: 4 } as const;

export interface LinkPeer {
  /**
   * Called on this thread's event loop after something changed, with what it is by then. The addon reads
   * this property each time; whoever sets it keeps neither the object nor the process alive.
   */
  onNews?: (kinds: number, peers: number, tempo: number, isPlaying: boolean) => void;
  enable(isEnabled: boolean): void;
  isEnabled(): boolean;
  enableStartStopSync(isEnabled: boolean): void;
  isStartStopSyncEnabled(): boolean;
  numPeers(): number;
  commit(state: LinkSessionState): void;
  /** Again does nothing. Everything else throws afterwards. */
  close(): void;
}

export interface LinkSessionState {
  tempo(): number;
  setTempo(bpm: number, atTime: bigint): void;
  beatAtTime(time: bigint, quantum: number): number;
  phaseAtTime(time: bigint, quantum: number): number;
  timeAtBeat(beat: number, quantum: number): bigint;
  requestBeatAtTime(beat: number, time: bigint, quantum: number): void;
  forceBeatAtTime(beat: number, time: bigint, quantum: number): void;
  isPlaying(): boolean;
  timeForIsPlaying(): bigint;
  setIsPlaying(isPlaying: boolean, time: bigint): void;
  requestBeatAtStartPlayingTime(beat: number, quantum: number): void;
  setIsPlayingAndRequestBeatAtTime(isPlaying: boolean, time: bigint, beat: number, quantum: number): void;
}

export interface LinkClockFunctions {
  micros(): bigint;
  ticks(): bigint;
  ticksToMicros(ticks: bigint): bigint;
  microsToTicks(micros: bigint): bigint;
}
