// SPDX-License-Identifier: GPL-3.0-or-later
// The transport as it is served: snake_case fields that other people's programs depend on. Fields
// may be added, never renamed. Their descriptions are in `api-schemas.ts`.

import { barBeatAt } from "../base/bar-beat.ts";
import { formatTime } from "../base/time-format.ts";
import { phaseOf } from "../base/units.ts";
import { loopBeatsOf } from "./command-values.ts";
import type { TransportStatus } from "./transport-face.ts";

export interface StatusJson {
  readonly playing: boolean;
  readonly sample_pos: number;
  readonly time_seconds: number;
  readonly time_formatted: string;
  readonly frame_count: number;
  readonly status: "playing" | "stopped" | "paused";
  readonly bpm: number;
  readonly beat_pos: number;
  readonly timestamp_ms: number;
  readonly loop_enabled: boolean;
  readonly loop_start_seconds: number;
  readonly loop_end_seconds: number;
  readonly waiting_for_quantum: boolean;
  readonly engine: "running" | "away";
  readonly bar: number;
  readonly beat_in_bar: number;
  readonly loop_start_beat: number;
  readonly loop_end_beat: number;
  readonly clock_in: "off" | "waiting" | "locked" | "lost";
  readonly clock_in_bpm: number;
}

export interface ClockJson extends StatusJson {
  readonly link_us: number;
  readonly beat: number;
  readonly phase: number;
  readonly quantum: number;
  readonly peers: number;
  readonly seq: number;
}

/** @param wallMs - milliseconds since 1970 */
export function statusJson(status: TransportStatus, wallMs: number): StatusJson {
  const { bar, beat } = barBeatAt(status.songBeat);
  const loop = loopBeatsOf(status);
  return {
    playing: status.status === "playing",
    sample_pos: Math.round(status.songSeconds * status.sampleRate),
    time_seconds: status.songSeconds,
    time_formatted: formatTime(status.songSeconds),
    frame_count: status.frame,
    status: status.status,
    bpm: status.tempoBpm,
    beat_pos: status.songBeat,
    timestamp_ms: wallMs,
    loop_enabled: status.loopEnabled,
    loop_start_seconds: status.loopStartSeconds,
    loop_end_seconds: status.loopEndSeconds,
    waiting_for_quantum: status.waitingForQuantum,
    engine: status.engine,
    bar,
    beat_in_bar: beat,
    loop_start_beat: loop.from,
    loop_end_beat: loop.to,
    clock_in: status.clockIn,
    clock_in_bpm: status.clockInBpm,
  };
}

/** @param seq - number of the update; a reader that missed some sees a gap */
export function clockJson(status: TransportStatus, wallMs: number, seq: number): ClockJson {
  return {
    ...statusJson(status, wallMs),
    link_us: status.hostMicros,
    beat: status.lineBeat,
    phase: phaseOf(status.lineBeat, status.quantum),
    quantum: status.quantum,
    peers: status.peers,
    seq,
  };
}
