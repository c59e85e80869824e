// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from "vitest";
import type { PatternPlan } from "../../../engine/binding/plan/pattern-plan.ts";
import type { RackPlan } from "../../../engine/binding/plan/rack-plan.ts";
import { formatProblem } from "../../../engine/config/problem.ts";
import { readRackText, smallRack } from "../../support/rack-files.ts";

/** The plan of a file that must have no errors. */
function planOf(file: unknown, name?: string): RackPlan {
  const { plan, problems } = readRackText(file, name);
  expect(problems.filter((problem) => problem.severity === "error").map(formatProblem)).toEqual([]);
  if (plan === null) throw new Error("no plan");
  return plan;
}

function warningsOf(file: unknown): string[] {
  const { plan, problems } = readRackText(file);
  expect(plan).not.toBeNull();
  return problems.map((problem) => problem.path);
}

/** A kick with one pattern. */
function patternRack(pattern: object, transport: object = {}) {
  const patterns = [{ nodeId: "k", ...pattern }];
  return { version: 1, nodes: [{ id: "k", type: "kick" }], transport: { ...transport, patterns } };
}

function patternOf(pattern: object, transport: object = {}): PatternPlan {
  const [plan] = planOf(patternRack(pattern, transport)).patterns;
  if (plan === undefined) throw new Error("no pattern");
  return plan;
}

describe("a rack", () => {
  test("becomes a plan with every name resolved", () => {
    const plan = planOf(smallRack());
    expect(plan).toMatchObject({ id: "r", seed: 7, gain: 1, muted: false, soloed: false });
    expect(plan).toMatchObject({ startSeconds: 0, loopBeats: 0, endBeats: 0, tailMs: null });
    const plain = { texts: [], channels: 0, mod: null };
    expect(plan.nodes).toEqual([
      {
        id: "kick",
        type: "kick",
        params: [
          [1, 120],
          [3, 55],
          [8, 0],
        ],
        ...plain,
      },
      {
        id: "bass",
        type: "tb303_ext",
        params: [
          [4, 900],
          [7, 220],
        ],
        ...plain,
      },
      {
        id: "echo",
        type: "delay",
        params: [
          [1, 375],
          [3, 1],
        ],
        ...plain,
      },
    ]);
    expect(plan.connections).toEqual([
      { from: "bass", to: "echo", gain: 0.5, dry: 0, fromPort: 0, toPort: 0 },
    ]);
    expect(plan.mixer).toEqual({
      gain: 0.9,
      softClip: false,
      inputs: [
        { node: "kick", gain: 0.8 },
        { node: "bass", gain: 0.7 },
        { node: "echo", gain: 0.3 },
      ],
    });
  });

  test("says the same in YAML", () => {
    const yaml = `
version: 1
nodes: # with a comment
  - {id: k, type: kick, params: {f0: 120}}
transport:
  bpm: 126
  patterns:
    - nodeId: k
      steps: x...
`;
    const json = {
      version: 1,
      nodes: [{ id: "k", type: "kick", params: { f0: 120 } }],
      transport: { bpm: 126, patterns: [{ nodeId: "k", steps: "x..." }] },
    };
    expect(planOf(yaml, "r.yaml")).toEqual(planOf(json));
  });

  test("without a mixer has none, and without a kind is a rack", () => {
    const plan = planOf({ version: 1, nodes: [{ id: "k", type: "kick" }] });
    expect(plan.mixer).toBeNull();
    expect(plan.tempoMap).toEqual([{ beat: 0, bpm: 120 }]);
    expect(plan.seed).toBe(0);
  });

  test("soft-clips unless its mixer says otherwise", () => {
    expect(planOf({ ...smallRack(), mixer: { inputs: [{ id: "kick" }] } }).mixer).toEqual({
      inputs: [{ node: "kick", gain: 1 }],
      gain: 1,
      softClip: true,
    });
  });

  test("whose mixer lists no inputs is heard where its cables end", () => {
    const plan = planOf({ ...smallRack(), mixer: { masterPercent: 50 } });
    expect(plan.mixer?.inputs.map((input) => input.node)).toEqual(["kick", "echo"]);
  });

  test("that has one error gives no plan at all", () => {
    const { plan, facts, problems } = readRackText({ ...smallRack(), commands: [{ sampleTime: -1 }] });
    expect(plan).toBeNull();
    expect(facts).toBeNull();
    expect(problems.length).toBeGreaterThan(0);
  });

  test("names all its mistakes at once, in the order of the file", () => {
    const file = smallRack() as unknown as Record<string, unknown>;
    const { problems } = readRackText({
      ...file,
      version: 3,
      nodes: [
        { id: "kick", type: "kik" },
        { id: "bass", type: "tb303_ext", params: { cutof: 1 } },
        { id: "echo", type: "delay" },
      ],
      connections: [{ from: "bas", to: "echo" }],
      transport: { bpm: 5, patterns: [{ nodeId: "kick", stepz: "x" }] },
    });
    expect(problems.map((problem) => problem.path)).toEqual([
      "version",
      "nodes[0].type",
      "nodes[1].params.cutof",
      "connections[0].from",
      "transport.bpm",
      "transport.patterns[0].stepz",
    ]);
    const lines = problems.map((problem) => problem.line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });
});

describe("names", () => {
  const params = (written: object) =>
    planOf({ version: 1, nodes: [{ id: "n", type: "tb303_ext", params: written }] });

  test("of parameters are read in any case, as key or as NAME", () => {
    for (const key of ["envMod", "ENVMOD", "ENV_MOD", "env_mod", "Envmod"]) {
      expect(params({ [key]: 0.25 }).nodes[0]?.params).toEqual([[6, 0.25]]);
    }
    for (const key of ["cutoff", "CUTOFF_HZ", "cutoffHz"]) {
      expect(params({ [key]: 700 }).nodes[0]?.params).toEqual([[4, 700]]);
    }
    expect(params({ tune: -5 }).nodes[0]?.params).toEqual(params({ TUNE_SEMITONES: -5 }).nodes[0]?.params);
  });

  test("of choices are numbers: pulse is square, true is 1", () => {
    const chip = (written: object) =>
      planOf({ version: 1, nodes: [{ id: "n", type: "mam_chip", params: written }] }).nodes[0]?.params;
    expect(
      ["square", "pulse", "tri", "triangle", "saw", "Sawtooth"].map((wave) => chip({ wave })?.[0]?.[1]),
    ).toEqual([0, 0, 1, 1, 2, 2]);
    expect(chip({ mode: "sid-like" })).toEqual([[12, 1]]);
    expect(params({ waveform: "square" }).nodes[0]?.params).toEqual([[1, 1]]);
    const kick = { id: "n", type: "kick", params: { loop: true, bpm: 0 } };
    expect(planOf({ version: 1, nodes: [kick] }).nodes[0]?.params).toEqual([
      [8, 1],
      [7, 0],
    ]);
  });

  test("of commands are read in any case", () => {
    const file = { ...smallRack(), commands: [{ sampleTime: 0, nodeId: "kick", type: "trigger" }] };
    expect(planOf(file).commands[0]?.type).toBe("trigger");
  });
});

describe("a value outside its parameter's range", () => {
  test("is a warning with the range, and the nearest value in range is played", () => {
    const file = { version: 1, nodes: [{ id: "k", type: "kick", params: { f0: 20 } }] };
    const { plan, problems } = readRackText(file);
    expect(plan?.nodes[0]?.params).toEqual([[1, 40]]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      severity: "warning",
      path: "nodes[0].params.f0",
      expected: "a number from 40 to 200 Hz",
      got: "20",
      hint: "40 Hz is used.",
    });
  });

  test("in a lock or command is the same", () => {
    const lock = patternRack({ steps: "x", locks: [{ step: 0, param: "CLICK", value: 9 }] });
    expect(readRackText(lock).plan?.patterns[0]?.locks[0]?.value).toBe(1);
    expect(warningsOf(lock)).toEqual(["transport.patterns[0].locks[0].value"]);
  });
});

describe("a pattern", () => {
  test("repeats its steps to fill the bar, and begins again at every bar line", () => {
    for (const text of ["x", "x.", "x..", "x..x..", "..x.x..x.x..x.x", "x...x...x...x..."]) {
      const expected = Array.from({ length: 48 }, (_, step) => step).filter(
        (step) => text[(step % 16) % text.length] === "x",
      );
      expect(patternOf({ steps: text }, { lengthBars: 3 })).toMatchObject({
        lengthSteps: 48,
        hits: expected,
      });
    }
  });

  test("hits on a small x only: everything else is a rest", () => {
    expect(patternOf({ steps: "xX-o 1._x" }).hits).toEqual([0, 8, 9]);
  });

  test("may write out its bars; what is missing in a bar is a rest", () => {
    const plan = patternOf({ stepsBars: ["x...x", "", "..x"] }, { lengthBars: 8 });
    expect(plan).toMatchObject({ lengthSteps: 48, hits: [0, 4, 34] });
  });

  test("may be longer than its written bars: then it rests", () => {
    expect(patternOf({ stepsBars: ["x", "x"], lengthBars: 4 })).toMatchObject({
      lengthSteps: 64,
      hits: [0, 16],
    });
  });

  test("may have a resolution and a length of its own", () => {
    const plan = patternOf(
      { steps: "x..", resolution: 12, lengthBars: 2 },
      { lengthBars: 8, resolution: 16 },
    );
    expect(plan).toMatchObject({ resolution: 12, lengthSteps: 24, hits: [0, 3, 6, 9, 12, 15, 18, 21] });
  });

  test("has the swing of its rack", () => {
    const plan = patternOf({ steps: "x" }, { swingPercent: 55, swingExponent: 1.9 });
    expect(plan).toMatchObject({ swingPercent: 55, swingExponent: 1.9 });
    expect(patternOf({ steps: "x" })).toMatchObject({ swingPercent: 0, swingExponent: 1 });
  });

  test("counts the steps of its locks from its start: 16 is bar 2", () => {
    const locks = [
      { step: 17, param: "F0", value: 90 },
      { step: 16, param: "F0", value: 80, rampMs: 30 },
    ];
    const plan = patternOf({ steps: "x...", locks }, { lengthBars: 2 });
    expect(plan.locks).toEqual([
      { step: 16, param: 1, value: 80, rampMs: 30 },
      { step: 17, param: 1, value: 90, rampMs: 0 },
    ]);
  });

  test("without any length is as long as its locks need", () => {
    const plan = patternOf({ steps: "x...", locks: [{ step: 33, param: "F0", value: 80 }] });
    expect(plan.lengthSteps).toBe(48);
    expect(patternOf({ steps: "x..." }).lengthSteps).toBe(16);
  });

  test("keeps locks that stand on a rest", () => {
    expect(patternOf({ steps: "....", locks: [{ step: 2, param: "F0", value: 80 }] }).locks).toHaveLength(1);
  });

  test("warns of what will never be heard", () => {
    const at = "transport.patterns[0]";
    const lock = { step: 16, param: "F0", value: 80 };
    expect(warningsOf(patternRack({ steps: "x", locks: [lock] }, { lengthBars: 1 }))).toEqual([
      `${at}.locks[0].step`,
    ]);
    expect(warningsOf(patternRack({ steps: "x".repeat(17) }))).toEqual([`${at}.steps`]);
    expect(warningsOf(patternRack({ steps: "X..." }))).toEqual([`${at}.steps`]);
    expect(warningsOf(patternRack({ stepsBars: ["x", "x"], lengthBars: 1 }))).toEqual([`${at}.stepsBars`]);
    expect(warningsOf(patternRack({ steps: "x", stepsBars: ["x"] }))).toEqual([`${at}.steps`]);
  });
});

describe("time", () => {
  test("tempo ramps are steps at the bars they name", () => {
    expect(planOf(smallRack()).tempoMap).toEqual([
      { beat: 0, bpm: 120 },
      { beat: 8, bpm: 60 },
    ]);
    const ramps = [
      { bar: 4, bpm: 90 },
      { bar: 0, bpm: 100 },
      { bar: 4, bpm: 95 },
    ];
    expect(planOf({ ...smallRack(), transport: { bpm: 120, tempoRamps: ramps } }).tempoMap).toEqual([
      { beat: 0, bpm: 100 },
      { beat: 16, bpm: 95 },
    ]);
  });

  test("commands land on the beat that their frame has at the file's rate and tempo", () => {
    // 8 beats at 120 bpm last 4 s, then 60 bpm: second s > 4 is beat 8 + (s - 4).
    for (const rate of [44_100, 48_000]) {
      for (const [seconds, beat] of [
        [0, 0],
        [0.5, 1],
        [4, 8],
        [6.25, 10.25],
      ] as const) {
        const command = { sampleTime: seconds * rate, nodeId: "kick", type: "Trigger" };
        const [plan] = planOf({ ...smallRack(), sampleRate: rate, commands: [command] }).commands;
        expect(plan?.beat).toBeCloseTo(beat, 9);
      }
    }
  });

  test("commands are in order, and a trigger without a value is a full hit", () => {
    expect(planOf(smallRack()).commands).toEqual([
      { beat: 0, node: "kick", type: "trigger", param: 0, value: 1, rampMs: 0 },
      { beat: 1, node: "kick", type: "setParam", param: 5, value: 0.5, rampMs: 0 },
    ]);
  });

  test("only SetParamRamp ramps", () => {
    const command = { sampleTime: 0, nodeId: "kick", param: "F0", value: 90, rampMs: 200 };
    const commands = [
      { ...command, type: "SetParam" },
      { ...command, type: "SetParamRamp" },
    ];
    expect(planOf({ ...smallRack(), commands }).commands.map((plan) => plan.rampMs)).toEqual([0, 200]);
  });

  test("a rack lasts until everything written was heard", () => {
    expect(readRackText(smallRack()).facts?.lengthBeats).toBe(8);
    const late = [{ sampleTime: 48_000 * 10, nodeId: "kick", type: "Trigger" }];
    expect(readRackText({ ...smallRack(), commands: late }).facts?.lengthBeats).toBe(14);
  });
});

describe("cables", () => {
  const nodes = [
    { id: "k", type: "kick" },
    { id: "c", type: "compressor" },
    { id: "d", type: "delay" },
  ];
  const cables = (connections: object[], more: object = {}) => ({ version: 1, nodes, connections, ...more });

  test("reach the main input by port 0 and the key by any other", () => {
    const plan = planOf(
      cables([
        { from: "k", to: "c", toPort: 1 },
        { from: "k", to: "c" },
      ]),
    );
    expect(plan.connections.map((cable) => cable.toPort)).toEqual([1, 0]);
  });

  test("may stand twice, and are then two", () => {
    const cable = { from: "k", to: "c", toPort: 1, gainPercent: 100 };
    expect(planOf(cables([cable, cable])).connections).toHaveLength(2);
  });

  test("have a dry tap, except from a node that the mixer hears already", () => {
    const connections = [{ from: "k", to: "d", gainPercent: 200, dryPercent: 40 }];
    expect(planOf(cables(connections)).connections[0]).toMatchObject({ gain: 2, dry: 0.4 });
    const mixer = { inputs: [{ id: "k" }, { id: "d" }] };
    expect(planOf(cables(connections, { mixer })).connections[0]).toMatchObject({ gain: 2, dry: 0 });
  });

  test("that are missing at a key are worth a warning", () => {
    expect(warningsOf(cables([]))).toEqual(["nodes[1]"]);
    expect(warningsOf(cables([{ from: "k", to: "c", toPort: 1 }]))).toEqual([]);
  });
});

describe("files that play elsewhere", () => {
  test("load with ports, empty modulation, a name for silence and old habits", () => {
    const file = {
      version: 1,
      description: "habits",
      sampleRate: 48_000.0,
      channels: 2,
      nodes: [
        {
          id: "low",
          type: "kick",
          params: { f0: 20, bpm: 0, loop: true },
          ports: { outputs: [{ index: 0, type: "audio", channels: 2, role: "main" }] },
          mod: { lfos: [], routes: [] },
        },
        { id: "noise", type: "mam_chip", params: { wave: "pulse", noiseMix: 0.8 } },
        {
          id: "comp",
          type: "compressor",
          ports: {
            inputs: [
              { index: 0, type: "audio", role: "main" },
              { index: 1, type: "audio", role: "sidechain", channels: 1, name: "key" },
            ],
            outputs: [{ index: 0, type: "audio", role: "main" }],
          },
        },
      ],
      connections: [{ from: "low", to: "comp", fromPort: 0, toPort: 1 }],
      transport: { bpm: 130, lengthBars: 8, patterns: [{ nodeId: "noise", steps: "..x.x..x.x..x.x" }] },
      commands: [],
    };
    expect(readRackText(file).plan).not.toBeNull();
    expect(warningsOf(file)).toEqual(["nodes[0].params.f0", "nodes[0].ports.outputs[0].channels"]);
  });

  test("have their transport as a node", () => {
    const { transport, ...rest } = smallRack();
    const node = { id: "t", type: "transport", params: transport };
    const result = readRackText({ ...rest, nodes: [...rest.nodes, node] });
    const { plan } = readRackText(smallRack());
    expect(result.plan).toEqual(plan);
    expect(result.problems).toEqual([]);
    expect(result.facts?.hasTransport).toBe(true);
  });

  test("have it twice: the key is played, and the node is not", () => {
    const file = smallRack();
    const node = { id: "t", type: "transport", params: { bpm: 77, patterns: "wrong" } };
    const both = { ...file, nodes: [node, ...file.nodes] };
    expect(warningsOf(both)).toEqual(["nodes[0].type"]);
    expect(planOf(both)).toEqual(planOf(file));
  });
});

describe("notes of a pattern", () => {
  test("are numbers or names, in order, with velocity and length", () => {
    const notes = [
      { step: 8, note: "C#3", velocity: 0.5, lengthSteps: 2.5 },
      { step: 0, note: 60 },
    ];
    expect(patternOf({ notes }).notes).toEqual([
      { step: 0, note: 60, velocity: 1, lengthSteps: 1 },
      { step: 8, note: 49, velocity: 0.5, lengthSteps: 2.5 },
    ]);
  });

  test("stand beside steps and locks, and say the length when nothing else does", () => {
    const locks = [{ step: 1, param: "F0", value: 90 }];
    expect(patternOf({ steps: "x...", notes: [{ step: 40, note: 60 }], locks })).toMatchObject({
      lengthSteps: 48,
    });
    expect(patternOf({ steps: "x...", notes: [{ step: 0, note: 60 }] }).hits).toEqual([0, 4, 8, 12]);
  });

  test("beyond the end never sound, which is said", () => {
    const file = patternRack({ notes: [{ step: 16, note: 60 }] }, { lengthBars: 1 });
    expect(readRackText(file).plan?.patterns[0]?.notes).toEqual([]);
    expect(warningsOf(file)).toEqual(["transport.patterns[0].notes[0].step"]);
  });
});

test("a rack of thousands of nodes and cables takes a moment, also when every name is wrong", () => {
  const nodes = Array.from({ length: 8192 }, (_, index) => ({
    id: `n${index}`,
    type: index === 0 ? "kick" : "delay",
  }));
  const connections = Array.from({ length: 16_384 }, (_, index) => ({
    from: `n${index >> 1}`,
    to: `n${Math.min(8191, (index >> 1) + 1)}`,
  })).filter((cable) => cable.from !== cable.to);
  const before = process.cpuUsage();
  expect(readRackText({ version: 1, nodes, connections }).plan?.nodes).toHaveLength(8192);
  const strangers = connections.map((cable) => ({ ...cable, from: `m${cable.from}` }));
  expect(readRackText({ version: 1, nodes, connections: strangers }).problems).toHaveLength(201);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(20_000);
});
