// SPDX-License-Identifier: GPL-3.0-or-later
// Broken rack files: each bends the small rack in one place and must be refused with that very place.
import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../engine/config/problem.ts";
import { readRackText, smallRack } from "../../support/rack-files.ts";

type Rack = ReturnType<typeof smallRack>;
// The bends are wrong on purpose, so they are not held to the type of a right one.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Bend = (rack: any) => void;

interface Broken {
  readonly what: string;
  readonly bend: Bend;
  readonly path: string;
  /** Part of the whole sentence. */
  readonly says: string;
}

const NODE = "nodes[1]";
const CABLE = "connections[0]";
const PATTERN = "transport.patterns[1]";

const BROKEN: readonly Broken[] = [
  { what: "another version", bend: (r) => (r.version = 2), path: "version", says: "got 2" },
  { what: "no version", bend: (r) => delete r.version, path: "version", says: "expected 1" },
  { what: "a version in quotes", bend: (r) => (r.version = "1"), path: "version", says: 'got "1"' },
  { what: "another kind", bend: (r) => (r.kind = "song"), path: "kind", says: 'expected "rack", got "song"' },
  { what: "an unknown key", bend: (r) => (r.tempo = 120), path: "tempo", says: "Known here: " },
  {
    what: "a misspelt key",
    bend: (r) => (r.conections = []),
    path: "conections",
    says: 'mean "connections"',
  },
  {
    what: "a key in another case",
    bend: (r) => (r.samplerate = 1),
    path: "samplerate",
    says: 'mean "sampleRate"',
  },
  {
    what: "text as rate",
    bend: (r) => (r.sampleRate = "48k"),
    path: "sampleRate",
    says: "8000 to 768000 Hz",
  },
  { what: "a rate of zero", bend: (r) => (r.sampleRate = 0), path: "sampleRate", says: "got 0" },
  { what: "half a channel", bend: (r) => (r.channels = 1.5), path: "channels", says: "a whole number" },
  { what: "a negative seed", bend: (r) => (r.randomSeed = -1), path: "randomSeed", says: "at least 0" },
  { what: "a number as description", bend: (r) => (r.description = 5), path: "description", says: "text" },
  {
    what: "no nodes",
    bend: (r) => delete r.nodes,
    path: "nodes",
    says: "a list of 1 to 8192 nodes, got nothing",
  },
  { what: "an empty list of nodes", bend: (r) => (r.nodes = []), path: "nodes", says: "got an empty list" },
  { what: "nodes as a group", bend: (r) => (r.nodes = {}), path: "nodes", says: "got a group of keys" },
  {
    what: "null for a node",
    bend: (r) => (r.nodes[1] = null),
    path: NODE,
    says: "a group of keys, got null",
  },
  { what: "a node without id", bend: (r) => delete r.nodes[1].id, path: `${NODE}.id`, says: "got nothing" },
  { what: "an empty id", bend: (r) => (r.nodes[1].id = ""), path: `${NODE}.id`, says: "not empty" },
  {
    what: "an id with a colon",
    bend: (r) => (r.nodes[1].id = "a:b"),
    path: `${NODE}.id`,
    says: "without colons",
  },
  {
    what: "an id that is too long",
    bend: (r) => (r.nodes[1].id = "ü".repeat(65)),
    path: `${NODE}.id`,
    says: "at most 128 bytes",
  },
  {
    what: "two nodes of one id",
    bend: (r) => (r.nodes[1].id = "kick"),
    path: `${NODE}.id`,
    says: "no other node",
  },
  {
    what: "a node without type",
    bend: (r) => delete r.nodes[1].type,
    path: `${NODE}.type`,
    says: "got nothing",
  },
  {
    what: "an unknown type",
    bend: (r) => (r.nodes[1].type = "tb303_ex"),
    path: `${NODE}.type`,
    says: 'mean "tb303_ext"',
  },
  {
    what: "a plug-in",
    bend: (r) => (r.nodes[1] = { id: "bass", type: "lv2", uri: "http://example.org/amp" }),
    path: `${NODE}.type`,
    says: "no LV2 plug-ins",
  },
  {
    what: "a uri that nobody asked for",
    bend: (r) => (r.nodes[1].uri = "http://example.org/amp"),
    path: `${NODE}.uri`,
    says: 'Only a node of type "lv2"',
  },
  {
    what: "a second transport",
    bend: (r) => r.nodes.push({ id: "t", type: "transport" }, { id: "u", type: "transport" }),
    path: "nodes[4].type",
    says: "one transport",
  },
  {
    what: "a cable from the transport",
    bend: (r) => {
      r.nodes.push({ id: "t", type: "transport" });
      r.connections[0].from = "t";
    },
    path: `${CABLE}.from`,
    says: "makes no sound",
  },
  {
    what: "the transport in the mixer",
    bend: (r) => {
      r.nodes.push({ id: "t", type: "transport" });
      r.mixer.inputs[0].id = "t";
    },
    path: "mixer.inputs[0].id",
    says: "makes no sound",
  },
  {
    what: "a transport node with a wrong tempo",
    bend: (r) => {
      r.nodes.push({ id: "t", type: "transport", params: { ...r.transport, bpm: 5 } });
      delete r.transport;
    },
    path: "nodes[3].params.bpm",
    says: "20 to 999 bpm",
  },
  {
    what: "a pattern of a transport node for nobody",
    bend: (r) => {
      r.nodes.push({ id: "t", type: "transport", params: { patterns: [{ nodeId: "kik", steps: "x" }] } });
      delete r.transport;
    },
    path: "nodes[3].params.patterns[0].nodeId",
    says: 'mean "kick"',
  },
  {
    what: "a misspelt node key",
    bend: (r) => (r.nodes[1].parms = {}),
    path: `${NODE}.parms`,
    says: 'mean "params"',
  },
  {
    what: "params as a list",
    bend: (r) => (r.nodes[1].params = [1]),
    path: `${NODE}.params`,
    says: "a group of keys",
  },
  {
    what: "an unknown parameter",
    bend: (r) => (r.nodes[1].params.resonanse = 0.5),
    path: `${NODE}.params.resonanse`,
    says: 'mean "resonance"',
  },
  {
    what: "a parameter of another type",
    bend: (r) => (r.nodes[1].params.roomSize = 0.5),
    path: `${NODE}.params.roomSize`,
    says: "a parameter of tb303_ext",
  },
  {
    what: "one parameter in two spellings",
    bend: (r) => (r.nodes[1].params.CUTOFF_HZ = 900),
    path: `${NODE}.params.CUTOFF_HZ`,
    says: "two spellings",
  },
  {
    what: "text as a value",
    bend: (r) => (r.nodes[1].params.cutoff = "900 Hz"),
    path: `${NODE}.params.cutoff`,
    says: "a number from 20 to 18000 Hz",
  },
  {
    what: "null as a value",
    bend: (r) => (r.nodes[1].params.cutoff = null),
    path: `${NODE}.params.cutoff`,
    says: "got null",
  },
  {
    what: "an unknown choice",
    bend: (r) => (r.nodes[1].params.waveform = "squere"),
    path: `${NODE}.params.waveform`,
    says: 'mean "square"',
  },
  {
    what: "two ports of one number",
    bend: (r) => (r.nodes[2].ports = { inputs: [{ index: 0 }, { index: 0 }] }),
    path: "nodes[2].ports.inputs[1].index",
    says: "no other port",
  },
  {
    what: "a port that has no such name",
    bend: (r) => {
      r.nodes[2].ports = { inputs: [{ index: 0, name: "left" }] };
      r.connections[0].toPort = "lift";
    },
    path: `${CABLE}.toPort`,
    says: 'mean "left"',
  },
  {
    what: "an output that has no name",
    bend: (r) => (r.connections[0].fromPort = "out"),
    path: `${CABLE}.fromPort`,
    says: 'a port that "bass" declares',
  },
  {
    what: "a port of an unknown type",
    bend: (r) => (r.nodes[1].ports = { inputs: [{ index: 0, type: "cv" }] }),
    path: `${NODE}.ports.inputs[0].type`,
    says: '"audio", "control", "event" or "midi"',
  },
  {
    what: "a cable from nowhere",
    bend: (r) => (r.connections[0].from = "bas"),
    path: `${CABLE}.from`,
    says: 'mean "bass"',
  },
  {
    what: "a cable to nowhere",
    bend: (r) => (r.connections[0].to = "ecco"),
    path: `${CABLE}.to`,
    says: 'mean "echo"',
  },
  {
    what: "a cable without end",
    bend: (r) => delete r.connections[0].to,
    path: `${CABLE}.to`,
    says: "got nothing",
  },
  {
    what: "a cable into a source",
    bend: (r) => (r.connections[0].to = "kick"),
    path: `${CABLE}.to`,
    says: "takes none",
  },
  {
    what: "a key that is none",
    bend: (r) => (r.connections[0].toPort = 1),
    path: `${CABLE}.toPort`,
    says: "no sidechain",
  },
  {
    what: "a second output",
    bend: (r) => (r.connections[0].fromPort = 1),
    path: `${CABLE}.fromPort`,
    says: "one output",
  },
  {
    what: "gain over 200",
    bend: (r) => (r.connections[0].gainPercent = 201),
    path: `${CABLE}.gainPercent`,
    says: "0 to 200 %",
  },
  {
    what: "dry below 0",
    bend: (r) => (r.connections[0].dryPercent = -1),
    path: `${CABLE}.dryPercent`,
    says: "0 to 100 %",
  },
  {
    what: "a cable to itself",
    bend: (r) => (r.connections[0] = { from: "echo", to: "echo" }),
    path: CABLE,
    says: "circle: echo > echo",
  },
  {
    what: "a circle",
    bend: (r) => {
      r.nodes.push({ id: "hall", type: "reverb" });
      r.connections.push({ from: "echo", to: "hall" }, { from: "hall", to: "echo" });
    },
    path: "connections[2]",
    says: "circle: hall > echo > hall",
  },
  {
    what: "an unknown mixer input",
    bend: (r) => (r.mixer.inputs[2].id = "delay"),
    path: "mixer.inputs[2].id",
    says: "kick, bass, echo",
  },
  {
    what: "a mixer input twice",
    bend: (r) => (r.mixer.inputs[2].id = "bass"),
    path: "mixer.inputs[2].id",
    says: "no input yet",
  },
  {
    what: "master over 200",
    bend: (r) => (r.mixer.masterPercent = 900),
    path: "mixer.masterPercent",
    says: "got 900",
  },
  {
    what: "soft clip as text",
    bend: (r) => (r.mixer.softClip = "yes"),
    path: "mixer.softClip",
    says: "true or false",
  },
  { what: "a mixer as text", bend: (r) => (r.mixer = "loud"), path: "mixer", says: "a group of keys" },
  {
    what: "a tempo of 5",
    bend: (r) => (r.transport.bpm = 5),
    path: "transport.bpm",
    says: "20 to 999 bpm, got 5",
  },
  {
    what: "no bars",
    bend: (r) => (r.transport.lengthBars = 0),
    path: "transport.lengthBars",
    says: "1 to 1024 bars",
  },
  {
    what: "too fine",
    bend: (r) => (r.transport.resolution = 193),
    path: "transport.resolution",
    says: "1 to 192 steps",
  },
  {
    what: "too much swing",
    bend: (r) => (r.transport.swingPercent = 101),
    path: "transport.swingPercent",
    says: "0 to 100 %",
  },
  {
    what: "no swing curve",
    bend: (r) => (r.transport.swingExponent = 0),
    path: "transport.swingExponent",
    says: "got 0",
  },
  {
    what: "a ramp without tempo",
    bend: (r) => (r.transport.tempoRamps = [{ bar: 1 }]),
    path: "transport.tempoRamps[0].bpm",
    says: "bpm",
  },
  {
    what: "a ramp before bar 0",
    bend: (r) => (r.transport.tempoRamps[0].bar = -1),
    path: "transport.tempoRamps[0].bar",
    says: "from 0",
  },
  {
    what: "an unknown transport key",
    bend: (r) => (r.transport.swing = 5),
    path: "transport.swing",
    says: "a key of the format",
  },
  {
    what: "a pattern for nobody",
    bend: (r) => (r.transport.patterns[1].nodeId = "bas"),
    path: `${PATTERN}.nodeId`,
    says: 'mean "bass"',
  },
  {
    what: "a pattern without steps",
    bend: (r) => (r.transport.patterns[0] = { nodeId: "kick" }),
    path: "transport.patterns[0]",
    says: '"steps" or "stepsBars"',
  },
  {
    what: "a note without a note",
    bend: (r) => (r.transport.patterns[1].notes = [{ step: 0 }]),
    path: `${PATTERN}.notes[0].note`,
    says: "from C-1 to G9, got nothing",
  },
  {
    what: "a note of another scale",
    bend: (r) => (r.transport.patterns[1].notes = [{ step: 0, note: "H3" }]),
    path: `${PATTERN}.notes[0].note`,
    says: "C4 is 60",
  },
  {
    what: "a note above the last",
    bend: (r) => (r.transport.patterns[1].notes = [{ step: 0, note: 128 }]),
    path: `${PATTERN}.notes[0].note`,
    says: "from 0 to 127",
  },
  {
    what: "the velocity of MIDI",
    bend: (r) => (r.transport.patterns[1].notes = [{ step: 0, note: 60, velocity: 100 }]),
    path: `${PATTERN}.notes[0].velocity`,
    says: "above 0, up to 1",
  },
  {
    what: "a note of no length",
    bend: (r) => (r.transport.patterns[1].notes = [{ step: 0, note: 60, lengthSteps: 0 }]),
    path: `${PATTERN}.notes[0].lengthSteps`,
    says: "0.001 to 65536 steps",
  },
  {
    what: "a pattern longer than the engine counts",
    bend: (r) =>
      (r.transport = {
        lengthBars: 1024,
        resolution: 65,
        patterns: [{ nodeId: "kick", stepsBars: ["x"], lengthBars: 1024 }],
      }),
    path: "transport.patterns[0]",
    says: "at most 65536 steps",
  },
  {
    what: "steps as a list",
    bend: (r) => (r.transport.patterns[1].steps = [1, 0]),
    path: `${PATTERN}.steps`,
    says: "text",
  },
  {
    what: "stepsBars as text",
    bend: (r) => (r.transport.patterns[1].stepsBars = "x"),
    path: `${PATTERN}.stepsBars`,
    says: "a list",
  },
  {
    what: "a number among stepsBars",
    bend: (r) => (r.transport.patterns[1].stepsBars = ["x", 5]),
    path: `${PATTERN}.stepsBars[1]`,
    says: "got 5",
  },
  {
    what: "a lock before the start",
    bend: (r) => (r.transport.patterns[1].locks[0].step = -1),
    path: `${PATTERN}.locks[0].step`,
    says: "from 0",
  },
  {
    what: "a lock without parameter",
    bend: (r) => delete r.transport.patterns[1].locks[0].param,
    path: `${PATTERN}.locks[0]`,
    says: '"param" with a parameter of tb303_ext',
  },
  {
    what: "a lock of an unknown parameter",
    bend: (r) => (r.transport.patterns[1].locks[0].param = "PITCH"),
    path: `${PATTERN}.locks[0].param`,
    says: "a parameter of tb303_ext",
  },
  {
    what: "a lock of an unknown number",
    bend: (r) => (r.transport.patterns[1].locks[1].paramId = 99),
    path: `${PATTERN}.locks[1].paramId`,
    says: "got 99",
  },
  {
    what: "a lock without value",
    bend: (r) => delete r.transport.patterns[1].locks[0].value,
    path: `${PATTERN}.locks[0].value`,
    says: "got nothing",
  },
  {
    what: "a ramp into the past",
    bend: (r) => (r.transport.patterns[1].locks[1].rampMs = -5),
    path: `${PATTERN}.locks[1].rampMs`,
    says: "ms",
  },
  {
    what: "a misspelt lock key",
    bend: (r) => (r.transport.patterns[1].locks[0].steps = 1),
    path: `${PATTERN}.locks[0].steps`,
    says: 'mean "step"',
  },
  {
    what: "a command to nobody",
    bend: (r) => (r.commands[0].nodeId = "kik"),
    path: "commands[0].nodeId",
    says: 'mean "kick"',
  },
  {
    what: "an unknown command",
    bend: (r) => (r.commands[0].type = "SetParm"),
    path: "commands[0].type",
    says: 'mean "SetParam"',
  },
  {
    what: "a command without time",
    bend: (r) => delete r.commands[0].sampleTime,
    path: "commands[0].sampleTime",
    says: "frames",
  },
  {
    what: "a command without value",
    bend: (r) => delete r.commands[0].value,
    path: "commands[0].value",
    says: "0 to 1.5",
  },
  {
    what: "a velocity of 2",
    bend: (r) => (r.commands[1].value = 2),
    path: "commands[1].value",
    says: "a velocity from 0 to 1",
  },
  { what: "commands as a group", bend: (r) => (r.commands = {}), path: "commands", says: "a list" },
  {
    what: "more hits than the engine holds",
    bend: (r) =>
      (r.transport = { lengthBars: 1024, resolution: 192, patterns: [{ nodeId: "kick", steps: "x" }] }),
    path: "transport.patterns[0]",
    says: "at most 65536 hits",
  },
];

describe("a rack file with", () => {
  test.each(BROKEN)("$what is refused at $path", ({ bend, path, says }) => {
    const rack: Rack = smallRack();
    bend(rack);
    const { plan, problems } = readRackText(rack);
    expect(plan).toBeNull();
    const errors = problems.filter((problem) => problem.severity === "error");
    expect(errors.map((problem) => problem.path)).toEqual([path]);
    expect(errors.map(formatProblem).join()).toContain(says);
  });

  test("`__proto__` as a key is refused like any other unknown key", () => {
    const text = JSON.stringify(smallRack()).replace('"version"', '"__proto__":{"polluted":true},"version"');
    const { plan, problems } = readRackText(text);
    expect(plan).toBeNull();
    expect(problems.map((problem) => problem.path)).toEqual(["__proto__"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("names that every object has finds no node, type, parameter or choice by them", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const nodes = [
        { id: "kick", type: name },
        { id: "bass", type: "tb303_ext", params: { [`${name}`]: 1, waveform: name } },
        { id: "echo", type: "delay" },
      ];
      const connections = [{ from: name, to: "echo" }];
      expect(readRackText({ ...smallRack(), nodes, connections }).plan).toBeNull();
    }
  });
});

describe("a mistake", () => {
  test("stands at its line and column", () => {
    const text = [
      "{",
      '  "version": 1,',
      '  "nodes": [',
      '    { "id": "k", "type": "kick", "params": { "gaim": 0.5, "f0": "x" } }',
      "  ]",
      "}",
    ].join("\n");
    const { problems } = readRackText(text);
    expect(problems.map(({ line, column, path }) => [line, column, path])).toEqual([
      [4, 46, "nodes[0].params.gaim"],
      [4, 65, "nodes[0].params.f0"],
    ]);
  });

  test("in YAML stands at its line and column too", () => {
    const text = "version: 1\nnodes:\n  - id: k\n    type: kick\n    params:\n      gaim: 0.5\n      f0: x\n";
    const { problems } = readRackText(text, "r.yaml");
    expect(problems.map(({ line, column, path }) => [line, column, path])).toEqual([
      [6, 7, "nodes[0].params.gaim"],
      [7, 11, "nodes[0].params.f0"],
    ]);
  });

  test("is one sentence with file, place, expectation and what came", () => {
    const { problems } = readRackText({ ...smallRack(), channels: 0 }, "songs/r.json");
    expect(problems.map(formatProblem)).toEqual([
      "songs/r.json:5:15: channels: expected a whole number from 1 to 64, got 0.",
    ]);
  });
});
