// SPDX-License-Identifier: GPL-3.0-or-later
// An engine that plays alone at 120 bpm, as its state and status tell it; tests change what they are about.
import type { EngineStatus } from "../../engine/binding/engine-status.ts";
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
    planHash: "0123456789abcdef",
    sampleRate: 48_000,
    blockFrames: 128,
    peers: 0,
    status: "playing",
    waitingForQuantum: false,
    linkEnabled: true,
    ...changes,
  };
}

type Changes = { readonly [Part in keyof EngineStatus]?: Partial<EngineStatus[Part]> };

export function engineStatus(changes: Changes = {}): EngineStatus {
  return {
    nodes: [],
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
      abandonedWorkers: 0,
      recording: null,
      ...changes.audio,
    },
    midi: {
      isRealtime: true,
      ports: [],
      clock: { count: 0, p50Micros: 0, p99Micros: 0, p999Micros: 0, maxMicros: 0 },
      ...changes.midi,
    },
    link: { enabled: true, startStopSync: false, peers: 0, quantum: 4, ...changes.link },
    transport: { ...engineState(), ...changes.transport },
  };
}
