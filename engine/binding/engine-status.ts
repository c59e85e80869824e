// SPDX-License-Identifier: GPL-3.0-or-later
// The answer to `status`: what the engine says of itself. Made in native/engine/status-report.cpp.

import type { LinkStatus } from "./link-status.ts";

/** One node, strip or insert while it plays. */
export interface NodeStatus {
  readonly name: string;
  readonly type: string;
  /** Share of one processor. */
  readonly load: number;
  readonly loadWorst: number;
  /** Factors of full scale. */
  readonly peak: number;
  readonly rms: number;
  readonly voices: number;
  readonly faults: number;
  readonly isBypassed: boolean;
  /** From an event to this node's output. */
  readonly latencyFrames: number;
}

/** Which bank and which scene are there, what is held, and how each entry stands. */
export interface MappingStatus {
  readonly bank: string | null;
  readonly banks: readonly string[];
  /** Called last; null before the first. Absent of an engine from before there were scenes. */
  readonly scene?: string | null;
  readonly held: readonly string[];
  readonly entries: readonly { readonly id: string; readonly attached: boolean; readonly active: boolean }[];
}

export interface EngineStatus {
  readonly mapping: MappingStatus;
  readonly nodes: readonly NodeStatus[];
  readonly engine: {
    readonly version: string;
    readonly pid: number;
    readonly uptimeSeconds: number;
    readonly residentBytes: number;
    readonly startedFrom: "lastPlan" | "builtIn" | "plan";
    readonly note: string;
    readonly memoryLocked: boolean;
    readonly memoryLockSentence: string;
    readonly controllerPid: number;
  };
  readonly plan: {
    readonly hash: string;
    readonly name: string;
    readonly ageSeconds: number;
    readonly racks: number;
    readonly nodes: number;
    readonly latencyFrames: number;
  };
  readonly audio: {
    readonly api: string;
    readonly device: string;
    readonly reason: string;
    /** The null driver plays because the device that was asked for is not there. */
    readonly isFallback: boolean;
    readonly isOpening: boolean;
    readonly sentence: string;
    readonly retryMs: number;
    readonly sampleRate: number;
    readonly blockFrames: number;
    readonly outputChannels: number;
    readonly outputLatencyFrames: number;
    /** 0 without inputs. */
    readonly inputLatencyFrames: number;
    /** Where the time of a block at the loudspeaker comes from, in a few words. */
    readonly timeSource: string;
    readonly abandonedWorkers: number;
    /** The newest loopback measurement since the engine's start. */
    readonly calibration: CalibrationStatus | null;
    readonly recording: {
      readonly path: string;
      readonly frames: number;
      readonly droppedFrames: number;
      readonly sentence: string;
    } | null;
  };
  readonly midi: {
    readonly isRealtime: boolean;
    /** Why not, when it is not. */
    readonly note: string;
    readonly ports: readonly MidiPortStatus[];
    /** null while no clock is followed. */
    readonly clockIn: ClockInStatus | null;
    readonly clock: ClockFigures;
    /** Absent of an engine from before there were routes. */
    readonly routes?: readonly MidiRouteStatus[];
  };
  readonly link: LinkStatus;
  /** The fields of `EngineState`. */
  readonly transport: Readonly<Record<string, unknown>>;
}

export type CalibrationStatus =
  | { readonly state: "running" }
  | { readonly state: "failed"; readonly code: string; readonly sentence: string }
  | {
      readonly state: "done";
      /** From a frame that was played to the frame in which it came back. */
      readonly roundTripFrames: number;
      readonly roundTripMs: number;
      /** Of it, what the device tells by itself. */
      readonly statedFrames: number;
      readonly statedMs: number;
      /** For `audio.latencyOffsetMs`: half of what it does not tell. */
      readonly latencyOffsetMs: number;
      /** What came back of what was sent; negative when it came upside down. */
      readonly gain: number;
      /** How far the best place stands out; 8 is the least that is believed. */
      readonly clarity: number;
    };

/** A route as it plays; counted since it is there. */
export interface MidiRouteStatus {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Messages that it took. */
  readonly heard: number;
  /** Messages that its port was given. */
  readonly sent: number;
  /** Messages that found no room, or no port. */
  readonly refused: number;
  /** Keys none of whose notes exists. */
  readonly unplayable: number;
  /** Times that it was cut because what it sent came back. */
  readonly loops: number;
  /** Keys that it holds now. */
  readonly held: number;
  /** Why it does nothing; empty when it works. */
  readonly sentence: string;
}

export interface MidiPortStatus {
  readonly id: string;
  readonly kind: string;
  /** As opened. */
  readonly name: string;
  readonly state: string;
  readonly sentence: string;
  readonly retryMs: number;
  /** Messages. */
  readonly sent: number;
  readonly bytesSent: number;
  readonly received: number;
  /** In both directions. */
  readonly dropped: number;
  readonly ticks: number;
  /** Of its ticks. */
  readonly clock: ClockFigures;
  readonly wire: WireFigures;
  /** Who is there; null when nobody is asked. */
  readonly identity: PortIdentity | null;
}

/** What devices answered to an identity request since the port was opened. */
export interface PortIdentity {
  /** `silent`: nobody answered so far. */
  readonly state: "waiting" | "answered" | "silent";
  /** One for each device that answered, at most four. */
  readonly replies: readonly IdentityReply[];
}

/** Bytes as they come. */
export interface IdentityReply {
  readonly manufacturer: readonly number[];
  readonly family: readonly number[];
  readonly member: readonly number[];
  readonly version: readonly number[];
}

/** Most important first. */
export const MESSAGE_CLASSES = ["realtime", "noteOff", "noteOn", "stepped", "continuous", "bulk"] as const;
export type MessageClass = (typeof MESSAGE_CLASSES)[number];

/** What waits for a port, and what found no room. */
export interface WireFigures {
  /** Messages and groups, now and at most. */
  readonly waiting: number;
  readonly waitingMost: number;
  /** Values that a newer one replaced before they were sent. */
  readonly coalesced: number;
  readonly dropped: Readonly<Record<MessageClass, number>>;
}

/** The MIDI clock that is followed. */
export interface ClockInStatus {
  /** id of its port. */
  readonly port: string;
  readonly state: "waiting" | "locked" | "lost";
  /** Filtered; 0 before its first ticks. */
  readonly bpm: number;
  /** Standard deviation of its ticks against their even line. */
  readonly jitterMicros: number;
  readonly ticks: number;
  /** Ticks that were lost on the way, and such that came twice. */
  readonly missing: number;
  readonly doubled: number;
  readonly sentence: string;
}

/** How late clock messages were handed to their ports, in microseconds. */
export interface ClockFigures {
  readonly count: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly p999Micros: number;
  readonly maxMicros: number;
}

/** The answer to `clock`. */
export interface ClockReport {
  readonly all: ClockBins;
  readonly ports: readonly (ClockBins & { readonly id: string })[];
}

export interface ClockBins extends ClockFigures {
  /** [microseconds of lateness, ticks], ascending; what never happened is left out. */
  readonly bins: readonly (readonly [number, number])[];
  /** Ticks later than the last bin, 9999. */
  readonly beyond: number;
}
