// SPDX-License-Identifier: GPL-3.0-or-later
// How much music fits into a processor? The same work rendered by us, by SuperCollider's scsynth and by
// Csound, one after the other on one thread: CPU seconds, and ours as a share of theirs.
//   npm run bench:engine -- [--runs 3] [--json]
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { buildPlan } from "../../engine/app/session-source.ts";
import { nodeTypes, renderPlan } from "../../engine/binding/addon.ts";
import type { SessionPlan } from "../../engine/binding/plan/plan.ts";
import { table } from "../../engine/cli/table.ts";
import { DEFAULT_SETTINGS } from "../../engine/config/schema.ts";
import { testTool } from "../support/pty-recorder.ts";
import {
  filterBank,
  filterNodes,
  RATE,
  repeated,
  reverbs,
  type ScWork,
  SECONDS,
  sines,
  voices,
  type Work,
} from "./support/engine-work.ts";
import { samplerWork } from "./support/sampler-work.ts";
import { encodeScore, encodeSynthDef, type OscArgument } from "./support/scsynth.ts";

interface Row {
  readonly work: string;
  readonly ourSeconds: number;
  readonly scsynthSeconds: number | null;
  readonly csoundSeconds: number | null;
  readonly fluidsynthSeconds: number | null;
  /** Ours over the better of the others. */
  readonly ratio: number;
  readonly aim: number;
}

interface GraphTimes {
  readonly emptyNodeNanos: number;
  /** Of a processor, at 48 kHz. */
  readonly watchShare: number;
  readonly takeOverMicros: number;
  readonly takeOverAllMicros: number;
  readonly buildMillis: number;
}

const SC_PLUGINS = "/usr/lib/SuperCollider/plugins";

const { values: options } = parseArgs({
  options: { runs: { type: "string", default: "3" }, json: { type: "boolean", default: false } },
});
const runs = Number(options.runs);
const folder = mkdtempSync(path.join(tmpdir(), "downbeat-engine-bench-"));
try {
  const rows: Row[] = [];
  for (const work of [sines, filterNodes, filterBank, reverbs, voices].map((make) => make(paramIds)))
    rows.push(await measure(work));
  rows.push(await measureSampler());
  const stems = await measureStems();
  const growth = await measureGrowth();
  const polyVoices = voicesInHalfACore(rows);
  const graph = JSON.parse(execFileSync(testTool("graph-timer"), { encoding: "utf8" })) as GraphTimes;
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? "?"}`;
  const result = {
    unit: "CPU s",
    seconds: SECONDS,
    sampleRate: RATE,
    runs,
    machine,
    rows,
    stems,
    growth,
    polyVoices,
    graph,
  };
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : report(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function paramIds(type: string, params: Readonly<Record<string, number>>): Record<number, number> {
  const known = nodeTypes().find((candidate) => candidate.type === type);
  if (known === undefined) throw new Error(`expected a node type, got ${type}`);
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const param = known.params.find((candidate) => candidate.name === name);
      if (param === undefined) throw new Error(`${type}: expected a parameter, got ${name}`);
      return [param.id, value];
    }),
  );
}

async function measure(work: Work): Promise<Row> {
  const ours: number[] = [];
  const scsynth: number[] = [];
  const csound: number[] = [];
  // In turns, so that a moment of disturbance is nobody's alone.
  for (let run = 0; run < runs; run += 1) {
    ours.push(await cpuSecondsOfOurs(work.ours, 1));
    if (work.scsynth !== null) scsynth.push(cpuSecondsOfScsynth(work.scsynth));
    if (work.csound !== null) csound.push(cpuSecondsOfCsound(work.csound));
  }
  return rowOf(work.name, work.aim, ours, { scsynth, csound, fluidsynth: [] });
}

async function measureSampler(): Promise<Row> {
  const { ours, fluidsynth, aim, name } = samplerWork(folder, paramIds);
  const our: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    our.push(await cpuSecondsOfOurs(ours, 1));
    theirs.push(cpuSecondsOf("fluidsynth", fluidsynth));
  }
  return rowOf(name, aim, our, { scsynth: [], csound: [], fluidsynth: theirs });
}

function rowOf(
  work: string,
  aim: number,
  ours: readonly number[],
  others: Readonly<Record<"scsynth" | "csound" | "fluidsynth", readonly number[]>>,
): Row {
  const best = (values: readonly number[]) => (values.length === 0 ? null : Math.min(...values));
  const ourSeconds = Math.min(...ours);
  const peers = Object.values(others).flatMap((values) => best(values) ?? []);
  return {
    work,
    ourSeconds,
    scsynthSeconds: best(others.scsynth),
    csoundSeconds: best(others.csound),
    fluidsynthSeconds: best(others.fluidsynth),
    ratio: ourSeconds / Math.min(...peers),
    aim,
  };
}

/** What the render of 30 s costs this process; it stands still meanwhile. */
async function cpuSecondsOfOurs(session: SessionPlan, threads: number): Promise<number> {
  const { cpu } = await renderTimes(session, threads);
  return cpu;
}

async function renderTimes(session: SessionPlan, threads: number): Promise<{ cpu: number; wall: number }> {
  const { plan } = buildPlan(DEFAULT_SETTINGS, session, { isNull: true });
  const before = process.cpuUsage();
  const from = performance.now();
  await renderPlan(JSON.stringify(plan), {
    path: path.join(folder, "ours.wav"),
    sampleRate: RATE,
    frames: SECONDS * RATE,
    threads,
    blockFrames: 64,
  }).promise;
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1e6, wall: (performance.now() - from) / 1e3 };
}

function cpuSecondsOfScsynth(work: ScWork): number {
  const score = path.join(folder, "score.osc");
  const messages: OscArgument[][] = work.defs.map((def) => ["/d_recv", encodeSynthDef(def)]);
  work.synths.forEach(({ def, params }, i) => {
    const pairs = Object.entries(params).flatMap(([name, value]): OscArgument[] => [name, { float: value }]);
    // To the tail, so that what feeds a bus comes first.
    messages.push(["/s_new", def, 1000 + i, 1, 0, ...pairs]);
  });
  const [first = [], ...rest] = messages;
  writeFileSync(
    score,
    encodeScore([
      { at: 0, messages: [first] },
      ...rest.map((message) => ({ at: 0, messages: [message] })),
      { at: SECONDS, messages: [["/c_set", 0, 0]] },
    ]),
  );
  const out = path.join(folder, "scsynth.wav");
  const args = ["-N", score, "_", out, String(RATE), "WAV", "float", "-o", "2", "-i", "0"];
  const cpu = cpuSecondsOf("scsynth", [
    ...args,
    "-n",
    "4096",
    "-w",
    "1024",
    "-m",
    "262144",
    "-U",
    SC_PLUGINS,
  ]);
  mustBeLong("scsynth", out);
  return cpu;
}

function cpuSecondsOfCsound(text: string): number {
  const file = path.join(folder, "work.csd");
  writeFileSync(file, text);
  const out = path.join(folder, "csound.wav");
  const cpu = cpuSecondsOf("csound", ["-o", out, file]);
  mustBeLong("csound", out);
  return cpu;
}

/** A peer that refused its work would look very fast. */
function mustBeLong(who: string, file: string): void {
  const bytes = statSync(file).size;
  if (bytes < SECONDS * RATE * 4)
    throw new Error(`${who}: expected ${SECONDS} s of sound, got ${bytes} bytes`);
}

/** User and system time of a program. */
function cpuSecondsOf(program: string, args: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1 </dev/null';
  const said = execFileSync("bash", ["-c", `{ ${script}; } 2>&1`, "bash", program, ...args], {
    encoding: "utf8",
  });
  const [user = Number.NaN, system = Number.NaN] = said.trim().split(/\s+/).slice(-2).map(Number);
  return user + system;
}

/** Eight racks on one core and on two: how much sooner they are done. */
async function measureStems(): Promise<{
  oneThread: number;
  twoThreads: number;
  ratio: number;
  aim: number;
}> {
  const session = repeated(voices(paramIds).ours, 8);
  const one: number[] = [];
  const two: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    one.push((await renderTimes(session, 1)).wall);
    two.push((await renderTimes(session, 2)).wall);
  }
  const [oneThread, twoThreads] = [Math.min(...one), Math.min(...two)];
  return { oneThread, twoThreads, ratio: oneThread / twoThreads, aim: 1.7 };
}

/** Cost of a rack, when there are more of them: of one rack alone it would be 1. */
async function measureGrowth(): Promise<readonly { racks: number; seconds: number; perRack: number }[]> {
  const { ours } = sines(paramIds);
  const [rack] = ours.racks;
  if (rack === undefined) throw new Error("a session without a rack");
  const small: SessionPlan = {
    ...ours,
    racks: [{ ...rack, nodes: rack.nodes.slice(0, 16), commands: rack.commands.slice(0, 16) }],
  };
  const rows: { racks: number; seconds: number; perRack: number }[] = [];
  for (const racks of [1, 4, 16, 64]) {
    const seconds = await cpuSecondsOfOurs(repeated(small, racks), 1);
    rows.push({ racks, seconds, perRack: seconds / racks / (rows[0]?.seconds ?? seconds) });
  }
  return rows;
}

function voicesInHalfACore(rows: readonly Row[]): number {
  const row = rows.find(({ work }) => work.includes("voices"));
  return row === undefined ? 0 : Math.floor((64 * 0.5 * SECONDS) / row.ourSeconds);
}

function report(result: {
  readonly machine: string;
  readonly rows: readonly Row[];
  readonly stems: Awaited<ReturnType<typeof measureStems>>;
  readonly growth: Awaited<ReturnType<typeof measureGrowth>>;
  readonly polyVoices: number;
  readonly graph: GraphTimes;
}): string {
  const seconds = (value: number | null) => (value === null ? "-" : value.toFixed(2));
  const { graph, stems } = result;
  return `${[
    `${SECONDS} s at ${RATE / 1000} kHz, CPU seconds, best of ${runs}; ${result.machine}`,
    table([
      ["work", "Downbeat", "scsynth", "Csound", "fluidsynth", "ratio", "aim"],
      ...result.rows.map((row) => [
        row.work,
        seconds(row.ourSeconds),
        seconds(row.scsynthSeconds),
        seconds(row.csoundSeconds),
        seconds(row.fluidsynthSeconds),
        row.ratio.toFixed(2),
        `at most ${row.aim}`,
      ]),
    ]),
    "",
    `8 racks: ${stems.oneThread.toFixed(2)} s on one thread, ${stems.twoThreads.toFixed(2)} s on two: ${stems.ratio.toFixed(2)} times as fast (aim ${stems.aim})`,
    `cost of a rack beside others: ${result.growth.map((row) => `${row.racks}: ${row.perRack.toFixed(2)}`).join(", ")}`,
    `voices of poly in half a core: ${result.polyVoices}`,
    `an empty node: ${graph.emptyNodeNanos.toFixed(1)} ns a quantum; looking at 1,000 nodes: ${(100 * graph.watchShare).toFixed(2)} % of a processor`,
    `a swap of 4,200 nodes on the audio thread: ${graph.takeOverMicros.toFixed(1)} us, ${graph.takeOverAllMicros.toFixed(1)} us when every node changes; built in ${graph.buildMillis.toFixed(1)} ms`,
  ].join("\n")}\n`;
}
