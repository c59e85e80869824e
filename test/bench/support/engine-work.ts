// SPDX-License-Identifier: GPL-3.0-or-later
// The same work for us and for others: what bench:engine renders.
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import type { NodePlan, RackPlan } from "../../../engine/binding/plan/rack-plan.ts";
import { ADD, MULTIPLY, type SynthDef } from "./scsynth.ts";

export const SECONDS = 30;
export const RATE = 48_000;

/** Frequencies of so many sines, filters or voices: spread over six octaves, never equal. */
export function frequencyOf(index: number, count: number): number {
  return 55 * 2 ** ((6 * index) / count);
}

export interface ScWork {
  readonly defs: readonly SynthDef[];
  /** What /s_new makes at the start: definition and parameters. */
  readonly synths: readonly { readonly def: string; readonly params: Readonly<Record<string, number>> }[];
}

export interface Work {
  readonly name: string;
  readonly aim: number;
  readonly ours: SessionPlan;
  readonly scsynth: ScWork | null;
  /** The orchestra and score of Csound; null where it has no such thing. */
  readonly csound: string | null;
}

function node(id: string, type: string, params: Readonly<Record<number, number>> = {}): NodePlan {
  const pairs = Object.entries(params).map(([key, value]): readonly [number, number] => [Number(key), value]);
  return { id, type, params: pairs, texts: [], channels: 0, mod: null };
}

function rackOf(parts: Partial<RackPlan> & Pick<RackPlan, "nodes">): RackPlan {
  return {
    id: "r",
    seed: 1,
    startSeconds: 0,
    loopBeats: 0,
    endBeats: 0,
    tailMs: null,
    gain: 0.001,
    muted: false,
    soloed: false,
    tempoMap: [{ beat: 0, bpm: 120 }],
    connections: [],
    mixer: null,
    patterns: [],
    commands: [],
    ...parts,
  };
}

export function sessionOf(racks: readonly RackPlan[]): SessionPlan {
  return {
    name: "bench",
    seed: 1,
    tempoMap: [{ beat: 0, bpm: 120 }],
    racks,
    buses: [],
    routes: [],
    xfaders: [],
    commands: [],
    loopBeats: 0,
    midiTracks: [],
    master: { gain: 1, ceilingDb: -0.3 },
  };
}

function struck(nodes: readonly NodePlan[]): RackPlan["commands"] {
  return nodes.map(({ id }) => ({
    beat: 0,
    node: id,
    type: "trigger" as const,
    param: 0,
    value: 1,
    rampMs: 0,
  }));
}

function cable(from: string, to: string) {
  return { from, to, gain: 1, dry: 0, fromPort: 0, toPort: 0 };
}

const COUNT = 1000;
const indices = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Ids of parameters by name, so that this file names them as people do. */
export type ParamIds = (
  type: string,
  params: Readonly<Record<string, number>>,
) => Readonly<Record<number, number>>;

export function sines(ids: ParamIds): Work {
  const nodes = indices(COUNT).map((i) =>
    node(`n${i}`, "osc", ids("osc", { WAVE: 0, FREQ_HZ: frequencyOf(i, COUNT), GATE_MS: 0 })),
  );
  return {
    name: "1,000 sines",
    aim: 0.8,
    ours: sessionOf([rackOf({ nodes, commands: struck(nodes) })]),
    scsynth: {
      defs: [
        {
          name: "sine",
          params: { freq: 440 },
          units: [
            { name: "SinOsc", rate: 2, inputs: ["freq", 0] },
            { name: "BinaryOpUGen", rate: 2, inputs: [{ unit: 0 }, 0.001], special: MULTIPLY },
            { name: "Out", rate: 2, inputs: [0, { unit: 1 }, { unit: 1 }], outputs: 0 },
          ],
        },
      ],
      synths: indices(COUNT).map((i) => ({ def: "sine", params: { freq: frequencyOf(i, COUNT) } })),
    },
    csound: csound(
      `instr 1
 a1 oscili 0.001, p4, 1
 outs a1, a1
endin`,
      `f 1 0 16384 10 1\n${indices(COUNT)
        .map((i) => `i 1 0 ${SECONDS} ${frequencyOf(i, COUNT).toFixed(4)}`)
        .join("\n")}`,
    ),
  };
}

const biquadPeers: Pick<Work, "scsynth" | "csound"> = {
  scsynth: {
    defs: [
      {
        name: "noise",
        params: {},
        units: [
          { name: "WhiteNoise", rate: 2, inputs: [] },
          { name: "Out", rate: 2, inputs: [16, { unit: 0 }], outputs: 0 },
        ],
      },
      {
        name: "band",
        params: { freq: 440 },
        units: [
          { name: "In", rate: 2, inputs: [16] },
          { name: "BPF", rate: 2, inputs: [{ unit: 0 }, "freq", 0.1] },
          { name: "BinaryOpUGen", rate: 2, inputs: [{ unit: 1 }, 0.001], special: MULTIPLY },
          { name: "Out", rate: 2, inputs: [0, { unit: 2 }, { unit: 2 }], outputs: 0 },
        ],
      },
    ],
    synths: [
      { def: "noise", params: {} },
      ...indices(COUNT).map((i) => ({ def: "band", params: { freq: frequencyOf(i, COUNT) } })),
    ],
  },
  csound: csound(
    `ga1 init 0
instr 1
 ga1 rand 0.5
endin
instr 2
 a1 butterbp ga1, p4, p4 * 0.1
 outs a1 * 0.001, a1 * 0.001
endin`,
    `i 1 0 ${SECONDS}\n${indices(COUNT)
      .map((i) => `i 2 0 ${SECONDS} ${frequencyOf(i, COUNT).toFixed(4)}`)
      .join("\n")}`,
  ),
};

export function filterNodes(ids: ParamIds): Work {
  const noise = node("noise", "osc", ids("osc", { WAVE: 4, GATE_MS: 0 }));
  const filters = indices(COUNT).map((i) =>
    node(`f${i}`, "filter", ids("filter", { MODE: 2, CUTOFF_HZ: frequencyOf(i, COUNT), Q: 10 })),
  );
  return {
    name: "1,000 filter nodes",
    aim: 1,
    ours: sessionOf([
      rackOf({
        nodes: [noise, ...filters],
        connections: filters.map(({ id }) => cable("noise", id)),
        commands: struck([noise]),
      }),
    ]),
    ...biquadPeers,
  };
}

export function filterBank(ids: ParamIds): Work {
  const noise = node("noise", "osc", ids("osc", { WAVE: 4, GATE_MS: 0 }));
  const bank = node("bank", "filter_bank", ids("filter_bank", { COUNT, MIX: 1 }));
  return {
    name: "1,000 band-passes as one bank",
    aim: 0.35,
    ours: sessionOf([
      rackOf({ nodes: [noise, bank], connections: [cable("noise", "bank")], commands: struck([noise]) }),
    ]),
    ...biquadPeers,
  };
}

const REVERBS = 64;

export function reverbs(ids: ParamIds): Work {
  const noise = node("noise", "osc", ids("osc", { WAVE: 4, GATE_MS: 0 }));
  const rooms = indices(REVERBS).map((i) => node(`r${i}`, "reverb", ids("reverb", { MIX: 1 })));
  return {
    name: "64 stereo reverbs",
    aim: 0.85,
    ours: sessionOf([
      rackOf({
        nodes: [noise, ...rooms],
        connections: rooms.map(({ id }) => cable("noise", id)),
        commands: struck([noise]),
      }),
    ]),
    scsynth: {
      defs: [
        biquadPeers.scsynth?.defs[0] as SynthDef,
        {
          name: "room",
          params: {},
          units: [
            { name: "In", rate: 2, inputs: [16] },
            { name: "FreeVerb2", rate: 2, inputs: [{ unit: 0 }, { unit: 0 }, 1, 0.5, 0.5], outputs: 2 },
            { name: "Out", rate: 2, inputs: [0, { unit: 1 }, { unit: 1, output: 1 }], outputs: 0 },
          ],
        },
      ],
      synths: [{ def: "noise", params: {} }, ...indices(REVERBS).map(() => ({ def: "room", params: {} }))],
    },
    csound: csound(
      `ga1 init 0
instr 1
 ga1 rand 0.5
endin
instr 2
 aL, aR freeverb ga1, ga1, 0.5, 0.5
 outs aL * 0.01, aR * 0.01
endin`,
      `i 1 0 ${SECONDS}\n${indices(REVERBS)
        .map(() => `i 2 0 ${SECONDS}`)
        .join("\n")}`,
    ),
  };
}

const VOICES = 64;

export function voices(ids: ParamIds): Work {
  const synths = indices(VOICES / 8).map((i) =>
    node(
      `v${i}`,
      "poly",
      ids("poly", {
        OSC1_WAVE: 0,
        OSC2_WAVE: 0,
        UNISON: 1,
        FILTER_SLOPE: 0,
        LFO_HZ: 2,
        LFO_CUTOFF_OCTAVES: 0.5,
      }),
    ),
  );
  const beats = SECONDS * 2;
  return {
    name: "64 subtractive voices",
    aim: 0.8,
    ours: sessionOf([
      rackOf({
        nodes: synths,
        patterns: synths.map(({ id }, i) => ({
          node: id,
          resolution: 4,
          lengthSteps: beats,
          swingPercent: 0,
          swingExponent: 1,
          hits: [],
          notes: indices(8).map((n) => ({
            step: 0,
            note: 36 + i + 7 * n,
            velocity: 0.8,
            lengthSteps: beats,
          })),
          locks: [],
        })),
      }),
    ]),
    scsynth: {
      defs: [
        {
          name: "voice",
          params: { freq: 110, pan: 0 },
          units: [
            { name: "Saw", rate: 2, inputs: ["freq"] },
            { name: "BinaryOpUGen", rate: 1, inputs: ["freq", 1.01], special: MULTIPLY },
            { name: "Saw", rate: 2, inputs: [{ unit: 1 }] },
            { name: "BinaryOpUGen", rate: 2, inputs: [{ unit: 0 }, { unit: 2 }], special: ADD },
            { name: "SinOsc", rate: 1, inputs: [2, 0] },
            { name: "MulAdd", rate: 1, inputs: [{ unit: 4 }, 600, 1200] },
            { name: "RLPF", rate: 2, inputs: [{ unit: 3 }, { unit: 5 }, 0.5] },
            { name: "Linen", rate: 1, inputs: [1, 0.01, 0.01, 0.3, 0] },
            { name: "BinaryOpUGen", rate: 2, inputs: [{ unit: 6 }, { unit: 7 }], special: MULTIPLY },
            { name: "Pan2", rate: 2, inputs: [{ unit: 8 }, "pan", 1], outputs: 2 },
            { name: "Out", rate: 2, inputs: [0, { unit: 9 }, { unit: 9, output: 1 }], outputs: 0 },
          ],
        },
      ],
      synths: indices(VOICES).map((i) => ({
        def: "voice",
        params: { freq: frequencyOf(i, VOICES), pan: (i % 9) / 4 - 1 },
      })),
    },
    csound: csound(
      `instr 1
 a1 vco2 0.01, p4
 a2 vco2 0.01, p4 * 1.01
 k1 lfo 600, 2
 a3 moogladder2 a1 + a2, 1200 + k1, 0.3
 k2 linsegr 0, 0.01, 1, ${SECONDS}, 1, 0.3, 0
 aL, aR pan2 a3 * k2, p5
 outs aL, aR
endin`,
      indices(VOICES)
        .map((i) => `i 1 0 ${SECONDS} ${frequencyOf(i, VOICES).toFixed(4)} ${((i % 9) / 8).toFixed(3)}`)
        .join("\n"),
    ),
  };
}

function csound(orchestra: string, score: string): string {
  return `<CsoundSynthesizer>
<CsOptions>
-f -W
</CsOptions>
<CsInstruments>
sr = ${RATE}
ksmps = 64
nchnls = 2
0dbfs = 1
${orchestra}
</CsInstruments>
<CsScore>
${score}
e ${SECONDS}
</CsScore>
</CsoundSynthesizer>
`;
}

/** The first rack of `session` so many times, side by side. */
export function repeated(session: SessionPlan, count: number): SessionPlan {
  const [rack] = session.racks;
  if (rack === undefined) throw new Error("a session without a rack");
  return sessionOf(indices(count).map((i) => ({ ...rack, id: `r${i}`, seed: i })));
}
