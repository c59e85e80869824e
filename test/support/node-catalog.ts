// SPDX-License-Identifier: GPL-3.0-or-later
// The node types of the file format as a catalog, for tests that have no addon. The native tables are
// the truth; test/contract holds this list to them.

import { catalogOf, type NodeCatalog, type NodeTypeInfo, type ParamInfo } from "../../engine/rack/catalog.ts";

type Row = readonly [
  id: number,
  name: string,
  key: string,
  min: number,
  max: number,
  initial: number,
  smoothing: ParamInfo["smoothing"],
];

function nodeType(
  type: string,
  channels: { readonly inputs: number; readonly outputs: number; readonly key?: boolean },
  rows: readonly Row[],
): NodeTypeInfo {
  return {
    type,
    inputChannels: channels.inputs,
    outputChannels: channels.outputs,
    hasKeyInput: channels.key ?? false,
    params: rows.map(([id, name, key, min, max, initial, smoothing]) => {
      return { id, name, key, unit: unitOf(name), min, max, initial, smoothing };
    }),
  };
}

function unitOf(name: string): string {
  if (name.endsWith("_MS")) return "ms";
  if (name.endsWith("_HZ") || name === "F0" || name === "FEND") return "Hz";
  if (name.endsWith("_DB")) return "dB";
  return name.endsWith("_SEMITONES") ? "semitones" : "";
}

const TYPES: readonly NodeTypeInfo[] = [
  nodeType("kick", { inputs: 0, outputs: 1 }, [
    [1, "F0", "f0", 40, 200, 100, "linear"],
    [2, "FEND", "fend", 20, 120, 40, "linear"],
    [3, "PITCH_DECAY_MS", "pitchDecayMs", 10, 200, 60, "linear"],
    [4, "AMP_DECAY_MS", "ampDecayMs", 50, 400, 200, "linear"],
    [5, "GAIN", "gain", 0, 1.5, 0.9, "linear"],
    [6, "CLICK", "click", 0, 1, 0, "step"],
    [7, "BPM", "bpm", 0, 300, 0, "step"],
    [8, "LOOP", "loop", 0, 1, 0, "step"],
  ]),
  nodeType("clap", { inputs: 0, outputs: 2 }, [
    [1, "AMP_DECAY_MS", "ampDecayMs", 20, 300, 180, "linear"],
    [2, "GAIN", "gain", 0, 1.5, 0.8, "linear"],
    [3, "BPM", "bpm", 0, 300, 0, "step"],
    [4, "LOOP", "loop", 0, 1, 0, "step"],
    [5, "PAN", "pan", -1, 1, 0, "linear"],
    [6, "VELOCITY", "velocity", 0, 1, 1, "step"],
    [101, "LFO1_FREQ_HZ", "lfo1FreqHz", 0.1, 100, 4, "step"],
    [102, "LFO2_FREQ_HZ", "lfo2FreqHz", 0.1, 100, 0.2, "step"],
  ]),
  nodeType("tb303_ext", { inputs: 0, outputs: 2 }, [
    [1, "WAVEFORM", "waveform", 0, 1, 0, "step"],
    [2, "TUNE_SEMITONES", "tune", -24, 24, 0, "linear"],
    [3, "GLIDE_MS", "glideMs", 0, 500, 10, "linear"],
    [4, "CUTOFF_HZ", "cutoff", 20, 18_000, 800, "linear"],
    [5, "RESONANCE", "resonance", 0, 1, 0.3, "linear"],
    [6, "ENV_MOD", "envMod", 0, 1, 0.5, "linear"],
    [7, "FILTER_DECAY_MS", "decay", 50, 800, 200, "linear"],
    [8, "AMP_DECAY_MS", "ampDecayMs", 50, 800, 200, "linear"],
    [9, "AMP_GAIN", "gain", 0, 1.5, 0.8, "linear"],
    [10, "NOTE_SEMITONES", "noteSemitones", 0, 127, 48, "step"],
    [11, "VELOCITY", "velocity", 0, 1, 1, "step"],
    [12, "ACCENT", "accent", 0, 1, 0, "step"],
    [13, "DRIVE", "drive", 0, 1, 0, "linear"],
    [14, "PAN", "pan", -1, 1, 0, "linear"],
    [101, "CC1", "cc1", 0, 1, 0, "linear"],
    [102, "CC74", "cc74", 0, 1, 0, "linear"],
    [103, "CC71", "cc71", 0, 1, 0, "linear"],
    [104, "CC7", "cc7", 0, 1, 0.8, "linear"],
    [105, "PITCH_BEND", "pitchBend", -1, 1, 0, "linear"],
    [106, "LFO1_FREQ_HZ", "lfo1FreqHz", 0.01, 20, 0.5, "step"],
    [107, "LFO2_FREQ_HZ", "lfo2FreqHz", 0.01, 20, 0.2, "step"],
    [200, "ENV_MODE", "envMode", 0, 1, 0, "step"],
    [201, "FILTER_ATTACK_MS", "filterAttackMs", 0, 400, 0, "linear"],
    [202, "FILTER_SUSTAIN", "filterSustain", 0, 1, 0, "linear"],
    [203, "FILTER_RELEASE_MS", "filterReleaseMs", 0, 800, 200, "linear"],
    [204, "AMP_ATTACK_MS", "ampAttackMs", 0, 400, 0, "linear"],
    [205, "AMP_SUSTAIN", "ampSustain", 0, 1, 0.7, "linear"],
    [206, "AMP_RELEASE_MS", "ampReleaseMs", 0, 800, 200, "linear"],
    [207, "GATE_LEN_MS", "gateLenMs", 1, 1000, 120, "step"],
    [300, "FILTER_ALGO", "filterAlgo", 0, 1, 0, "step"],
    [301, "FILTER_TYPE", "filterType", 0, 2, 0, "step"],
    [302, "KEYTRACK", "keytrack", 0, 1, 0, "linear"],
  ]),
  nodeType("mam_chip", { inputs: 0, outputs: 2 }, [
    [1, "WAVE", "wave", 0, 2, 0, "step"],
    [2, "NOTE_SEMITONES", "note", 0, 127, 60, "step"],
    [3, "VELOCITY", "velocity", 0, 1, 1, "step"],
    [4, "PULSE_WIDTH", "pulseWidth", 0.05, 0.95, 0.5, "linear"],
    [5, "GAIN", "gain", 0, 1.5, 0.9, "linear"],
    [6, "PAN", "pan", -1, 1, 0, "linear"],
    [7, "ATTACK_MS", "attackMs", 0, 400, 10, "linear"],
    [8, "DECAY_MS", "decayMs", 0, 1000, 120, "linear"],
    [9, "SUSTAIN", "sustain", 0, 1, 0.7, "linear"],
    [10, "RELEASE_MS", "releaseMs", 0, 1000, 200, "linear"],
    [11, "NOISE_MIX", "noiseMix", 0, 1, 0, "linear"],
    [12, "MODE", "mode", 0, 1, 0, "step"],
  ]),
  nodeType("delay", { inputs: 2, outputs: 2 }, [
    [1, "DELAY_MS", "delayMs", 0, 2000, 350, "linear"],
    [2, "FEEDBACK", "feedback", 0, 0.99, 0.35, "linear"],
    [3, "MIX", "mix", 0, 1, 0.25, "linear"],
  ]),
  nodeType("reverb", { inputs: 2, outputs: 2 }, [
    [1, "ROOM_SIZE", "roomSize", 0, 1, 0.5, "linear"],
    [2, "DAMP", "damp", 0, 1, 0.3, "linear"],
    [3, "MIX", "mix", 0, 1, 0.2, "linear"],
  ]),
  nodeType("compressor", { inputs: 2, outputs: 2, key: true }, [
    [1, "THRESHOLD_DB", "thresholdDb", -80, 0, -2, "linear"],
    [2, "RATIO", "ratio", 1, 100, 1.2, "linear"],
    [3, "ATTACK_MS", "attackMs", 0.1, 1000, 25, "linear"],
    [4, "RELEASE_MS", "releaseMs", 0.1, 5000, 200, "linear"],
    [5, "MAKEUP_DB", "makeupDb", -24, 24, 0, "linear"],
  ]),
];

export const testCatalog: NodeCatalog = catalogOf(TYPES);
