// SPDX-License-Identifier: GPL-3.0-or-later
// How Links begin and end: one act for each argument, its facts printed as one JSON object.
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Link } from "../../../engine/link/link.ts";

/** What each Link of a worker asks for; it begins with 100. */
const ASKED_BPM = 101;

const tell = (facts: Record<string, unknown>): void =>
  void process.stdout.write(`${JSON.stringify(facts)}\n`);

/** Threads and open files of this process. */
function held(): { readonly threads: number; readonly files: number } {
  return {
    threads: readdirSync("/proc/self/task").length,
    files: readdirSync("/proc/self/fd").length,
  };
}

async function settled(isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 500 && !isSo(); round += 1) await sleep(10);
}

function commitTempo(link: Link, bpm: number): void {
  const state = link.captureAppSessionState();
  state.setTempo(bpm, link.clock().micros());
  link.commitAppSessionState(state);
}

/** An enabled Link with callbacks, and nothing else to do. */
function idle(): void {
  const link = new Link(120);
  for (const set of ["setNumPeersCallback", "setTempoCallback", "setStartStopCallback"] as const)
    link[set](() => undefined);
  link.enable(true);
  commitTempo(link, 130);
  tell({ isEnabled: link.isEnabled() });
}

/** Made, used and closed, again and again. */
async function cycles(): Promise<void> {
  const count = Number(process.argv[3]);
  let slowestMs = 0;
  const round = async (index: number): Promise<void> => {
    const link = new Link(120);
    link.setTempoCallback(() => undefined);
    if (index % 20 === 0) link.enable(true);
    commitTempo(link, 100 + (index % 100));
    const from = performance.now();
    link.close();
    slowestMs = Math.max(slowestMs, performance.now() - from);
    if (index % 10 === 0) await sleep(0);
  };
  for (let index = 0; index < count / 4; index += 1) await round(index);
  globalThis.gc?.();
  await sleep(200);
  const before = { ...held(), rss: process.memoryUsage().rss };
  slowestMs = 0;
  const from = performance.now();
  for (let index = 0; index < count; index += 1) await round(index);
  const eachMs = (performance.now() - from) / count;
  globalThis.gc?.();
  await sleep(200);
  tell({ before, after: { ...held(), rss: process.memoryUsage().rss }, eachMs, slowestMs });
}

/** Links that nobody closes or refers to any more. */
async function garbage(): Promise<void> {
  const before = held();
  const states = [];
  for (let index = 0; index < 50; index += 1) {
    const link = new Link(120);
    link.setTempoCallback((bpm) => link.clock().microsToTicks(BigInt(Math.round(bpm))));
    // In this order: Link begins a session when it is enabled, and shows that one's tempo until it has taken a newer.
    commitTempo(link, 121);
    link.enable(index % 5 === 0);
    if (index % 10 === 0) states.push(link.captureAppSessionState());
  }
  const most = held();
  await sleep(100);
  await settled(() => {
    globalThis.gc?.();
    return held().threads <= before.threads;
  });
  tell({ before, most, after: held(), tempos: states.map((state) => state.tempo()) });
}

/** Links inside workers that end by themselves, by process.exit and by being terminated. */
async function workers(): Promise<void> {
  const own = new Link(120);
  own.enable(true);
  const before = held();
  const told: unknown[] = [];
  const exits: number[] = [];
  for (const end of ["by itself", "exit", "terminate", "while it is called"]) {
    const worker = new Worker(new URL(import.meta.url), { workerData: end });
    const ended = new Promise<number>((resolve) => worker.once("exit", resolve));
    await new Promise<void>((resolve) =>
      worker.on("message", (message: { readonly bpm: number }) => {
        told.push(message);
        if (message.bpm >= ASKED_BPM) resolve();
      }),
    );
    if (end.startsWith("terminate") || end.startsWith("while")) await worker.terminate();
    exits.push(await ended);
  }
  await settled(() => held().threads <= before.threads);
  tell({ before, after: held(), told, exits, isOwnEnabled: own.isEnabled() });
  own.close();
}

function work(end: string): void {
  const link = new Link(100);
  link.enable(true);
  // Callbacks are no reason to live on; a timer is.
  const alive = setTimeout(() => undefined, 60_000);
  // Who meets another on its way takes that one's tempo: it asks until it is told its own.
  const ask = (): void => commitTempo(link, ASKED_BPM);
  const asking = setInterval(ask, 50).unref();
  link.setTempoCallback((bpm) => {
    parentPort?.postMessage({ end, bpm });
    if (bpm < ASKED_BPM) return;
    clearInterval(asking);
    link.setTempoCallback(null);
    if (end === "exit") process.exit(0);
    if (end === "by itself") clearTimeout(alive);
  });
  ask();
  if (end !== "while it is called") return;
  alive.unref();
  let bpm = 102;
  const busy = (): void => {
    bpm += 0.01;
    commitTempo(link, bpm);
    setImmediate(busy);
  };
  busy();
}

/** Many workers that are ended while Link calls back. */
async function storm(): Promise<void> {
  const before = held();
  for (let round = 0; round < 6; round += 1) {
    const all = [0, 1, 2].map(
      () => new Worker(new URL(import.meta.url), { workerData: "while it is called" }),
    );
    await Promise.all(all.map((worker) => new Promise((resolve) => worker.once("message", resolve))));
    await sleep(round * 5);
    await Promise.all(all.map((worker) => worker.terminate()));
  }
  await settled(() => held().threads <= before.threads);
  tell({ before, after: held() });
}

/** A callback that throws, with others after it. */
async function throwing(): Promise<void> {
  const thrown: string[] = [];
  const told: string[] = [];
  process.on("uncaughtException", (error) => thrown.push(error.message));
  const link = new Link(120);
  link.setTempoCallback(() => {
    throw new Error("from the callback");
  });
  link.setStartStopCallback(() => told.push("playing"));
  const state = link.captureAppSessionState();
  state.setTempo(130, link.clock().micros());
  state.setIsPlaying(true, link.clock().micros());
  link.commitAppSessionState(state);
  await settled(() => told.length > 0 && thrown.length > 0);
  tell({ thrown, told });
  link.close();
}

/** A thousand changes while the event loop stands still for a second. */
async function burst(): Promise<void> {
  using link = new Link(120);
  const tempos: number[] = [];
  link.setTempoCallback((bpm) => tempos.push(bpm));
  const from = performance.now();
  let bpm = 200;
  for (let count = 0; count < 1000; count += 1) {
    bpm += 0.5;
    commitTempo(link, bpm);
    while (performance.now() < from + count);
  }
  await settled(() => tempos.at(-1) === bpm);
  tell({ calls: tempos.length, last: tempos.at(-1), bpm });
}

const ACTS: Readonly<Record<string, () => void | Promise<void>>> = {
  idle,
  cycles,
  garbage,
  workers,
  storm,
  throwing,
  burst,
};

if (isMainThread) await ACTS[process.argv[2] ?? ""]?.();
else work(workerData as string);
