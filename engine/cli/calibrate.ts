// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat link calibrate`: how long sound really takes, measured from an output back to an input.
import { setTimeout as sleep } from "node:timers/promises";
import { findPlaces } from "../app/places.ts";
import { AppError } from "../base/errors.ts";
import { visibleText } from "../base/visible-text.ts";
import { EngineClient } from "../binding/engine-client.ts";
import type { CalibrationStatus, EngineStatus } from "../binding/engine-status.ts";
import { writeSetting } from "../config/write-setting.ts";
import { table } from "./table.ts";

const ASK_MS = 100;
const PATIENCE_MS = 15_000;
const KEY = "audio.latencyOffsetMs";

type Done = Extract<CalibrationStatus, { readonly state: "done" }>;

export interface CalibrateOptions {
  readonly state?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly write?: boolean;
}

export async function calibrate(options: CalibrateOptions): Promise<number> {
  const places = findPlaces(options);
  const client = await EngineClient.connect(places.stateFolder, "observer", "downbeat link calibrate");
  let found: Done;
  try {
    await client.request("calibrate");
    found = await result(client);
  } finally {
    client.close();
  }
  const value = offsetOf(found);
  if (options.write === true) await writeSetting(places.settingsFile, KEY, value);
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ ...found, latencyOffsetMs: value }, null, 2)}\n`
      : `${calibrationText(found, options.write === true ? places.settingsFile : null)}\n`,
  );
  return 0;
}

async function result(client: EngineClient): Promise<Done> {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(ASK_MS)) {
    const { calibration } = ((await client.request("status")).status as EngineStatus).audio;
    if (calibration?.state === "done") return calibration;
    if (calibration?.state === "failed") throw new AppError("CALIBRATION_FAILED", calibration.sentence);
  }
  throw new AppError("ENGINE_TIMEOUT", `the engine did not finish measuring within ${PATIENCE_MS / 1000} s`);
}

/** Hundredths of a millisecond: half a frame. */
function offsetOf(found: Done): number {
  return Math.round(found.latencyOffsetMs * 100) / 100;
}

/** @param file - where it was written, or null when it is to be pasted */
export function calibrationText(found: Done, file: string | null): string {
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  const rows = [
    ["Round trip", `${found.roundTripFrames} frames, ${ms(found.roundTripMs)}`],
    ["The device says", `${found.statedFrames} frames, ${ms(found.statedMs)}, there and back`],
    ["Not told", `${ms(found.roundTripMs - found.statedMs)}, half of it on the way to the loudspeaker`],
    [
      "Signal",
      `${(20 * Math.log10(Math.abs(found.gain))).toFixed(1)} dB, clear by ${found.clarity.toFixed(0)}`,
    ],
  ];
  const line = `audio:\n  latencyOffsetMs: ${offsetOf(found)}`;
  return `${table(rows)}\n\n${file === null ? `In the settings:\n${line}` : `Written to ${visibleText(file)}:\n${line}`}`;
}
