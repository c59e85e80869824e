// SPDX-License-Identifier: GPL-3.0-or-later
// How many clients can follow the clock? WebSocket readers at 30 Hz, the server on one processor and the
// readers on another: how evenly the updates come and what the server costs; the same interface served by
// FastAPI and uvicorn (test/bench/peers/fastapi_clock.py); and whether the engine's MIDI clock notices.
//   npm run bench:transport -- [--seconds 15] [--clients 100,500,1000,2000] [--peer-clients 50,100,200,500] [--json]
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { projectFolder } from "../../engine/binding/places.ts";
import { table } from "../../engine/cli/table.ts";
import { PtyRecorder } from "../support/pty-recorder.ts";
import { eventually, RunningBox, transportOf } from "../support/running-box.ts";
import { type AudienceRun, runAudience, SERVER_CORE } from "./support/clock-audience.ts";

const HZ = 30;
const SAME = 1.05; // within 5 percent
/** Debian's, which has the packages. */
const PYTHON = "/usr/bin/python3";

interface EngineLateness {
  readonly ticks: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly maxMicros: number;
  readonly lateCallbacks: number;
}

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "15" },
    clients: { type: "string", default: "100,500,1000,2000" },
    "peer-clients": { type: "string", default: "50,100,200,500,1000,2000" },
    json: { type: "boolean", default: false },
  },
});
const seconds = Number(options.seconds);
const counts = options.clients.split(",").map(Number);
const peerCounts = options["peer-clients"].split(",").map(Number);

const idle = await measureBox(0);
const ours: AudienceRun[] = [];
let crowded = idle.lateness;
for (const clients of counts) {
  const { run, lateness } = await measureBox(clients);
  if (run !== null) ours.push(run);
  crowded = lateness;
}
const peers = await measurePeer();
const result = { hz: HZ, seconds, downbeat: ours, fastapi: peers, engine: { idle: idle.lateness, crowded } };
process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${report()}\n`);

/** A box of its own for each run: the engine counts its lateness from its start. */
async function measureBox(clients: number): Promise<{ run: AudienceRun | null; lateness: EngineLateness }> {
  const recorder = await PtyRecorder.start();
  try {
    await using box = await RunningBox.start({
      settings: {
        "http.clockHz": HZ,
        "http.maxClients": 4096,
        "midi.virtualPort": null,
        "midi.ports": [{ id: "bench", kind: "serial", name: recorder.path }],
      },
      inside: ["taskset", "-c", SERVER_CORE],
    });
    // The engine is not the server: it may run where it likes.
    const { pid } = (await box.status()).engine;
    execFileSync("taskset", ["-a", "-c", "-p", "0-1", String(pid)], { stdio: "ignore" });
    const server = { port: Number(new URL(box.url).port), pid: box.node.pid ?? 0 };
    const run = clients === 0 ? null : await runAudience({ ...server, clients, seconds, hz: HZ });
    if (clients === 0) await sleep((seconds + 2) * 1000);
    const status = await box.status();
    const { count, p50Micros, p99Micros, maxMicros } = status.midi.clock;
    const { lateCallbacks } = transportOf(status);
    return { run, lateness: { ticks: count, p50Micros, p99Micros, maxMicros, lateCallbacks } };
  } finally {
    await recorder.stop();
  }
}

async function measurePeer(): Promise<AudienceRun[]> {
  const port = await freePort();
  const script = path.join(projectFolder(), "test", "bench", "peers", "fastapi_clock.py");
  const words = ["-c", SERVER_CORE, PYTHON, script, String(port), String(HZ)];
  const server = spawn("taskset", words, { stdio: ["ignore", "inherit", "inherit"] });
  const runs: AudienceRun[] = [];
  try {
    await eventually("uvicorn serves", () =>
      fetch(`http://127.0.0.1:${port}/transport/status`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    for (const clients of peerCounts)
      runs.push(await runAudience({ port, pid: server.pid ?? 0, clients, seconds, hz: HZ }));
  } finally {
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  }
  return runs;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

function report(): string {
  const row = (name: string, run: AudienceRun): string[] => [
    name,
    String(run.clients).padStart(7),
    ...[run.p50Ms, run.p99Ms, run.p999Ms, run.maxMs].map((value) => value.toFixed(1).padStart(7)),
    run.arrivedPercent.toFixed(1).padStart(9),
    run.cpuPercent.toFixed(0).padStart(6),
    run.microsPerUpdate.toFixed(1).padStart(12),
  ];
  const { idle: alone, crowded: full } = result.engine;
  const engineRow = (name: string, late: EngineLateness): string[] => [
    name,
    ...[late.ticks, late.p50Micros, late.p99Micros, late.maxMicros, late.lateCallbacks].map((value) =>
      value.toFixed(0).padStart(7),
    ),
  ];
  return [
    `Milliseconds between two updates at ${HZ} Hz (${(1000 / HZ).toFixed(1)} is even), ${seconds} s each:`,
    table([
      ["", "clients", "    p50", "    p99", "  p99.9", "    max", "arrived %", " cpu %", "us an update"],
      ...ours.map((run) => row("downbeat", run)),
      ...peers.map((run) => row("fastapi", run)),
    ]),
    ...peers.flatMap(sameAsPeer),
    "",
    "The engine's MIDI clock meanwhile, microseconds late:",
    table([
      ["", "  ticks", "    p50", "    p99", "    max", "late callbacks"],
      engineRow("no clients", alone),
      engineRow(`${counts.at(-1)} clients`, full),
    ]),
    `p99 with ${counts.at(-1)} clients over that with none: ${(full.p99Micros / Math.max(1, alone.p99Micros)).toFixed(2)}`,
  ].join("\n");
}

/** How many of our clients get updates as evenly as so many of the peer's. */
function sameAsPeer({ clients, p99Ms }: AudienceRun): string[] {
  const best = ours.findLast((run) => run.p99Ms <= p99Ms * SAME);
  if (best === undefined) return [];
  return [
    `As even as ${clients} of FastAPI's at p99 (${p99Ms.toFixed(1)} ms): ${best.clients} of ours (${best.p99Ms.toFixed(1)} ms), ${(best.clients / clients).toFixed(1)} times as many.`,
  ];
}
