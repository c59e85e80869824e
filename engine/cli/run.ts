// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat run`: plays until it is told to stop.
import path from "node:path";
import { Daemon } from "../app/daemon.ts";
import { type LogHandle, makeServiceLog, makeTerminalLog } from "../app/log.ts";
import { findPlaces } from "../app/places.ts";
import { type LineFacts, StatusLineWriter, statusLine } from "../app/status-line.ts";
import type { TraceWriter } from "../app/trace-writer.ts";
import type { EngineStatus } from "../binding/engine-status.ts";
import { numberOption, wholeNumberOption } from "./numbers.ts";
import { version } from "./version.ts";

interface RunOptions {
  readonly config?: string;
  readonly state?: string;
  readonly port?: string;
  readonly null?: boolean;
  readonly for?: string;
  readonly record?: string;
  readonly attach?: boolean;
  readonly trace?: string;
}

const LINE_EVERY_MS = 100;

export async function runVerb(options: RunOptions): Promise<number> {
  const port = options.port === undefined ? null : wholeNumberOption("--port", options.port, 0, 65_535, "");
  if (options.for !== undefined) numberOption("--for", options.for, 0.001, 1e7, "seconds");
  const isTerminal = process.stdout.isTTY === true;
  const line = isTerminal ? new StatusLineWriter(process.stdout) : null;
  const log: LogHandle =
    line === null ? makeServiceLog("info") : makeTerminalLog("info", (sentence) => line.say(sentence));

  const daemon = new Daemon({
    places: findPlaces(options),
    log,
    version: version(),
    isNull: options.null === true,
    startsEngine: options.attach !== true,
    engineArguments: [
      ...(options.for === undefined ? [] : ["--for", options.for]),
      ...(options.record === undefined ? [] : ["--record", path.resolve(options.record)]),
    ],
    port,
  });
  const over = new Promise<void>((resolve) => {
    daemon.events.on("ended", () => resolve());
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  process.on("SIGHUP", () => void daemon.reload());

  let status: EngineStatus | null = null;
  daemon.events.on("statusChanged", (newest) => {
    status = newest;
  });
  const drawing =
    line === null
      ? null
      : setInterval(
          () => line.show(statusLine(lineFacts(daemon, status), process.stdout.columns || 80)),
          LINE_EVERY_MS,
        );

  const trace = options.trace === undefined ? null : await startTrace(path.resolve(options.trace), daemon);
  await daemon.start();
  await over;
  trace?.stop();
  if (drawing !== null) clearInterval(drawing);
  line?.end();
  await daemon.stop();
  if (line !== null) process.stdout.write("Stopped.\n");
  return 0;
}

async function startTrace(file: string, daemon: Daemon): Promise<TraceWriter> {
  const { TraceWriter: Writer } = await import("../app/trace-writer.ts");
  const trace = new Writer(file, {
    state: () => daemon.face.state,
    telemetry: () => daemon.face.telemetry,
    nodeNames: () => daemon.nodeNames,
  });
  daemon.face.events.on("happened", (event) => trace.note(event));
  trace.start();
  return trace;
}

function lineFacts(daemon: Daemon, status: EngineStatus | null): LineFacts {
  const open = status?.midi.ports.filter((port) => port.state === "open") ?? [];
  return {
    state: daemon.face.isBeating ? daemon.face.state : null,
    ...audioFacts(status),
    midiPorts: open.map((port) => port.id),
    trouble: daemon.troubles[0] ?? null,
  };
}

function audioFacts(status: EngineStatus | null): Pick<LineFacts, "audio" | "audioDetail"> {
  if (status === null) return { audio: "opening", audioDetail: "" };
  const { api, device, sampleRate } = status.audio;
  if (api === "null") return { audio: "no sound", audioDetail: "null driver" };
  return { audio: device, audioDetail: `${api}, ${sampleRate / 1000} kHz` };
}
