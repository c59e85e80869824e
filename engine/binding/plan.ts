// SPDX-License-Identifier: GPL-3.0-or-later
// The plan: everything the engine needs to play without Node, in the one form it accepts.
// TypeScript builds it from settings and files; the engine verifies it again and keeps it in a
// file. `native/app/plan.hpp` is the other side of every line here.

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

export interface MidiPortPlan {
  readonly id: string;
  /** `match`: the first system port whose name contains `match`; `virtual`: a port of ours that
   *  others connect to; `serial`: a tty at `baud`; `keyboard`: one for typing, an input alone;
   *  `panel`: the controls and lights on the front. */
  readonly kind: "match" | "virtual" | "serial" | "keyboard" | "panel";
  /** match: name pattern, case-insensitive, `*` is any text. virtual: the port's name. serial, keyboard: device path. panel: the board. */
  readonly name: string;
  readonly input: boolean;
  readonly output: boolean;
  readonly clock: boolean;
  readonly startStop: boolean;
  readonly songPosition: boolean;
  /** -50 to 50: later is positive. */
  readonly offsetMs: number;
  /** The port gets its clock, and counts its place, at so many times the song's tempo. */
  readonly tempoMultiple: 0.5 | 1 | 2;
  /** What the clock does while the song is stopped. */
  readonly atStop: "keepClock" | "stopClock";
  /** serial only. */
  readonly baud: number;
  /** What the device behind the port takes; 0: as fast as the port goes. */
  readonly bytesPerSecond: number;
  /** serial only: status bytes that repeat are left out. */
  readonly runningStatus: boolean;
  /** Who is there is not known: the device is asked, when the port has both directions. */
  readonly askIdentity: boolean;
  /** panel only. */
  readonly panel?: PanelPlan;
}

/** What is on the front panel and where it is wired; `native/base/panel-plan.hpp` says more. */
export interface PanelPlan {
  /** At most 64. */
  readonly devices: readonly PanelDevicePlan[];
  /** At most 256. */
  readonly controls: readonly PanelControlPlan[];
  /** Place of the button that makes pads loud while it is held; null: none. */
  readonly accent: number | null;
  /** 1 to 127. */
  readonly accentVelocity: number;
}

/** A line by its name, or by its number when the name is empty. */
export interface PanelLinePlan {
  readonly name: string;
  readonly number: number;
}

export interface PanelDevicePlan {
  readonly id: string;
  readonly chip: "gpio" | "mcp23017" | "mpr121" | "ads1115" | "evdev";
  /** gpio, and of an interrupt: chips that will do. */
  readonly labels: readonly string[];
  readonly bus: number;
  readonly address: number;
  readonly interrupt: PanelLinePlan | null;
  readonly path: string;
  readonly touch: number;
  readonly release: number;
  readonly topVolts: number;
}

export interface PanelControlPlan {
  /** Unique. */
  readonly id: string;
  readonly kind: "encoder" | "button" | "pot" | "led";
  /** Place of its device. */
  readonly device: number;
  /** One, or two of an encoder on lines. */
  readonly lines: readonly PanelLinePlan[];
  readonly pull: "none" | "up" | "down";
  readonly isActiveLow: boolean;
  readonly debounceMs: number;
  readonly steadyMs: number;
  /** encoder: 1, 2 or 4. */
  readonly stepsPerDetent: number;
  readonly hysteresis: number;
  readonly isReversed: boolean;
  /** button and led: note; encoder: controller; pot: high controller. */
  readonly number: number;
  /** button: 1 to 127. */
  readonly velocity: number;
  /** Places of the LEDs that show it. */
  readonly shownBy: readonly number[];
}

/** What knobs, keys and pads do; `native/mapping/mapping-plan.hpp` says more. */
export interface MappingPlan {
  /** At most 256. */
  readonly entries: readonly MappingEntryPlan[];
  /** Names, at most 64; the first bank is there at the beginning. */
  readonly banks: readonly string[];
  /** Names, at most 32. */
  readonly modifiers: readonly string[];
  /** At most 64. */
  readonly scenes: readonly ScenePlan[];
}

/** A snapshot of many parameters that is called back as one. */
export interface ScenePlan {
  /** Unique. */
  readonly id: string;
  readonly start: "now" | "beat" | "bar";
  /** 0 to 60000. */
  readonly fadeMs: number;
  /** 0: the tempo stays. */
  readonly tempoBpm: number;
  /** `node` as in commands; what other scenes set and this one does not is as the session has it. */
  readonly values: readonly { readonly node: string; readonly param: number; readonly value: number }[];
  readonly synths: readonly SceneSynthPlan[];
}

/** Fields as in a `midi` request: docs/engine-protocol.md. */
export interface SceneSynthPlan {
  /** id of a port with an output. */
  readonly port: string;
  /** The parameter's id. */
  readonly key: string;
  readonly order: number;
  /** As it was written. */
  readonly value: string;
  readonly continuous: boolean;
  /** One to four channel messages, or one system exclusive. */
  readonly messages: readonly (readonly number[])[];
}

export interface MappingEntryPlan {
  /** Unique. */
  readonly id: string;
  readonly source: MappingSourcePlan;
  readonly reading:
    | "absolute"
    | "toggle"
    | "momentary"
    | "twosComplement"
    | "binaryOffset"
    | "signedBit"
    | "incDec";
  readonly takeover: "jump" | "pickup" | "scale";
  /** Which presses of a button count. */
  readonly press: "any" | "short" | "long" | "double";
  /** Parts of the way: on each side of the middle what is the middle, 0 to 0.45; what is no move, 0 to 0.1. */
  readonly deadzone: number;
  readonly hysteresis: number;
  /** Part of the source's way that counts: 0 <= from < to <= 1. */
  readonly from: number;
  readonly to: number;
  /** From position to 0..1, equally spaced: 2 to 257 points, first 0, last 1, never falling. */
  readonly curve: readonly number[];
  /** 2 to 4096: the position takes so many values only; 0: all. */
  readonly steps: number;
  /**
   * What the places stand for, at most 512, in the target's unit and in any order, in place of `low` to `high` and of
   * the target's own values; a toggle goes to the next with each press. Empty: none.
   */
  readonly values: readonly number[];
  /** Of an endless knob: position for one click, above 0 to 1. */
  readonly stepSize: number;
  /** Of an endless knob, by rising speed: so many times as far goes a click. Empty: none. */
  readonly acceleration: readonly { readonly clicksPerSecond: number; readonly factor: number }[];
  /** Of the target at position 0 and 1, in its unit; low may be above high. */
  readonly low: number;
  readonly high: number;
  /** param: 0 to 60000. */
  readonly rampMs: number;
  /** play: semitones, -127 to 127. */
  readonly transpose: number;
  /** play: which note sounds for 0 to 127, after `transpose`; empty: itself. */
  readonly keys: readonly number[];
  /** Places of the banks in which the entry counts; empty: all. */
  readonly banks: readonly number[];
  /** Places of the scenes in which the entry counts; empty: any, and before the first. */
  readonly scenes: readonly number[];
  /** Place of the modifier that has to be held; null: none. */
  readonly modifier: number | null;
  readonly hasFeedback: boolean;
  readonly target: MappingTargetPlan;
}

export type MappingSourcePlan =
  | {
      readonly kind: "cc" | "cc14" | "note" | "nrpn" | "bend" | "pressure" | "program";
      /** id of a port with an input. */
      readonly port: string;
      /** 0 to 15; null: any. */
      readonly channel: number | null;
      /** Controller, note or program 0 to 127, nrpn 0 to 16383; null: any note or program, and of bend and pressure. */
      readonly number: number | null;
      /** cc14: controller of the low byte. */
      readonly lsb: number;
      readonly lsbFirst: boolean;
    }
  /** Moved by its name. */
  | { readonly kind: "control"; readonly control: string }
  | { readonly kind: "lfo" | "timer" | "envelope"; readonly maker: MappingMakerPlan };

/** What the engine makes itself. */
export interface MappingMakerPlan {
  readonly wave: "sine" | "triangle" | "saw" | "square" | "random";
  /** Of a cycle; 0: `freqHz`. */
  readonly beats: number;
  readonly freqHz: number;
  /** Turns, 0 to 1. */
  readonly phase: number;
  /** envelope: "main", "input" or "rack:ID". */
  readonly sound: string;
  readonly attackMs: number;
  readonly releaseMs: number;
}

export type MappingTargetPlan =
  /** `node` as in commands of a session: "rack:node", "bus:BUS:INSERT", "xfader:ID", "rack:RACK". */
  | { readonly kind: "param"; readonly node: string; readonly param: number }
  | { readonly kind: "play"; readonly node: string }
  | {
      readonly kind: "transport";
      readonly action: "play" | "stop" | "pause" | "playStop" | "rewind" | "loop" | "tempo";
    }
  /** `place` in `MappingPlan.banks`; of next and previous it does not count. */
  | { readonly kind: "bank"; readonly action: "choose" | "next" | "previous"; readonly place: number }
  /** `place` in `MappingPlan.scenes`; of next and previous it does not count. */
  | { readonly kind: "scene"; readonly action: "choose" | "next" | "previous"; readonly place: number }
  | { readonly kind: "modifier"; readonly place: number }
  /** Nothing happens in the engine; it tells of the move. */
  | { readonly kind: "outside" }
  | {
      readonly kind: "midi";
      /** id of a port with an output. */
      readonly port: string;
      /** The parameter's id; empty: it is none, and nothing is remembered. */
      readonly key: string;
      /** 1 to 4 of 2 or 3 bytes: the status, then data bytes or the part of the value that they carry. */
      readonly messages: readonly (readonly (number | "value" | "high" | "low")[])[];
      /** What the steps send; empty: `low` to `high` are what is sent, 0 to 16383. */
      readonly values: readonly number[];
    };

/** MIDI from inputs to outputs, without Node; `native/midi/router/route-plan.hpp` says more. */
export interface RoutingPlan {
  /** At most 64, without a loop. */
  readonly routes: readonly MidiRoutePlan[];
}

export interface MidiRoutePlan {
  /** Unique. */
  readonly id: string;
  /** id of a port with an input. */
  readonly from: string;
  /** id of a port with an output. */
  readonly to: string;
  readonly carries: readonly (
    | "notes"
    | "keyPressure"
    | "controllers"
    | "programs"
    | "pressure"
    | "bend"
    | "sysex"
  )[];
  /** As it comes in: 0 to 127, velocities 1 to 127. */
  readonly lowestNote: number;
  readonly highestNote: number;
  readonly lowestVelocity: number;
  readonly highestVelocity: number;
  /** Semitones, -127 to 127. */
  readonly transpose: number;
  /** Of each of 16 channels: 0 to 15, or null for nowhere. */
  readonly channels: readonly (number | null)[];
  /** Of each of 128 controllers: 0 to 127, or null for nowhere. */
  readonly controllers: readonly (number | null)[];
  /** Of each velocity, 0 to 127: 1 to 127. The first is unused. */
  readonly velocities: readonly number[];
  /** 0 to 64. */
  readonly delayBeats: number;
  /** 1 to 8 semitones from the key to what sounds, -127 to 127. */
  readonly chord: readonly number[];
  readonly arp: ArpPlan;
}

export interface ArpPlan {
  /** off: the keys sound as they are held. */
  readonly order: "off" | "up" | "down" | "upDown" | "asPlayed" | "random";
  /** 1/16 to 16. */
  readonly stepBeats: number;
  /** 1 to 8. */
  readonly octaves: number;
  /** Part of a step, 0.05 to 1. */
  readonly gate: number;
  /** Keys that were let go stay until others are pressed. */
  readonly hold: boolean;
  /** Of random. */
  readonly seed: number;
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

export interface RackPlan {
  readonly id: string;
  readonly seed: number;
  /** Seconds of the song, at the written tempi, at which the rack begins; before 0 its start is never heard. */
  readonly startSeconds: number;
  /** Rack beats after which everything in it begins again; 0: each pattern by its own length. */
  readonly loopBeats: number;
  /** Rack beats from its start, all rounds counted, after which it plays nothing more; 0 is never. */
  readonly endBeats: number;
  /** After the end it is silent so much later; null: when it has rung out. */
  readonly tailMs: number | null;
  /** Factor, 0 to 4. */
  readonly gain: number;
  readonly muted: boolean;
  readonly soloed: boolean;
  readonly tempoMap: readonly TempoPoint[];
  readonly nodes: readonly NodePlan[];
  readonly connections: readonly ConnectionPlan[];
  readonly mixer: MixerPlan | null;
  readonly patterns: readonly PatternPlan[];
  readonly commands: readonly CommandPlan[];
}

export interface NodePlan {
  readonly id: string;
  readonly type: string;
  /** [parameter id, value] pairs; what is absent takes the table's default. */
  readonly params: readonly (readonly [number, number])[];
  /** [key, text] pairs of the type's list of texts; paths are absolute. */
  readonly texts: readonly (readonly [string, string])[];
  /** Of a type with any width, 1 to 8; 0 is the type's own. */
  readonly channels: number;
  readonly mod: ModPlan | null;
}

/** What moves the parameters of one node. */
export interface ModPlan {
  readonly lfos: readonly LfoPlan[];
  readonly routes: readonly ModRoutePlan[];
}

export interface LfoPlan {
  readonly wave: "sine" | "triangle" | "saw" | "square";
  /** 0.001 to 1000. */
  readonly freqHz: number;
  /** 0 to 1 at the start of the song. */
  readonly phase: number;
  /** Beats of one cycle, when the LFO follows the song; 0: it follows freqHz. */
  readonly syncBeats: number;
}

export interface ModRoutePlan {
  /** Index of the LFO that moves. */
  readonly lfo: number;
  readonly target: "param" | "lfoFreq" | "lfoPhase";
  /** param: the parameter's id; otherwise the index of the LFO that is moved. */
  readonly index: number;
  /** Added to the value: offset + depth x LFO (-1 to 1). */
  readonly depth: number;
  readonly offset: number;
  /** Instead: the value goes from min to max. */
  readonly range: { readonly min: number; readonly max: number; readonly map: "linear" | "exp" } | null;
}

export interface ConnectionPlan {
  readonly from: string;
  readonly to: string;
  /** Factor, 0 to 2. */
  readonly gain: number;
  /** Factor of an extra tap of `from` straight to the rack's output, 0 to 1. */
  readonly dry: number;
  readonly fromPort: number;
  /** 0 main, 1 sidechain key. */
  readonly toPort: number;
}

export interface MixerPlan {
  readonly inputs: readonly { readonly node: string; readonly gain: number }[];
  readonly gain: number;
  readonly softClip: boolean;
}

export interface PatternPlan {
  readonly node: string;
  /** Steps in a bar of four beats, 1 to 192. */
  readonly resolution: number;
  /** Steps until the pattern begins again. */
  readonly lengthSteps: number;
  /** 0 to 100. */
  readonly swingPercent: number;
  readonly swingExponent: number;
  /** Step numbers that trigger, ascending. */
  readonly hits: readonly number[];
  readonly notes: readonly NotePlan[];
  readonly locks: readonly LockPlan[];
}

/** A note for a node that plays several at once; others take it as their NOTE_SEMITONES and a hit. */
export interface NotePlan {
  readonly step: number;
  /** 0 to 127. */
  readonly note: number;
  /** More than 0, to 1. */
  readonly velocity: number;
  /** Steps, more than 0. */
  readonly lengthSteps: number;
}

export interface LockPlan {
  readonly step: number;
  readonly param: number;
  readonly value: number;
  readonly rampMs: number;
}

export interface CommandPlan {
  /** Song beats of the rack. */
  readonly beat: number;
  readonly node: string;
  readonly type: "trigger" | "setParam" | "setParamRamp";
  readonly param: number;
  readonly value: number;
  readonly rampMs: number;
}

/** A track of notes and controllers for a synth on a MIDI port. */
export interface MidiTrackPlan {
  readonly id: string;
  /** id of a port in `midi.ports`. */
  readonly port: string;
  /** 0 to 15. */
  readonly channel: number;
  readonly muted: boolean;
  readonly resolution: number;
  readonly lengthSteps: number;
  readonly swingPercent: number;
  readonly swingExponent: number;
  readonly notes: readonly MidiNotePlan[];
  readonly controllers: readonly MidiControllerPlan[];
}

export interface MidiNotePlan {
  readonly step: number;
  /** 0 to 127. */
  readonly note: number;
  /** 1 to 127. */
  readonly velocity: number;
  /** Steps, more than 0. */
  readonly lengthSteps: number;
}

export interface MidiControllerPlan {
  readonly step: number;
  /** 0 to 119. */
  readonly controller: number;
  /** 0 to 127. */
  readonly value: number;
}

/** Live tracks on their way back from their ambient values. */
export interface AmbiencePlan {
  readonly returnMs: number;
}

/** A track that lives; `native/sequencer/track-plan.hpp` says more. */
export interface TrackPlan {
  /** Unique; `track:ID` in commands and mappings. */
  readonly id: string;
  /** "rack:node"; or else `port`, with an output, and `channel`, 0 to 15. */
  readonly node?: string;
  readonly port?: string;
  readonly channel?: number;
  readonly seed: number;
  /** Steps in a bar of four beats, 1 to 192. */
  readonly resolution: number;
  readonly swingExponent: number;
  /** 1 to 16. */
  readonly patterns: readonly TrackPatternPlan[];
  /** Semitones above the root, ascending from 0; empty: all. At most 32. */
  readonly scales: readonly (readonly number[])[];
  /** [parameter id, value]: where it begins, and where it drifts to when nobody plays. */
  readonly params: readonly (readonly [number, number])[];
  readonly ambient: readonly (readonly [number, number])[];
}

export interface TrackPatternPlan {
  /** 1 to 64. */
  readonly lengthSteps: number;
  /** Notes of the hits, in the order of their steps. */
  readonly line: readonly PitchPlan[];
  /** Ascending by step; several may share one. */
  readonly steps: readonly TrackStepPlan[];
}

export interface PitchPlan {
  readonly kind: "degree" | "note";
  readonly number: number;
}

export interface TrackStepPlan {
  readonly step: number;
  /** hit: the next of the line; rest: locks alone. */
  readonly kind: "hit" | "note" | "degree" | "rest";
  /** Of note and degree. */
  readonly number?: number;
  readonly velocity: number;
  /** Times the track's. */
  readonly gate: number;
  readonly probability: number;
  readonly ratchet: number;
  /** Round `at` of every `every`; every 0: the first of all. */
  readonly at: number;
  readonly every: number;
  readonly isNot: boolean;
  readonly locks: readonly TrackLockPlan[];
}

/** Of a node; of gear, what is said: up to 4 messages. */
export type TrackLockPlan =
  | { readonly param: number; readonly value: number; readonly rampMs: number }
  | { readonly messages: readonly (readonly number[])[] };
