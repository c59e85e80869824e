// SPDX-License-Identifier: GPL-3.0-or-later
// What crosses shared memory, as JavaScript sees it. The numbers are those of
// native/app/rt-messages.hpp; a contract test compares the two files.

export const RT_COMMAND = {
  play: 1,
  stop: 2,
  pause: 3,
  resume: 4,
  rewind: 5,
  seekBeats: 6,
  seekSeconds: 7,
  tempo: 8,
  loop: 9,
  loopEnable: 10,
  quantum: 11,
  loopBeats: 12,
  setParam: 20,
  trigger: 21,
  noteOn: 22,
  noteOff: 23,
  control: 24,
  scene: 25,
} as const;
export type RtCommandName = keyof typeof RT_COMMAND;

export const RT_WHEN = { now: 0, atFrame: 1, atSongBeat: 2, nextBeat: 3, nextBar: 4, nextCycle: 5 } as const;
export type RtWhenName = keyof typeof RT_WHEN;

export const RT_SOURCE = { unknown: 0, http: 1, websocket: 2, cli: 3, mapping: 4, osc: 5, maker: 6 } as const;
export type RtSourceName = keyof typeof RT_SOURCE;

export const RT_EVENT = {
  started: 1,
  stopped: 2,
  paused: 3,
  tempoChanged: 4,
  peersChanged: 5,
  seeked: 6,
  commandDone: 7,
  xrun: 8,
  planSwapped: 9,
  bar: 10,
  nodeFault: 11,
  commandWaits: 12,
  mapped: 13,
} as const;
export type RtEventName = keyof typeof RT_EVENT;

/** Of the MIDI clock that is followed: none; no tick yet, or its leader stands; in time; gone. */
export const RT_CLOCK_STATE = { off: 0, waiting: 1, locked: 2, lost: 3 } as const;
export type RtClockStateName = keyof typeof RT_CLOCK_STATE;

/** A command for the audio thread. Meaning of the values: see native/app/rt-messages.hpp. */
export interface EngineCommand {
  readonly kind: RtCommandName;
  readonly when?: RtWhenName;
  readonly flag?: boolean;
  readonly source?: RtSourceName;
  readonly node?: number;
  readonly param?: number;
  /** Comes back in the `commandDone` event. */
  readonly serial?: number;
  readonly value?: number;
  readonly value2?: number;
  readonly at?: number;
}

/**
 * Something that happened on the audio thread. `frame` counts from the engine's start. Meaning of
 * `flag` and `value`: see native/app/rt-messages.hpp.
 */
export interface EngineEvent {
  readonly kind: RtEventName | "unknown";
  readonly flag: number;
  readonly node: number;
  readonly serial: number;
  /** mapped: the note. */
  readonly detail: number;
  readonly frame: number;
  readonly value: number;
}

/** One node while it plays; levels are factors of full scale, loads shares of one processor. */
export interface NodeState {
  readonly load: number;
  readonly loadWorst: number;
  readonly peak: number;
  readonly rms: number;
  readonly voices: number;
  /** Quanta silenced for a sample that was not finite. */
  readonly faults: number;
  /** It cost too much and is passed by. */
  readonly isBypassed: boolean;
}

/** Every node, by its index in the answer to the plan; about thirty times a second. */
export interface EngineTelemetry {
  readonly frame: number;
  readonly nodes: readonly NodeState[];
}

/** The newest state of the audio thread. Units are in the names; see native/app/rt-messages.hpp. */
export interface EngineState {
  readonly frame: number;
  readonly hostMicros: number;
  readonly lineBeat: number;
  readonly songBeat: number;
  readonly songSeconds: number;
  readonly tempoBpm: number;
  readonly quantum: number;
  readonly loopStartSeconds: number;
  readonly loopEndSeconds: number;
  readonly loopEnabled: boolean;
  readonly loadRatio: number;
  readonly loadWorst: number;
  readonly peakLeft: number;
  readonly peakRight: number;
  readonly slewMicros: number;
  readonly blocks: number;
  readonly xruns: number;
  readonly lateCallbacks: number;
  readonly commandsDropped: number;
  readonly eventsDropped: number;
  /** Found at the start of the newest block, or whose time has not come. */
  readonly commandsWaiting: number;
  /** That nobody has read yet. */
  readonly eventsWaiting: number;
  readonly nonFinite: number;
  readonly midiTicks: number;
  /** Host time at which a mapped control moved last; 0: none has. */
  readonly touchedMicros: number;
  /** Where live tracks are: 0 as hands left them, 1 at their ambient values. */
  readonly ambience: number;
  /** 16 hex digits, empty before the first plan. */
  readonly planHash: string;
  readonly sampleRate: number;
  readonly blockFrames: number;
  readonly peers: number;
  readonly status: "stopped" | "playing" | "paused";
  readonly waitingForQuantum: boolean;
  readonly linkEnabled: boolean;
  readonly clockIn: RtClockStateName;
  /** Of the MIDI clock that is followed; 0 before its first ticks. */
  readonly clockInBpm: number;
  readonly clockInJitterMicros: number;
  readonly clockInTicks: number;
}
