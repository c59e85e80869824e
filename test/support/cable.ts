// SPDX-License-Identifier: GPL-3.0-or-later
// The other end of snd-aloop's cable: what the box plays on `hw:Loopback,0` is heard here.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export const RATE = 48_000;
export const CHANNELS = 2;

/** From now on into a file. The cable has the format of who plays. */
function recorder(file: string): ChildProcess {
  const format = ["-f", "FLOAT_LE", "-c", `${CHANNELS}`, "-r", `${RATE}`, "-t", "raw"];
  return spawn("arecord", ["-q", "-D", "hw:Loopback,1", ...format, "--buffer-time=2000000", file], {
    stdio: "ignore",
  });
}

/** What is heard while something goes on. @returns samples of all channels, interleaved */
export async function heardWhile(file: string, work: () => Promise<void>): Promise<Float32Array> {
  const arecord = recorder(file);
  await work();
  arecord.kill("SIGINT");
  await new Promise((resolve) => arecord.once("close", resolve));
  const bytes = readFileSync(file);
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(4 * i));
}
