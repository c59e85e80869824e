// SPDX-License-Identifier: GPL-3.0-or-later
// Many readers of the clock at once, and what they cost the server. The readers are
// test/bench/native/clock-readers.cc, one thread on a processor of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { testTool } from "../../support/pty-recorder.ts";

/** The server's and the readers' processors. */
export const SERVER_CORE = "0";
export const READERS_CORE = "1";

/** Of Linux' /proc, in each second. */
const TICKS_PER_SECOND = 100;

export interface AudienceRun {
  /** That were open; fewer than asked for when the server let no more in. */
  readonly clients: number;
  /** Milliseconds between two updates at a reader. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  /** Updates that arrived, of those that should have, in percent. */
  readonly arrivedPercent: number;
  /** Readers whose connection ended. */
  readonly closed: number;
  /** Of one processor, in percent. */
  readonly cpuPercent: number;
  /** Processor time of the server for each update that a reader got, its system calls included. */
  readonly microsPerUpdate: number;
}

export interface AudienceOptions {
  readonly port: number;
  readonly clients: number;
  readonly seconds: number;
  readonly hz: number;
  /** Of the server. */
  readonly pid: number;
}

interface Measured {
  readonly open: number;
  readonly closed: number;
  readonly updates: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export async function runAudience({
  port,
  clients,
  seconds,
  hz,
  pid,
}: AudienceOptions): Promise<AudienceRun> {
  const words = [
    "-c",
    READERS_CORE,
    testTool("clock-readers"),
    String(port),
    String(clients),
    String(seconds),
  ];
  const readers = spawn("taskset", words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(readers, "exit");
  let cpuSeconds = 0;
  let beganMs = 0;
  let lastedSeconds = seconds;
  let measured: Measured | null = null;
  for await (const line of createInterface({ input: readers.stdout })) {
    if (line === "measuring") {
      cpuSeconds = -cpuSecondsOf(pid);
      beganMs = performance.now();
    }
    if (line.startsWith("measured ")) {
      cpuSeconds += cpuSecondsOf(pid);
      lastedSeconds = (performance.now() - beganMs) / 1000;
      measured = JSON.parse(line.slice("measured ".length)) as Measured;
    }
  }
  await ended;
  if (measured === null) throw new Error(`clock-readers did not measure ${clients} clients`);
  return {
    clients: measured.open,
    p50Ms: measured.p50 / 1000,
    p99Ms: measured.p99 / 1000,
    p999Ms: measured.p999 / 1000,
    maxMs: measured.max / 1000,
    arrivedPercent: (100 * measured.updates) / (measured.open * seconds * hz),
    closed: measured.closed,
    cpuPercent: (100 * cpuSeconds) / lastedSeconds,
    microsPerUpdate: (1e6 * cpuSeconds) / Math.max(1, measured.updates),
  };
}

/** Of a process and all its threads, since it was started. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
  return (user + system) / TICKS_PER_SECOND;
}
