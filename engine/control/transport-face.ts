// SPDX-License-Identifier: GPL-3.0-or-later
// What the control room needs from the transport. `app` gives it a face that reads the engine's
// shared memory; whoever else keeps time may give one too.

/** A picture of the transport at one moment. The newest known one while the engine is away. */
export interface TransportStatus {
  readonly engine: "running" | "away";
  readonly status: "stopped" | "playing" | "paused";
  /** Some command waits for its quantum, or a start for the next one of the Link session. */
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

/** When a command happens. */
export interface CommandTiming {
  /** At the next multiple of so many beats of the Link timeline, 0.25 to 64; at once without. */
  readonly quantum?: number;
}

/** Values are checked before they get here: see `command-values.ts` for their ranges. */
export type TransportCommand = CommandTiming & TransportAction;

type TransportAction =
  | { readonly type: "play" | "stop" | "pause" | "resume" | "rewind" }
  | { readonly type: "seek"; readonly seconds: number }
  | { readonly type: "seekBeats"; readonly beats: number }
  | { readonly type: "tempo"; readonly bpm: number }
  | {
      readonly type: "loop";
      readonly startSeconds: number;
      readonly endSeconds: number;
      readonly enabled: boolean;
    }
  | {
      readonly type: "loopBeats";
      readonly startBeat: number;
      readonly endBeat: number;
      readonly enabled: boolean;
    }
  | { readonly type: "loopEnable"; readonly enabled: boolean };

/** Who asks; the engine notes it beside the command. */
export type CommandSource = "http" | "websocket" | "osc";

export type CommandResult =
  | { readonly type: "accepted"; readonly serial: number }
  | { readonly type: "queueFull" }
  | { readonly type: "engineAway" };

/** What became of an accepted command. */
export type Settlement =
  /** `status()` shows what it did. */
  | { readonly type: "done" }
  /** It will happen when the Link timeline is at `atBeat`. */
  | { readonly type: "waits"; readonly atBeat: number }
  /** Time ran out, or the engine went away. */
  | { readonly type: "unknown" };

export interface TransportFace {
  /** Never waits, never throws. */
  status(): TransportStatus;

  /** The clock of `TransportStatus.hostMicros`, now. */
  hostMicros(): number;

  /** Hands `command` to the engine. Never waits, never throws. */
  command(command: TransportCommand, source: CommandSource): CommandResult;

  /**
   * Waits until it is known what becomes of a command.
   *
   * @param serial - of an accepted command
   * @param timeoutMs - longest wait, in milliseconds
   */
  settled(serial: number, timeoutMs: number): Promise<Settlement>;
}
