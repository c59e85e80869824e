// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat render`: a session or rack as a sound file, faster than time, with the samples that live
// play would make.
import path from "node:path";
import { buildPlan, loadSession } from "../app/session-source.ts";
import { AppError } from "../base/errors.ts";
import { renderPlan } from "../binding/addon.ts";
import { formatProblem } from "../config/problem.ts";
import { DEFAULT_SETTINGS } from "../config/schema.ts";
import { numberOption } from "./numbers.ts";

interface RenderVerbOptions {
  readonly out: string;
  readonly bars?: string;
  readonly seconds?: string;
  readonly rate?: string;
  readonly json?: boolean;
}

const BEATS_PER_BAR = 4;
const BAR_WIDTH = 30;

export async function renderVerb(file: string, options: RenderVerbOptions): Promise<number> {
  if (options.bars !== undefined && options.seconds !== undefined)
    throw new AppError("WRONG_USE", "--bars and --seconds: expected one of them, got both");
  const result = await loadSession(path.resolve(file));
  for (const problem of result.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (result.plan === null || result.facts === null) return 1;
  const { plan } = buildPlan(DEFAULT_SETTINGS, result.plan, true);
  const sampleRate =
    options.rate === undefined
      ? result.facts.sampleRate
      : numberOption("--rate", options.rate, 8000, 192_000, "Hz");
  const beats =
    options.bars === undefined
      ? result.facts.lengthBeats
      : numberOption("--bars", options.bars, 0.001, 100_000, "bars") * BEATS_PER_BAR;
  const ownSeconds =
    options.bars === undefined && result.facts.durationSec > 0
      ? result.facts.durationSec
      : secondsOf(plan.session.tempoMap, beats);
  const seconds =
    options.seconds === undefined
      ? ownSeconds
      : numberOption("--seconds", options.seconds, 0.001, 360_000, "s");
  const frames = Math.round(seconds * sampleRate);
  if (frames < 1)
    throw new AppError("WRONG_USE", `${file}: it has no length of its own. Give --bars or --seconds`);

  const isTerminal = process.stderr.isTTY === true && options.json !== true;
  const rendering = renderPlan(
    JSON.stringify(plan),
    { path: path.resolve(options.out), sampleRate, frames },
    isTerminal ? showProgress : undefined,
  );
  process.once("SIGINT", () => rendering.cancel());
  const rendered = await rendering.promise;
  if (isTerminal) process.stderr.write("\r\x1b[2K");
  const peakDb = rendered.peak > 0 ? 20 * Math.log10(rendered.peak) : Number.NEGATIVE_INFINITY;
  if (options.json === true)
    process.stdout.write(
      `${JSON.stringify({ file: path.resolve(options.out), ...rendered, seconds: rendered.frames / sampleRate })}\n`,
    );
  else
    process.stdout.write(
      `${options.out}: ${(rendered.frames / sampleRate).toFixed(3)} s, ${rendered.frames} frames at ${sampleRate} Hz, peak ${peakDb.toFixed(1)} dBFS\n`,
    );
  return 0;
}

/** Seconds from beat 0 to `beats`, along a tempo map. */
function secondsOf(
  tempoMap: readonly { readonly beat: number; readonly bpm: number }[],
  beats: number,
): number {
  let seconds = 0;
  tempoMap.forEach((point, i) => {
    const from = i === 0 ? 0 : Math.min(point.beat, beats);
    const to = Math.min(tempoMap[i + 1]?.beat ?? beats, beats);
    if (to > from) seconds += ((to - from) * 60) / point.bpm;
  });
  return seconds;
}

function showProgress(ratio: number): void {
  const filled = Math.round(ratio * BAR_WIDTH);
  process.stderr.write(
    `\r[${"#".repeat(filled)}${" ".repeat(BAR_WIDTH - filled)}] ${Math.round(ratio * 100)} %`,
  );
}
