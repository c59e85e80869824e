// SPDX-License-Identifier: GPL-3.0-or-later
// Racks and sessions that a careless hand, a bad disk or a hostile one has touched: a plan that the engine
// can take, or problems with their place; never a throw, never a wait.
import { globSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { sessionTools } from "../../../engine/app/session-file.ts";
import { type Document, parseDocument } from "../../../engine/config/document.ts";
import { formatPath, type Problem } from "../../../engine/config/problem.ts";
import { rackOf } from "../../../engine/rack/read-rack.ts";
import { readSession, type SessionResult, sessionOf } from "../../../engine/session/read-session.ts";
import type { ReadRack, SessionTools } from "../../../engine/session/session-tools.ts";
import { bendText, bendTree, diceOf } from "../../support/mutations.ts";
import { rackFaults, sessionFaults } from "../../support/plan-faults.ts";
import { probeOf, smallRack } from "../../support/rack-files.ts";
import { BASS, DRUM_BUS, DRUMS, pairSession } from "../../support/session-files.ts";
import { PLUGIN_URI, wideCatalog } from "../../support/wide-catalog.ts";

const RACK_DOCUMENTS = 85_000;
const SESSION_DOCUMENTS = 15_000;
const TEXTS = 2000;

/** Of one file, in milliseconds of the processor: what else the machine does is not counted. */
const LIMIT_MS = 100;

/** Of all files together: a machine with other work takes long. */
const TIMEOUT_MS = 900_000;

/** So small that every key is hit often. */
const TINY: readonly object[] = [
  {
    version: 1,
    nodes: [{ id: "k", type: "kick", params: { f0: 90 } }],
    transport: { patterns: [{ nodeId: "k", steps: "x..x", locks: [{ step: 0, param: "F0", value: 80 }] }] },
  },
  {
    version: 1,
    nodes: [
      { id: "c", type: "mam_chip", params: { wave: "saw" } },
      { id: "d", type: "delay" },
    ],
    connections: [{ from: "c", to: "d", gainPercent: 50 }],
    mixer: { inputs: [{ id: "d" }] },
    commands: [{ sampleTime: 0, nodeId: "c", type: "Trigger" }],
  },
];

/** Small racks that have something of everything between them. */
const RACKS: readonly object[] = [
  smallRack(),
  ...TINY,
  ...TINY,
  {
    version: 1,
    nodes: [
      {
        id: "bass",
        type: "tb303_ext",
        params: { waveform: "square", cutoff: 700 },
        mod: {
          lfos: [
            { id: 1, wave: "sine", freqHz: 0.5, phase: 0.5 },
            { id: "b", wave: "saw", beats: 4 },
          ],
          routes: [
            { sourceId: 1, destParam: "CUTOFF_HZ", min: 300, max: 2000, map: "exp" },
            { sourceId: "b", destParam: "LFO.1.freqHz", depth: 0.2, offset: 0 },
          ],
        },
      },
      {
        id: "comp",
        type: "compressor",
        ports: { inputs: [{ index: 0 }, { index: 1, name: "key", role: "sidechain", channels: 1 }] },
      },
      {
        id: "t",
        type: "transport",
        params: { bpm: 99, patterns: [{ nodeId: "bass", notes: [{ step: 3, note: "C#3" }] }] },
      },
    ],
    connections: [{ from: "bass", to: "comp", toPort: "key" }],
  },
  {
    version: 1,
    nodes: [
      { id: "hit", type: "sampler", params: { file: "one.wav", mode: "loop" } },
      {
        id: "duck",
        type: "spectral_ducker",
        params: { lookaheadMs: 5, bands: [{ centerHz: 60, q: 1 }, { depthDb: -3 }] },
      },
      { id: "tap", type: "wiretap", params: { path: "out.wav", enabled: true } },
      { id: "amp", type: "lv2", uri: PLUGIN_URI, params: { drive: 3 } },
      { id: "wide", type: "gain", params: { channels: 6 } },
    ],
    connections: [
      { from: "hit", to: "duck" },
      { from: "duck", to: "tap", dryPercent: 20 },
    ],
  },
];

const SESSIONS: readonly object[] = [
  pairSession({
    loop: true,
    buses: [DRUM_BUS, { id: "main", midSide: true }],
    routes: [{ from: "drums", to: "glue", gain: 0.5, tap: "pre" }],
    sidechains: [{ from: "bass", to: "bus:glue:squash" }],
    xfaders: [{ id: "ab", racks: ["drums", "bass"], lfo: { wave: "sine", freqHz: 0.1, phase01: 0 } }],
    commands: [
      { timeSec: 1, nodeId: "xfader:ab:x", value: 0.5 },
      {
        rack: "drums",
        bar: 2,
        step: 5,
        nodeId: "drums:kick",
        type: "SetParamRamp",
        param: "F0",
        value: 90,
        rampMs: 20,
      },
      { timeSec: 0, nodeId: "bus:glue:echo", param: "MIX", value: 0.4 },
    ],
  }),
  pairSession({
    alignTransports: true,
    durationSec: 20,
    racks: [
      { id: "drums", path: "drums.json", bars: 2, loopCount: 3, tailMs: 100, gain: 0.5 },
      { id: "bass", path: "bass.json", startOffsetFrames: -24_000, loopSeconds: 30, solo: true },
    ],
    midiTracks: [
      {
        id: "line",
        port: "out",
        notes: [{ step: 1, note: 40 }],
        controllers: [{ step: 0, cc: 1, value: 2 }],
      },
    ],
  }),
];

const probe = probeOf(["/songs/one.wav"]);

/** A document without a text: what the parser lets through, and what no parser would. */
function documentOf(value: unknown): Document {
  return {
    file: "/songs/r.json",
    value,
    unreadable: null,
    problems: [],
    problemAt: (path, _part, { severity = "error", expected = "", got = "", hint = "" }) => ({
      ...{ severity, expected, got, hint },
      ...{ file: "/songs/r.json", line: 1, column: 1, path: formatPath(path) },
    }),
  };
}

interface Answer {
  readonly plan: unknown;
  readonly problems: readonly Problem[];
}

/** Faults of the plan, or of the problems. */
function faultsOf({ plan, problems }: Answer, planFaults: () => string[]): string[] {
  const hasError = problems.some((problem) => problem.severity === "error");
  const arePlaced = problems.every(
    ({ file, line, column, expected, hint }) =>
      file !== "" && line > 0 && column > 0 && `${expected}${hint}` !== "",
  );
  if (hasError !== (plan === null) || !arePlaced) return [JSON.stringify(problems)];
  return plan === null ? [] : planFaults();
}

class Run {
  readonly wrong: string[] = [];
  readonly slow: string[] = [];
  plans = 0;
  files = 0;

  async read<Result extends Answer>(
    name: string,
    work: () => Result | Promise<Result>,
    planFaults: (result: Result) => string[],
  ): Promise<void> {
    this.files += 1;
    try {
      const before = performance.now();
      const result = await work();
      // Compiling and collecting garbage come once; a file that is slow is slow again.
      if (performance.now() - before > LIMIT_MS) await this.#measure(name, work);
      if (result.plan !== null) this.plans += 1;
      const faults = faultsOf(result, () => planFaults(result));
      if (faults.length > 0) this.wrong.push(`${name}: ${faults.slice(0, 3).join("; ")}`);
    } catch (error) {
      this.wrong.push(`${name}: ${error instanceof Error ? error.stack : error}`);
    }
  }

  async #measure(name: string, work: () => unknown): Promise<void> {
    let fastestMs = Number.POSITIVE_INFINITY;
    for (let again = 0; again < 3; again += 1) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      fastestMs = Math.min(fastestMs, (user + system) / 1000);
    }
    if (fastestMs > LIMIT_MS) this.slow.push(`${name}: ${fastestMs.toFixed(0)} ms`);
  }

  expectGood(): void {
    expect(this.wrong.slice(0, 10)).toEqual([]);
    expect(this.slow).toEqual([]);
    expect(this.plans).toBeGreaterThan(this.files / 50);
    expect(this.plans).toBeLessThan(this.files);
  }
}

function bentTree(text: string, seed: number): object {
  const dice = diceOf(seed);
  const tree = JSON.parse(text) as object;
  for (let count = dice() < 0.7 ? 1 : 3; count > 0; count -= 1) bendTree(tree, dice);
  return tree;
}

test(
  `${RACK_DOCUMENTS} mutated racks give a plan or problems, each within ${LIMIT_MS} ms`,
  async () => {
    const run = new Run();
    const texts = RACKS.map((rack) => JSON.stringify(rack));
    for (let seed = 1; seed <= RACK_DOCUMENTS; seed += 1) {
      const tree = bentTree(texts[seed % texts.length] ?? "", seed);
      await run.read(
        `rack ${seed}`,
        () => rackOf(documentOf(tree), "r", wideCatalog, probe),
        ({ plan }) => (plan === null ? [] : rackFaults(plan, wideCatalog)),
      );
    }
    run.expectGood();
  },
  TIMEOUT_MS,
);

/** The racks of the sessions are whole, and read once. */
function pairTools(): SessionTools {
  const documents = new Map([
    ["/songs/drums.json", documentOf(DRUMS)],
    ["/songs/bass.json", documentOf(BASS)],
  ]);
  const missing = { ...documentOf(undefined), unreadable: "no such file" };
  const tools = sessionTools(wideCatalog, undefined, probe);
  const read = new Map<string, ReadRack>();
  return {
    ...tools,
    load: async (path) => documents.get(path) ?? missing,
    readRack: (document, id) => {
      const name = `${id} ${document === documents.get("/songs/bass.json")}`;
      const known = read.get(name) ?? tools.readRack(document, id);
      if (read.size < 100) read.set(name, known);
      return known;
    },
  };
}

function faultsOfSession({ plan }: SessionResult): string[] {
  return plan === null ? [] : sessionFaults(plan, wideCatalog);
}

test(
  `${SESSION_DOCUMENTS} mutated sessions give a plan or problems, each within ${LIMIT_MS} ms`,
  async () => {
    const run = new Run();
    const texts = SESSIONS.map((session) => JSON.stringify(session));
    const tools = pairTools();
    for (let seed = 1; seed <= SESSION_DOCUMENTS; seed += 1) {
      const tree = bentTree(texts[seed % texts.length] ?? "", seed);
      await run.read(`session ${seed}`, () => sessionOf(documentOf(tree), tools), faultsOfSession);
    }
    run.expectGood();
  },
  TIMEOUT_MS,
);

test(
  `${TEXTS} mutated texts, ours and the shipped ones, give a plan or problems with their line`,
  async () => {
    const run = new Run();
    const shipped = globSync("config/racks/examples/*.json").map((file) => readFileSync(file, "utf8"));
    const texts = [...[...RACKS, ...SESSIONS].map((file) => JSON.stringify(file, null, 1)), ...shipped];
    const tools = pairTools();
    for (let seed = 1; seed <= TEXTS; seed += 1) {
      const text = bendText(texts[seed % texts.length] ?? "", diceOf(seed));
      // JSON is YAML too, and the parser of YAML is another one.
      const file = seed % 5 === 0 ? "/songs/r.yaml" : "/songs/r.json";
      const load = async (path: string) => (path === file ? parseDocument(file, text) : tools.load(path));
      await run.read(`text ${seed}`, () => readSession(file, { ...tools, load }), faultsOfSession);
    }
    run.expectGood();
  },
  TIMEOUT_MS,
);

const before = Object.getOwnPropertyNames(Object.prototype);

// A mistake in a file is an error to zod, and writing down where in the program it was found takes most of the time.
const { stackTraceLimit } = Error;
Error.stackTraceLimit = 3;

afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});
