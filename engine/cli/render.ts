// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat render`: a session or rack as sound files, faster than time, with the samples that live
// play would make.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { buildPlan, loadSession } from "../app/session-source.ts";
import { AppError } from "../base/errors.ts";
import { secondsAt } from "../base/tempo-map.ts";
import { visibleText } from "../base/visible-text.ts";
import { describeLatency, type LatencyReport, type RenderResult, renderPlan } from "../binding/addon.ts";
import type { Plan } from "../binding/plan/plan.ts";
import { loadTolerant } from "../config/load-settings.ts";
import { formatProblem } from "../config/problem.ts";
import { DEFAULT_SETTINGS, type Settings } from "../config/schema.ts";
import { printEvents } from "./event-list.ts";
import { numberOption, wholeNumberOption } from "./numbers.ts";
import { hashSamples } from "./sample-hash.ts";
import { table } from "./table.ts";

interface RenderVerbOptions {
  readonly out?: string;
  readonly bars?: string;
  readonly seconds?: string;
  readonly stems?: string;
  readonly threads?: string;
  readonly rate?: string;
  readonly block?: string;
  readonly tail?: string;
  readonly sha256?: boolean;
  readonly events?: boolean;
  readonly latency?: boolean;
  readonly config?: string;
  readonly json?: boolean;
}

const BEATS_PER_BAR = 4;
const BAR_WIDTH = 30;

export async function renderVerb(file: string, options: RenderVerbOptions): Promise<number> {
  if (options.bars !== undefined && options.seconds !== undefined)
    throw new AppError("WRONG_USE", "--bars and --seconds: expected one of them, got both");
  const hasWork = options.out !== undefined || options.stems !== undefined || options.events === true;
  if (!hasWork && options.latency !== true)
    throw new AppError("WRONG_USE", "expected at least one of --out, --stems, --events and --latency");
  if (options.sha256 === true && options.out === undefined)
    throw new AppError("WRONG_USE", "--sha256: expected --out with it, got none");
  const result = await loadSession(path.resolve(file));
  for (const problem of result.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (result.plan === null || result.facts === null) return 1;
  const { plan, warnings } = buildPlan(await settingsFor(options.config), result.plan, {
    isNull: true,
    profiles: null,
  });
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const sampleRate =
    options.rate === undefined
      ? result.facts.sampleRate
      : numberOption("--rate", options.rate, 8000, 192_000, "Hz");
  const latency = options.latency === true ? describeLatency(JSON.stringify(plan), sampleRate) : undefined;
  if (!hasWork) {
    if (latency !== undefined) sayLatency(latency, sampleRate, options.json === true);
    return 0;
  }
  const seconds = secondsToRender(file, options, plan, result.facts);
  const tail = options.tail === undefined ? 0 : numberOption("--tail", options.tail, 0, 3600, "s");
  const tailFrames = Math.round(tail * sampleRate);
  const frames = Math.round(seconds * sampleRate) + tailFrames;
  if (frames < 1)
    throw new AppError("WRONG_USE", `${file}: it has no length of its own. Give --bars or --seconds`);

  // A folder of our own: in one that others share, the name of a file could be a link of theirs.
  const eventsFolder =
    options.events === true ? mkdtempSync(path.join(tmpdir(), "downbeat-events-")) : undefined;
  const eventsPath = eventsFolder === undefined ? undefined : path.join(eventsFolder, "events.tsv");
  try {
    const rendered = await renderWithProgress(plan, options, { sampleRate, frames, tailFrames, eventsPath });
    const sha256 =
      options.sha256 === true && options.out !== undefined
        ? await hashSamples(path.resolve(options.out))
        : undefined;
    if (options.json === true) {
      const facts = {
        ...(sha256 === undefined ? {} : { sha256 }),
        ...(latency === undefined ? {} : { latency }),
      };
      const out = options.out === undefined ? null : path.resolve(options.out);
      const lengthSeconds = rendered.frames / sampleRate;
      process.stdout.write(
        `${JSON.stringify({ file: out, ...rendered, seconds: lengthSeconds, ...facts })}\n`,
      );
    } else {
      say(options, rendered, sampleRate, sha256);
      if (latency !== undefined) sayLatency(latency, sampleRate, false);
    }
    if (eventsPath !== undefined) await printEvents(eventsPath, options.json === true);
  } finally {
    if (eventsFolder !== undefined) rmSync(eventsFolder, { recursive: true, force: true });
  }
  return 0;
}

/** Live tracks and the ports they know; nothing else of the settings is heard in a file. */
async function settingsFor(config: string | undefined): Promise<Settings> {
  if (config === undefined) return DEFAULT_SETTINGS;
  const loaded = await loadTolerant(path.resolve(config));
  for (const problem of loaded.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  const { sequencer, midi } = loaded.settings;
  return { ...DEFAULT_SETTINGS, sequencer, midi };
}

interface RenderLength {
  readonly sampleRate: number;
  readonly frames: number;
  readonly tailFrames: number;
  readonly eventsPath: string | undefined;
}

/** Either leaves no half file. A second one ends the process as usual. */
const CANCELLING = ["SIGINT", "SIGTERM"] as const;

async function renderWithProgress(
  plan: Plan,
  options: RenderVerbOptions,
  { eventsPath, ...length }: RenderLength,
): Promise<RenderResult> {
  const threads =
    options.threads === undefined
      ? availableParallelism()
      : wholeNumberOption("--threads", options.threads, 1, 256, "");
  const isTerminal = process.stderr.isTTY === true && options.json !== true;
  const rendering = renderPlan(
    JSON.stringify(plan),
    {
      ...length,
      threads,
      ...(options.block === undefined
        ? {}
        : { blockFrames: wholeNumberOption("--block", options.block, 1, 65_536, "frames") }),
      ...(options.out === undefined ? {} : { path: path.resolve(options.out) }),
      ...(options.stems === undefined ? {} : { stemFolder: path.resolve(options.stems) }),
      ...(eventsPath === undefined ? {} : { eventsPath }),
    },
    isTerminal ? showProgress : undefined,
  );
  const cancel = () => rendering.cancel();
  for (const signal of CANCELLING) process.once(signal, cancel);
  try {
    return await rendering.promise;
  } finally {
    for (const signal of CANCELLING) process.off(signal, cancel);
    if (isTerminal) process.stderr.write("\r\x1b[2K");
  }
}

/** Without the tail. */
function secondsToRender(
  file: string,
  options: RenderVerbOptions,
  plan: Plan,
  facts: { readonly durationSec: number; readonly lengthBeats: number },
): number {
  if (options.seconds !== undefined) return numberOption("--seconds", options.seconds, 0.001, 360_000, "s");
  if (options.bars !== undefined) {
    const bars = numberOption("--bars", options.bars, 0.001, 100_000, "bars");
    return secondsAt(plan.session.tempoMap, bars * BEATS_PER_BAR);
  }
  if (facts.durationSec > 0) return facts.durationSec;
  const seconds = secondsAt(plan.session.tempoMap, facts.lengthBeats);
  if (seconds > 0) return seconds;
  throw new AppError("WRONG_USE", `${file}: it has no length of its own. Give --bars or --seconds`);
}

function say(
  options: RenderVerbOptions,
  rendered: RenderResult,
  sampleRate: number,
  sha256: string | undefined,
): void {
  const peakDb = rendered.peak > 0 ? 20 * Math.log10(rendered.peak) : Number.NEGATIVE_INFINITY;
  const what = options.out ?? options.stems;
  if (what !== undefined)
    process.stdout.write(
      `${visibleText(what)}: ${(rendered.frames / sampleRate).toFixed(3)} s, ${rendered.frames} frames at ${sampleRate} Hz, peak ${peakDb.toFixed(1)} dBFS\n`,
    );
  for (const stem of rendered.stems) process.stdout.write(`${visibleText(stem)}\n`);
  if (sha256 !== undefined) process.stdout.write(`sha256 of the samples: ${sha256}\n`);
}

function sayLatency(report: LatencyReport, sampleRate: number, isJson: boolean): void {
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ latency: report })}\n`);
    return;
  }
  const ms = (frames: number) => `${((frames / sampleRate) * 1000).toFixed(2)} ms`;
  const row = (name: string, frames: number) => [name, String(frames), ms(frames)];
  const late = report.nodes.filter((node) => node.frames > 0);
  process.stdout.write(
    `${table([
      ["latency", "frames", ""],
      ...late.map((node) => row(`${node.name} (${node.type})`, node.frames)),
      row("mix", report.mixFrames),
      row("master limiter", report.masterFrames),
      row("total", report.totalFrames),
    ])}\n`,
  );
}

function showProgress(ratio: number): void {
  const filled = Math.round(ratio * BAR_WIDTH);
  process.stderr.write(
    `\r[${"#".repeat(filled)}${" ".repeat(BAR_WIDTH - filled)}] ${Math.round(ratio * 100)} %`,
  );
}
