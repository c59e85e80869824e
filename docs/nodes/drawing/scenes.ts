// SPDX-License-Identifier: GPL-3.0-or-later
// What the picture of each node type shows: who plays, when, and with which settings. Only data; how it
// becomes sound is in scene-plan.ts, how it becomes a picture in picture.ts.

/** At that moment, with that velocity (0 to 1). */
export interface Hit {
  readonly ms: number;
  readonly velocity?: number;
}

export interface Note extends Hit {
  readonly note: number;
  /** For a node that holds notes; others know how long they sound. */
  readonly lengthMs?: number;
}

/** A parameter that goes somewhere else while the sound plays. */
export interface Move {
  readonly ms: number;
  readonly param: string;
  readonly to: number;
  readonly rampMs?: number;
}

export interface Part {
  readonly type: string;
  /** By name; a choice by its name too. What is absent has the table's default. */
  readonly params?: Readonly<Record<string, number | string>>;
  /** `FILE_IN` and `FILE_OUT` stand for files in a temporary folder. */
  readonly texts?: Readonly<Record<string, string>>;
  readonly hits?: readonly Hit[];
  readonly notes?: readonly Note[];
  readonly moves?: readonly Move[];
}

/** A sound that comes in is grey, what comes out is in colour. */
export interface Scene {
  readonly shows: string;
  /** So long is rendered, and all of it is in the spectrum unless `spectrumMs` is given. */
  readonly lengthMs: number;
  /** Of it in the waveform; all of it without a word. */
  readonly waveMs?: readonly [number, number];
  /** The level at the upper edge of the waveform; without a word everything fits. */
  readonly waveTop?: number;
  readonly spectrumMs?: readonly [number, number];
  /** What the node hears, or for a sampler what is in its file. */
  readonly source?: Part;
  /** What it hears on input port 1. */
  readonly key?: Part;
  readonly node: Omit<Part, "type">;
  /** What grey and colour are called: "in" and "out". */
  readonly names?: readonly [string, string];
  /** The colour is what the node wrote to `FILE_OUT`. */
  readonly isFileShown?: true;
}

/** For what no offline render can play: boxes from left to right, a line between neighbours. */
export interface Diagram {
  readonly shows: string;
  readonly boxes: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

export const FILE_IN = "in.wav";
export const FILE_OUT = "out.wav";

const SNARE: Part = { type: "snare", hits: [{ ms: 0 }] };
const NOISE: Part = { type: "osc", params: { WAVE: "noise", GATE_MS: 0 }, hits: [{ ms: 0 }] };
const SAW: Part = { type: "osc", params: { WAVE: "saw", FREQ_HZ: 110, GATE_MS: 0 }, hits: [{ ms: 0 }] };
const GROWING_SNARES: Part = {
  type: "snare",
  hits: [{ ms: 0, velocity: 0.25 }, { ms: 250, velocity: 0.5 }, { ms: 500, velocity: 0.75 }, { ms: 750 }],
};

export const DIAGRAMS: Readonly<Record<string, Diagram>> = {
  input: {
    shows: "from the sound card into the rack; an offline render hears silence here",
    boxes: [
      { title: "sound card", lines: ["channels: 1-2", "or 3: on both sides"] },
      { title: "DC_BLOCK", lines: ["one pole", "at 5 Hz"] },
      { title: "GAIN_DB", lines: ["-60 to 24 dB"] },
      { title: "MUTE", lines: ["fades", "within 5 ms"] },
      { title: "rack", lines: ["left and right"] },
    ],
  },
  lv2: {
    shows: "the plugin says what it does; this is what it is given and what it gives",
    boxes: [
      { title: "rack", lines: ["sound, key", "notes, hits", "tempo"] },
      { title: "lv2:ADDRESS", lines: ["the plugin, in cuts", "of 1 to 32 frames"] },
      { title: "rack", lines: ["sound,", "latency made up"] },
    ],
  },
};

export const SCENES: Readonly<Record<string, Scene>> = {
  kick: {
    shows: "one hit",
    lengthMs: 500,
    node: { params: { F0: 140, FEND: 45, AMP_DECAY_MS: 400, CLICK: 0.5 }, hits: [{ ms: 0 }] },
  },
  snare: {
    shows: "a hit with velocity 1 and one with 0.5",
    lengthMs: 600,
    node: { params: { NOISE_DECAY_MS: 120 }, hits: [{ ms: 0 }, { ms: 300, velocity: 0.5 }] },
  },
  hat: {
    shows: "closed, closed, open, and a closed one that chokes it",
    lengthMs: 800,
    node: {
      params: { OPEN_DECAY_MS: 400 },
      hits: [{ ms: 0 }, { ms: 150 }, { ms: 300 }, { ms: 600 }],
      moves: [
        { ms: 290, param: "OPEN", to: 1 },
        { ms: 590, param: "OPEN", to: 0 },
      ],
    },
  },
  tom: {
    shows: "high, middle and low",
    lengthMs: 1200,
    node: {
      params: { TUNE_HZ: 180, AMP_DECAY_MS: 250 },
      hits: [{ ms: 0 }, { ms: 400 }, { ms: 800 }],
      moves: [
        { ms: 390, param: "TUNE_HZ", to: 120 },
        { ms: 790, param: "TUNE_HZ", to: 80 },
      ],
    },
  },
  clap: {
    shows: "one hit: four bursts and the tail",
    lengthMs: 300,
    node: { params: { AMP_DECAY_MS: 250 }, hits: [{ ms: 0 }] },
  },
  tb303_ext: {
    shows: "four notes, the third with ACCENT 1",
    lengthMs: 1000,
    node: {
      params: { CUTOFF_HZ: 400, RESONANCE: 0.8, ENV_MOD: 0.6, FILTER_DECAY_MS: 150 },
      notes: [
        { ms: 0, note: 36 },
        { ms: 250, note: 36 },
        { ms: 500, note: 48 },
        { ms: 750, note: 39 },
      ],
      moves: [
        { ms: 490, param: "ACCENT", to: 1 },
        { ms: 740, param: "ACCENT", to: 0 },
      ],
    },
  },
  mam_chip: {
    shows: "C4 on a narrow pulse: attack, decay to the sustain level, release",
    lengthMs: 500,
    node: {
      params: { PULSE_WIDTH: 0.25, ATTACK_MS: 50, DECAY_MS: 150, SUSTAIN: 0.5 },
      notes: [{ ms: 0, note: 60 }],
    },
  },
  poly: {
    shows: "the chord C3 G3 C4 E4, held for 750 ms",
    lengthMs: 1500,
    node: {
      params: { CUTOFF_HZ: 500, FILTER_ENV_OCTAVES: 3, FILTER_DECAY_MS: 400, UNISON: 2 },
      notes: [48, 55, 60, 64].map((note) => ({ ms: 0, note, velocity: 0.8, lengthMs: 750 })),
    },
  },
  fm: {
    shows: "C4 held for 750 ms",
    lengthMs: 1000,
    node: {
      params: { ALGORITHM: 5, BRIGHTNESS: 1.5, OP4_RATIO: 14 },
      notes: [{ ms: 0, note: 60, lengthMs: 750 }],
    },
  },
  osc: {
    shows: "a saw at 1 kHz: 20 harmonics up to 20 kHz and nothing between them",
    lengthMs: 2000,
    waveMs: [100, 105],
    spectrumMs: [200, 1800],
    node: { params: { WAVE: "saw", FREQ_HZ: 1000, GATE_MS: 0 }, hits: [{ ms: 0 }] },
  },
  sampler: {
    shows: "a file of four hits, its slices played from the last to the first, each reversed",
    lengthMs: 1000,
    source: GROWING_SNARES,
    names: ["file", "out"],
    node: {
      params: { SLICES: 4, SLICE: 3, REVERSE: "on" },
      texts: { file: FILE_IN },
      hits: [{ ms: 0 }, { ms: 250 }, { ms: 500 }, { ms: 750 }],
      moves: [
        { ms: 240, param: "SLICE", to: 2 },
        { ms: 490, param: "SLICE", to: 1 },
        { ms: 740, param: "SLICE", to: 0 },
      ],
    },
  },
  filter: {
    shows: "a saw at 220 Hz; the cutoff falls to 100 Hz in one second, the spectrum is that after it",
    lengthMs: 2000,
    waveMs: [0, 1250],
    spectrumMs: [1200, 1800],
    source: { type: "osc", params: { WAVE: "saw", FREQ_HZ: 220, GATE_MS: 0 }, hits: [{ ms: 0 }] },
    node: {
      params: { MODE: "lp", CUTOFF_HZ: 8000, Q: 2, SLOPE: 24 },
      moves: [{ ms: 0, param: "CUTOFF_HZ", to: 100, rampMs: 1000 }],
    },
  },
  filter_bank: {
    shows: "a snare hit, and what rings",
    lengthMs: 1000,
    source: SNARE,
    node: { params: { COUNT: 12, LOW_HZ: 100, HIGH_HZ: 8000, Q: 150, MIX: 1, GAIN_DB: 12 } },
  },
  eq: {
    shows: "three bells on white noise",
    lengthMs: 4000,
    waveMs: [100, 110],
    source: NOISE,
    node: {
      params: {
        BELL1_HZ: 100,
        BELL1_DB: 15,
        BELL1_Q: 2,
        BELL2_HZ: 1000,
        BELL2_DB: -15,
        BELL2_Q: 2,
        BELL3_HZ: 6000,
        BELL3_DB: 15,
        BELL3_Q: 4,
      },
    },
  },
  drive: {
    shows: "a sine at 220 Hz, and its odd harmonics",
    lengthMs: 2000,
    waveMs: [100, 120],
    spectrumMs: [200, 1800],
    source: { type: "osc", params: { WAVE: "sine", FREQ_HZ: 220, GATE_MS: 0 }, hits: [{ ms: 0 }] },
    node: { params: { TYPE: "soft", DRIVE_DB: 24, OUTPUT_DB: -1 } },
  },
  chorus: {
    shows: "a saw at 110 Hz, and its voices that beat with each other",
    lengthMs: 2200,
    waveMs: [0, 2000],
    spectrumMs: [200, 2000],
    source: SAW,
    node: { params: { VOICES: 3, RATE_HZ: 1, DEPTH_MS: 3, SPREAD: 0 } },
  },
  phaser: {
    shows: "white noise, and four notches that hardly move",
    lengthMs: 4000,
    waveMs: [100, 110],
    source: NOISE,
    node: { params: { STAGES: 8, RATE_HZ: 0.1, DEPTH: 0.05, CENTER_HZ: 800, FEEDBACK: 0.5, SPREAD: 0 } },
  },
  delay: {
    shows: "a snare hit and its echoes, each darker than the one before",
    lengthMs: 1500,
    source: SNARE,
    node: { params: { DELAY_MS: 250, FEEDBACK: 0.7, MIX: 0.5, DAMP_HZ: 3000 } },
  },
  reverb: {
    shows: "a snare hit in a large room; the waveform is enlarged, for the tail",
    lengthMs: 2000,
    waveTop: 0.1,
    source: SNARE,
    node: { params: { ROOM_SIZE: 0.8, DAMP: 0.4, MIX: 0.5 } },
  },
  compressor: {
    shows: "soft, loud, soft: the gain goes down with the attack and comes back with the release",
    lengthMs: 1500,
    source: {
      type: "osc",
      params: { WAVE: "saw", FREQ_HZ: 110, GATE_MS: 490, GAIN: 0.8 },
      hits: [{ ms: 0, velocity: 0.2 }, { ms: 500 }, { ms: 1000, velocity: 0.2 }],
    },
    node: { params: { THRESHOLD_DB: -24, RATIO: 4, ATTACK_MS: 60, RELEASE_MS: 200, MAKEUP_DB: 6 } },
  },
  spectral_ducker: {
    shows: "a triangle at 55 Hz; a kick every 500 ms at the key takes its lows away",
    lengthMs: 2000,
    source: { type: "osc", params: { WAVE: "triangle", FREQ_HZ: 55, GATE_MS: 0 }, hits: [{ ms: 0 }] },
    key: {
      type: "kick",
      params: { AMP_DECAY_MS: 100 },
      hits: [{ ms: 0 }, { ms: 500 }, { ms: 1000 }, { ms: 1500 }],
    },
    node: {
      params: {
        APPLY_MODE: "dynamicEq",
        RELEASE_MS: 80,
        BANDS: 1,
        BAND1_DEPTH_DB: -30,
        BAND1_THRESHOLD_DB: -30,
        BAND1_RATIO: 8,
      },
    },
  },
  limiter: {
    shows: "four hits that grow, 12 dB louder: none above -6 dB, which is 0.5",
    lengthMs: 1000,
    source: GROWING_SNARES,
    node: { params: { INPUT_GAIN_DB: 12, CEILING_DB: -6 } },
  },
  meter: {
    shows: "four hits pass as they came; what is measured is in messages and on displays",
    lengthMs: 1000,
    source: GROWING_SNARES,
    node: {},
  },
  wiretap: {
    shows: "four hits pass as they came; the file has what came until ENABLED was 0 at 600 ms",
    lengthMs: 1000,
    source: GROWING_SNARES,
    isFileShown: true,
    names: ["in", "file"],
    node: {
      texts: { path: FILE_OUT },
      moves: [{ ms: 600, param: "ENABLED", to: 0 }],
    },
  },
};
