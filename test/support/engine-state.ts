// SPDX-License-Identifier: GPL-3.0-or-later
// An engine that plays alone at 120 bpm, as its state and status tell it; tests change what they are about.
import type { EngineStatus, MidiPortStatus } from "../../engine/binding/engine-status.ts";
import type { LinkStatus } from "../../engine/binding/link-status.ts";
import type { EngineState } from "../../engine/binding/rt-messages.ts";

export function engineState(changes: Partial<EngineState> = {}): EngineState {
  return {
    frame: 48_000,
    hostMicros: 1_000_000,
    lineBeat: 2,
    songBeat: 2,
    songSeconds: 1,
    tempoBpm: 120,
    quantum: 4,
    loopStartSeconds: 0,
    loopEndSeconds: 0,
    loopEnabled: false,
    loadRatio: 0.05,
    loadWorst: 0.2,
    peakLeft: 0.5,
    peakRight: 0.5,
    slewMicros: 0,
    blocks: 375,
    xruns: 0,
    lateCallbacks: 0,
    commandsDropped: 0,
    eventsDropped: 0,
    commandsWaiting: 0,
    eventsWaiting: 0,
    nonFinite: 0,
    midiTicks: 0,
    touchedMicros: 0,
    ambience: 0,
    planHash: "0123456789abcdef",
    sampleRate: 48_000,
    blockFrames: 128,
    peers: 0,
    status: "playing",
    waitingForQuantum: false,
    linkEnabled: true,
    clockIn: "off",
    clockInBpm: 0,
    clockInJitterMicros: 0,
    clockInTicks: 0,
    ...changes,
  };
}

export function linkStatus(changes: Partial<LinkStatus> = {}): LinkStatus {
  return {
    enabled: true,
    startStopSync: false,
    peers: 0,
    quantum: 4,
    isOn: true,
    health: "alone",
    sentence: "nobody else is here",
    correctionMicros: 0,
    measurement: { steps: 0, lastStepMicros: 0, lastStepAgeSeconds: null, worstStepMicros: 0 },
    tempo: { bpm: 120, changedBy: "nobody", ageSeconds: null, byUs: 0, byOthers: 0 },
    joins: 0,
    joinedAgeSeconds: null,
    aloneAgeSeconds: null,
    peersLost: 0,
    peersReturned: 0,
    heldOver: 0,
    restarts: 0,
    ...changes,
  };
}

type Changes = { readonly [Part in keyof EngineStatus]?: Partial<EngineStatus[Part]> };

export function engineStatus(changes: Changes = {}): EngineStatus {
  return {
    nodes: [],
    mapping: { bank: null, banks: [], held: [], entries: [], ...changes.mapping },
    engine: {
      version: "0.1.0",
      pid: 4711,
      uptimeSeconds: 1,
      residentBytes: 20_000_000,
      startedFrom: "lastPlan",
      note: "",
      memoryLocked: true,
      memoryLockSentence: "all memory is locked",
      controllerPid: 4710,
      ...changes.engine,
    },
    plan: {
      hash: "0123456789abcdef",
      name: "First Light",
      ageSeconds: 12,
      racks: 4,
      nodes: 16,
      latencyFrames: 0,
      ...changes.plan,
    },
    audio: {
      api: "alsa",
      device: "USB Audio CODEC",
      reason: "the only USB device",
      isFallback: false,
      isOpening: false,
      sentence: "the only USB device",
      retryMs: 0,
      sampleRate: 48_000,
      blockFrames: 128,
      outputChannels: 2,
      outputLatencyFrames: 256,
      inputLatencyFrames: 0,
      timeSource: "JACK cycle times",
      abandonedWorkers: 0,
      calibration: null,
      recording: null,
      ...changes.audio,
    },
    midi: {
      isRealtime: true,
      note: "",
      ports: [],
      clockIn: null,
      clock: { count: 0, p50Micros: 0, p99Micros: 0, p999Micros: 0, maxMicros: 0 },
      ...changes.midi,
    },
    link: linkStatus(changes.link),
    transport: { ...engineState(), ...changes.transport },
  };
}

/** A MIDI port that was sent nothing yet. */
export function midiPort(changes: Partial<MidiPortStatus>): MidiPortStatus {
  return {
    id: "one",
    kind: "match",
    name: "",
    state: "open",
    sentence: "",
    retryMs: 0,
    sent: 0,
    bytesSent: 0,
    received: 0,
    dropped: 0,
    ticks: 0,
    clock: { count: 0, p50Micros: 0, p99Micros: 0, p999Micros: 0, maxMicros: 0 },
    wire: {
      waiting: 0,
      waitingMost: 0,
      coalesced: 0,
      dropped: { realtime: 0, noteOff: 0, noteOn: 0, stepped: 0, continuous: 0, bulk: 0 },
    },
    identity: null,
    ...changes,
  };
}
