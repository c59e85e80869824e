// SPDX-License-Identifier: GPL-3.0-or-later
// How long from power to music? Times from the start of a process: the engine to its first block of audio
// (null driver, with a last plan), Node to its first answer over HTTP, `deploy/play` to the first block;
// beside what this machine needs to start anything at all. And the memory of both.
//   npm run bench:boot -- [--runs 20] [--json]
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { isAppError } from "../../engine/base/errors.ts";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import type { EngineStatus } from "../../engine/binding/engine-status.ts";
import { engineProgram, projectFolder } from "../../engine/binding/places.ts";
import { table } from "../../engine/cli/table.ts";
import { type Spread, spreadOf } from "./support/figures.ts";
import { TimedProgram } from "./support/timed-program.ts";

const MICROS_PER_MS = 1000;
const PATIENCE_MS = 20_000;

const { values: options } = parseArgs({
  options: { runs: { type: "string", default: "20" }, json: { type: "boolean", default: false } },
});
const runs = Number(options.runs);
const folder = mkdtempSync(path.join(tmpdir(), "downbeat-boot-"));

try {
  await makeLastPlan(folder);
  const engine = await times(() => engineBoot(folder));
  const node = await times(() => nodeBoot(folder));
  const play = await times(() => playBoot(folder));
  const machine = {
    true: spreadOf(await times(() => endOf("/bin/true", []))),
    node: spreadOf(await times(() => endOf(process.execPath, ["-e", "0"]))),
  };
  const result = {
    unit: "ms",
    engineFirstBlock: spreadOf(engine.map((run) => run.firstBlockMs)),
    engineReady: spreadOf(engine.map((run) => run.readyMs)),
    nodeFirstAnswer: spreadOf(node.map((run) => run.answerMs)),
    playFirstBlock: spreadOf(play),
    machine,
    residentMb: {
      engine: spreadOf(engine.map((run) => run.residentMb)),
      node: spreadOf(node.map((run) => run.residentMb)),
    },
  };
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${report(result)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function times<T>(measure: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = 0; run < runs; run += 1) results.push(await measure());
  return results;
}

/** Plays once, so that every later start finds what a box finds after its power came back. */
async function makeLastPlan(state: string): Promise<void> {
  const port = await freePort();
  const first = await TimedProgram.start(path.join(projectFolder(), "downbeat"), runArguments(state, port));
  await firstAnswer(port);
  await first.stop();
}

function runArguments(state: string, port: number): string[] {
  return ["run", "--null", "--state", state, "--port", String(port)];
}

async function engineBoot(
  state: string,
): Promise<{ firstBlockMs: number; readyMs: number; residentMb: number }> {
  const engine = await TimedProgram.start(engineProgram(), ["--state", state, "--null"]);
  const readyMs = (await engine.microsToReady()) / MICROS_PER_MS;
  const firstBlockMs =
    (await firstBlockMicros(state, engine.pid)) / MICROS_PER_MS - engine.startedMicros / MICROS_PER_MS;
  const residentMb = residentMegabytes(engine.pid);
  await engine.stop();
  return { firstBlockMs, readyMs, residentMb };
}

async function nodeBoot(state: string): Promise<{ answerMs: number; residentMb: number }> {
  const port = await freePort();
  const begun = performance.now();
  const node = await TimedProgram.start(path.join(projectFolder(), "downbeat"), runArguments(state, port));
  await firstAnswer(port);
  const answerMs = performance.now() - begun;
  const residentMb = residentMegabytes(node.pid);
  await node.stop();
  return { answerMs, residentMb };
}

/** The second start: nothing to install, nothing to build. */
async function playBoot(state: string): Promise<number> {
  const play = await TimedProgram.start(
    path.join(projectFolder(), "deploy", "play"),
    runArguments(state, await freePort()).slice(1),
  );
  const firstBlockMs = ((await firstBlockMicros(state)) - play.startedMicros) / MICROS_PER_MS;
  await play.stop();
  return firstBlockMs;
}

async function endOf(program: string, args: readonly string[]): Promise<number> {
  return (await (await TimedProgram.start(program, args)).microsToEnd()) / MICROS_PER_MS;
}

/**
 * When the null driver asked for its first block. Its frames lie on an exact line, one block of latency
 * behind, so any later state tells it without having been there.
 *
 * @param pid - of the engine that is meant; an older one may not have ended yet
 */
async function firstBlockMicros(state: string, pid?: number): Promise<number> {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(2)) {
    const status = await engineStatus(state);
    if (status === null || (pid !== undefined && status.engine.pid !== pid)) continue;
    const { frame, hostMicros, blocks } = status.transport as {
      frame: number;
      hostMicros: number;
      blocks: number;
    };
    if (blocks === 0) continue;
    return hostMicros - ((frame + status.audio.blockFrames) * 1e6) / status.audio.sampleRate;
  }
  throw new Error(`no engine plays from ${state}`);
}

async function engineStatus(state: string): Promise<EngineStatus | null> {
  try {
    const client = await EngineClient.connect(state, "observer", "bench boot");
    const answer = await client.request("status");
    client.close();
    return answer.status as EngineStatus;
  } catch (error) {
    if (isAppError(error, "ENGINE_AWAY")) return null;
    throw error;
  }
}

async function firstAnswer(port: number): Promise<void> {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(2)) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/transport/status`);
      await answer.arrayBuffer();
      if (answer.ok) return;
    } catch {
      // Nobody listens yet.
    }
  }
  throw new Error(`nobody answers on port ${port}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

function residentMegabytes(pid: number): number {
  return (Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1024) / 1e6;
}

function report(result: {
  engineFirstBlock: Spread;
  engineReady: Spread;
  nodeFirstAnswer: Spread;
  playFirstBlock: Spread;
  machine: { true: Spread; node: Spread };
  residentMb: { engine: Spread; node: Spread };
}): string {
  const row = (name: string, { min, median, max }: Spread, unit: string): string[] => [
    name,
    ...[min, median, max].map((value) => value.toFixed(1).padStart(8)),
    unit,
  ];
  const ratio = (one: Spread, other: Spread): string => (one.median / other.median).toFixed(1);
  return [
    table([
      ["", "     min", "  median", "     max", ""],
      row("engine: start to first block", result.engineFirstBlock, "ms"),
      row("engine: start to READY", result.engineReady, "ms"),
      row("Node: start to first answer", result.nodeFirstAnswer, "ms"),
      row("deploy/play: start to first block", result.playFirstBlock, "ms"),
      row("this machine: /bin/true", result.machine.true, "ms"),
      row("this machine: node -e 0", result.machine.node, "ms"),
      row("engine: resident", result.residentMb.engine, "MB"),
      row("Node: resident", result.residentMb.node, "MB"),
    ]),
    "",
    `${result.engineFirstBlock.runs} runs. The engine's first block takes as long as ${ratio(result.engineFirstBlock, result.machine.true)} /bin/true, Node's first answer as ${ratio(result.nodeFirstAnswer, result.machine.node)} node -e 0.`,
  ].join("\n");
}
