// SPDX-License-Identifier: GPL-3.0-or-later
// What the control room needs from the transport. `app` gives it a face that reads the engine's
// shared memory; whoever else keeps time may give one too.

/** A picture of the transport at one moment. The newest known one while the engine is away. */
export interface TransportStatus {
  readonly engine: "running" | "away";
  readonly status: "stopped" | "playing" | "paused";
  /** Asked to play, and waiting for the next quantum of the Link session. */
  readonly waitingForQuantum: boolean;
  /** Engine frames since its start. */
  readonly frame: number;
  /** Link clock in microseconds when `frame` is at the loudspeaker. */
  readonly hostMicros: number;
  /** Beat line at that time, quarter notes; its phase is Link's phase. */
  readonly lineBeat: number;
  /** Position in the song, quarter notes. */
  readonly songBeat: number;
  /** Position in the song as it was played. */
  readonly songSeconds: number;
  readonly tempoBpm: number;
  /** Beats of the sync cycle. */
  readonly quantum: number;
  readonly loopStartSeconds: number;
  readonly loopEndSeconds: number;
  readonly loopEnabled: boolean;
  /** Hz. */
  readonly sampleRate: number;
  /** Frames of the device's block. */
  readonly blockFrames: number;
  /** Other participants of the Link session. */
  readonly peers: number;
  /** 16 hex digits, or empty. */
  readonly planHash: string;
  readonly xruns: number;
  /** Time in the callback over the time of a block, smoothed. */
  readonly loadRatio: number;
  /** The MIDI clock that is followed: none; no tick yet, or its leader stands; in time; gone. */
  readonly clockIn: "off" | "waiting" | "locked" | "lost";
  /** Its filtered tempo; 0 before its first ticks. */
  readonly clockInBpm: number;
  /** Standard deviation of its ticks, in microseconds. */
  readonly clockInJitterMicros: number;
  readonly clockInTicks: number;
}

/** Values are checked before they get here: see `command-values.ts` for their ranges. */
export type TransportCommand =
  | { readonly type: "play" | "stop" | "pause" | "resume" | "rewind" }
  | { readonly type: "seek"; readonly seconds: number }
  | { readonly type: "tempo"; readonly bpm: number }
  | {
      readonly type: "loop";
      readonly startSeconds: number;
      readonly endSeconds: number;
      readonly enabled: boolean;
    }
  | { readonly type: "loopEnable"; readonly enabled: boolean };

/** Who asks; the engine notes it beside the command. */
export type CommandSource = "http" | "websocket";

export type CommandResult =
  | { readonly type: "accepted"; readonly serial: number }
  | { readonly type: "queueFull" }
  | { readonly type: "engineAway" };

export interface TransportFace {
  /** Never waits, never throws. */
  status(): TransportStatus;

  /** Hands `command` to the engine. Never waits, never throws. */
  command(command: TransportCommand, source: CommandSource): CommandResult;

  /**
   * Waits until `status()` shows what the command did.
   *
   * @param serial - of an accepted command
   * @param timeoutMs - longest wait, in milliseconds
   * @returns true when the state shows it, false when time ran out or the engine went away
   */
  settled(serial: number, timeoutMs: number): Promise<boolean>;
}
