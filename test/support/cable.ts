// SPDX-License-Identifier: GPL-3.0-or-later
// The other end of snd-aloop's cable: what the box plays on `hw:Loopback,0` is heard here.
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export const RATE = 48_000;
export const CHANNELS = 2;
/** 43 ms: the cable's own clock ticks every 4 ms, and an emulated processor is often held up for longer than a stage would forgive. */
export const CABLE_BLOCK_FRAMES = 2048;

/** What is heard while something goes on, which begins when the recorder hears. @returns samples of all channels, interleaved @throws Error when nobody plays */
export async function heardWhile(file: string, work: () => Promise<void>): Promise<Float32Array> {
  // The cable has the format of who plays.
  const format = ["-f", "FLOAT_LE", "-c", `${CHANNELS}`, "-r", `${RATE}`, "-t", "raw"];
  const recorder = spawn("arecord", ["-D", "hw:Loopback,1", ...format, "--buffer-time=2000000", file], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  recorder.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const ended = new Promise((resolve) => recorder.once("close", resolve));
  const heard = async (): Promise<void> => {
    while (recorder.exitCode === null && (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0)
      await sleep(20);
  };
  await heard();
  await Promise.race([work(), ended]);
  if (recorder.exitCode !== null) throw new Error(`arecord ended by itself: ${said}`);
  recorder.kill("SIGINT");
  await ended;
  const bytes = readFileSync(file);
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(4 * i));
}
