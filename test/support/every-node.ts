// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a plan with every node type that needs nothing from outside: struck, played, locked, moved by LFOs,
// through buses. For a run of the engine under a sanitizer: every-node.ts FILE
import { writeFileSync } from "node:fs";
import { buildPlan } from "../../engine/app/session-source.ts";
import { nodeTypes } from "../../engine/binding/addon.ts";
import type { NodeTypeInfo } from "../../engine/binding/node-type-info.ts";
import type { SessionPlan } from "../../engine/binding/plan/plan.ts";
import type { RackPlan } from "../../engine/binding/plan/rack-plan.ts";
import { DEFAULT_SETTINGS } from "../../engine/config/schema.ts";

const STEPS = 16;

function rackOf(type: NodeTypeInfo, index: number): RackPlan {
  const isEffect = type.inputChannels > 0;
  const [first] = type.params;
  const lfos = [{ wave: "sine" as const, freqHz: 1 + index / 10, phase: 0, syncBeats: index % 3 }];
  const routes = type.params.slice(0, 3).map(({ id, min, max }) => {
    return { lfo: 0, target: "param" as const, index: id, depth: (max - min) / 4, offset: 0, range: null };
  });
  const node = { id: "n", type: type.type, params: [], texts: [], channels: 0, mod: { lfos, routes } };
  const source = { id: "s", type: "snare", params: [], texts: [], channels: 0, mod: null };
  const struck = isEffect ? "s" : "n";
  return {
    id: `rack${index}`,
    seed: index,
    startSeconds: 0,
    loopBeats: index % 4,
    endBeats: 0,
    tailMs: null,
    gain: 0.1,
    muted: false,
    soloed: false,
    tempoMap: [{ beat: 0, bpm: 120 }],
    nodes: isEffect ? [source, node] : [node],
    connections: isEffect ? [{ from: "s", to: "n", gain: 1, dry: 0, fromPort: 0, toPort: 0 }] : [],
    mixer: null,
    patterns: [
      {
        node: struck,
        resolution: 16,
        lengthSteps: STEPS,
        swingPercent: 30,
        swingExponent: 1,
        hits: [0, 4, 7, 10],
        notes: [{ step: 2, note: 50 + (index % 24), velocity: 0.8, lengthSteps: 3 }],
        locks: [],
      },
      {
        node: "n",
        resolution: 16,
        lengthSteps: STEPS,
        swingPercent: 0,
        swingExponent: 1,
        hits: [],
        notes: [],
        locks: first === undefined ? [] : [{ step: 3, param: first.id, value: first.max, rampMs: 50 }],
      },
    ],
    commands: [],
  };
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("every-node.ts: expected the name of a file");
const types = nodeTypes().filter(
  ({ texts }) => !(texts ?? []).some(({ isNeeded, isFile }) => isNeeded || isFile),
);
const racks = types.map(rackOf);
const insert = { id: "squeeze", type: "compressor", params: [], texts: [], channels: 0, mod: null };
const session: SessionPlan = {
  name: "every node",
  seed: 1,
  tempoMap: [{ beat: 0, bpm: 120 }],
  racks,
  buses: [
    {
      id: "all",
      channels: 2,
      midSide: true,
      inserts: [{ ...insert, sidechains: [{ from: "rack0", gain: 1, latencyComp: true }] }],
    },
  ],
  routes: racks.slice(1, 6).map(({ id }) => ({ from: id, to: "all", gain: 1, tap: "post" })),
  xfaders: [
    {
      id: "x",
      racks: ["rack0", "rack1"],
      law: "equal_power",
      smoothingMs: 10,
      lfo: { wave: "triangle", freqHz: 0.5, phase: 0, syncBeats: 0 },
    },
  ],
  commands: [],
  loopBeats: 32,
  midiTracks: [],
  master: { gain: 1, ceilingDb: -0.3 },
};
writeFileSync(file, JSON.stringify(buildPlan(DEFAULT_SETTINGS, session, { isNull: true }).plan));
