// SPDX-License-Identifier: GPL-3.0-or-later
// The plan: everything the engine needs to play without Node, in the one form it accepts.
// TypeScript builds it from settings and files; the engine verifies it again and keeps it in a
// file. `native/app/plan.hpp` is the other side of every line here.
import type { MappingPlan } from "./mapping-plan.ts";
import type { MidiPortPlan, MidiTrackPlan } from "./midi-plan.ts";
import type { LfoPlan } from "./modulation-plan.ts";
import type { NodePlan, RackPlan } from "./rack-plan.ts";
import type { MidiRoutePlan } from "./route-plan.ts";
import type { AmbiencePlan, TrackPlan } from "./track-plan.ts";

/** Raised when the engine of yesterday could misread the plan of today. */
export const PLAN_VERSION = 1;

export interface Plan {
  readonly version: typeof PLAN_VERSION;
  readonly audio: AudioPlan;
  readonly link: LinkPlan;
  readonly transport: TransportPlan;
  readonly midi: MidiPlan;
  readonly mapping: MappingPlan;
  readonly routing: RoutingPlan;
  readonly session: SessionPlan;
}

export interface AudioPlan {
  /** "auto", "null", or part of a device name. */
  readonly device: string;
  readonly api: "auto" | "alsa" | "jack" | "pulse" | "core";
  /** Hz. */
  readonly sampleRate: number;
  readonly blockFrames: number;
  readonly outputChannels: number;
  readonly inputChannels: number;
  /** Added to the latency that the driver states; milliseconds, either sign. */
  readonly latencyOffsetMs: number;
}

export interface LinkPlan {
  readonly enabled: boolean;
  readonly startStopSync: boolean;
  /** Beats of the sync cycle, 1 to 64. */
  readonly quantum: number;
}

export interface TransportPlan {
  /** Play as soon as the engine starts. */
  readonly autoplay: boolean;
  /** bpm to start with when there is no saved tempo; null is the session's own. */
  readonly tempo: number | null;
}

export interface MidiPlan {
  /** id of the port whose clock is followed: one with an input. */
  readonly clockFrom: string | null;
  readonly ports: readonly MidiPortPlan[];
}

/** MIDI from inputs to outputs, without Node; `native/midi/router/route-plan.hpp` says more. */
export interface RoutingPlan {
  /** At most 64, without a loop. */
  readonly routes: readonly MidiRoutePlan[];
}

/** Session and racks with every name resolved: parameters by id, nodes by id within their rack. */
export interface SessionPlan {
  readonly name: string;
  readonly seed: number;
  /** First entry at beat 0; each holds from its beat on. */
  readonly tempoMap: readonly TempoPoint[];
  readonly racks: readonly RackPlan[];
  readonly buses: readonly BusPlan[];
  /** A rack or bus without a route goes to main. */
  readonly routes: readonly RoutePlan[];
  readonly xfaders: readonly XfaderPlan[];
  readonly commands: readonly SessionCommandPlan[];
  /** Song beats after which the song begins again; 0 is never. */
  readonly loopBeats: number;
  readonly midiTracks: readonly MidiTrackPlan[];
  /** Tracks that decide step by step what they play. */
  readonly tracks?: readonly TrackPlan[];
  readonly ambience?: AmbiencePlan;
  readonly master: MasterPlan;
}

export interface TempoPoint {
  readonly beat: number;
  readonly bpm: number;
}

export interface MasterPlan {
  /** Factor, 0 to 4, before the limiter. */
  readonly gain: number;
  /** dBFS, -24 to 0. */
  readonly ceilingDb: number;
}

/** A named mix point. The name "main" is taken: it is where everything ends. */
export interface BusPlan {
  readonly id: string;
  /** 1 to 8. */
  readonly channels: number;
  /** Its inserts hear mid and side instead of left and right; two channels only. */
  readonly midSide: boolean;
  /** In the order in which the sound goes through them. */
  readonly inserts: readonly InsertPlan[];
}

export interface InsertPlan extends NodePlan {
  /** What the insert's key input hears. */
  readonly sidechains: readonly SidechainPlan[];
}

export interface SidechainPlan {
  /** id of a rack or bus. */
  readonly from: string;
  /** Factor, 0 to 4. */
  readonly gain: number;
  /** Waits for the slowest path, so that key and sound are of the same moment. */
  readonly latencyComp: boolean;
}

export interface RoutePlan {
  /** id of a rack or bus. */
  readonly from: string;
  /** id of a bus, or "main". */
  readonly to: string;
  /** Factor, 0 to 4. */
  readonly gain: number;
  /** pre: before the level, mutes and crossfaders of a rack. */
  readonly tap: "post" | "pre";
}

/** Between two racks: x is 0 at the first and 1 at the second; 0.5 at the start. */
export interface XfaderPlan {
  readonly id: string;
  readonly racks: readonly [string, string];
  readonly law: "equal_power" | "linear";
  readonly smoothingMs: number;
  /** Moves x until a command does. */
  readonly lfo: LfoPlan | null;
}

export interface SessionCommandPlan {
  /** Song beats. */
  readonly beat: number;
  /** "rackId:nodeId", "xfader:id", "bus:busId:insertId" or "rack:rackId". */
  readonly target: string;
  readonly type: "trigger" | "setParam" | "setParamRamp";
  /** Of the node's or insert's table; x of a crossfader is 1, the gain of a rack is 1. */
  readonly param: number;
  readonly value: number;
  readonly rampMs: number;
}
