// SPDX-License-Identifier: GPL-3.0-or-later
// What the pictures of docs/display.md show; tests compare the same pictures with test/vectors/display.

import type { Picture, PlayPicture } from "../../engine/panel/picture.ts";

const PLAY: PlayPicture = {
  page: "play",
  name: "First Light",
  status: "playing",
  tempoBpm: 122.5,
  songBeat: 46.2,
  phase: 2.2,
  quantum: 4,
  link: { peers: 2, health: "good" },
  levels: [0.71, 0.42],
  isRecording: false,
  clockIn: "off",
  clockOut: true,
};

export const SAMPLES: Readonly<Record<string, Picture>> = {
  boot: { page: "boot", version: "0.1.0", waitsFor: "opening the sound card" },
  play: PLAY,
  "play-recording": {
    ...PLAY,
    name: "Müllers Nachtmusik für großes Orchester",
    tempoBpm: 98,
    songBeat: 1371,
    phase: 0.1,
    link: { peers: 1, health: "shaky" },
    isRecording: true,
    clockIn: "locked",
    levels: [1, 0.9],
  },
  "play-stopped": {
    ...PLAY,
    status: "stopped",
    tempoBpm: 174.03,
    songBeat: 0,
    phase: 3.7,
    link: { peers: null, health: null },
    levels: [0, 0],
    clockIn: "lost",
    clockOut: false,
  },
  "play-long-cycle": { ...PLAY, quantum: 16, phase: 10.4, link: { peers: 0, health: "alone" } },
  parameter: {
    page: "parameter",
    place: "drums filter",
    name: "cutoffHz",
    value: "1.20 kHz",
    ratio: 0.62,
    bank: "mixer",
  },
  "parameter-word": {
    page: "parameter",
    place: "Volca Keys",
    name: "voicing",
    value: "Poly Ring",
    ratio: 0.6,
    bank: null,
  },
  "parameter-long": {
    page: "parameter",
    place: "Prophet Rev2 desktop module",
    name: "filter_envelope_velocity_amount",
    value: "Sequencer track 4, gated",
    ratio: 0.3,
    bank: null,
  },
  "parameter-percent": {
    page: "parameter",
    place: "Minilogue XD",
    name: "resonance",
    value: "64 %",
    ratio: 0.64,
    bank: null,
  },
  network: {
    page: "network",
    host: "downbeat.local",
    addresses: [{ face: "wlan0", address: "192.168.178.42" }],
    wifi: { network: "Rehearsal", signalDbm: -58 },
    port: 8000,
  },
  "network-none": { page: "network", host: "downbeat.local", addresses: [], wifi: null, port: null },
  trouble: {
    page: "trouble",
    sentence:
      "downbeat.yaml line 12: audio.blockFrames: expected 16 to 2048 frames, got 8. What was good before plays on.",
    number: 1,
    count: 2,
    shownMs: 0,
  },
  shutdown: { page: "shutdown", sentence: "Stopped. Good night." },
};
