// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes become samples: the addon renders them, and what it wrote is read back.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { buildPlan } from "../../../engine/app/session-source.ts";
import { renderPlan } from "../../../engine/binding/addon.ts";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import { DEFAULT_SETTINGS } from "../../../engine/config/schema.ts";
import { readWav } from "../../../test/support/wav-file.ts";
import { planOf, RACK_GAIN, RATE, type Types } from "./scene-plan.ts";
import { FILE_IN, FILE_OUT, type Scene } from "./scenes.ts";

/** The left side; 1 is full scale. */
export type Sound = Float32Array;

export interface Heard {
  readonly input: Sound | null;
  readonly output: Sound;
}

/** @param folder - temporary, for the files of the scene */
export async function hear(type: string, scene: Scene, types: Types, folder: string): Promise<Heard> {
  const frames = (scene.lengthMs * RATE) / 1000;
  let input: Sound | null = null;
  if (scene.source !== undefined) {
    input = await render(planOf(type, scene, types, folder, true), frames, folder);
    writeFileSync(path.join(folder, FILE_IN), wavOf(input));
  }
  let output = await render(planOf(type, scene, types, folder, false), frames, folder);
  if (scene.isFileShown) {
    output = new Float32Array(frames);
    output.set(leftOf(path.join(folder, FILE_OUT)).subarray(0, frames));
  }
  return { input, output };
}

async function render(session: SessionPlan, frames: number, folder: string): Promise<Sound> {
  const file = path.join(folder, "mix.wav");
  const { plan } = buildPlan(DEFAULT_SETTINGS, session, { isNull: true });
  const text = JSON.stringify(plan);
  const options = { path: file, sampleRate: RATE, threads: 1, blockFrames: 64 };
  const { latencyFrames } = await renderPlan(text, { ...options, frames }).promise;
  await renderPlan(text, { ...options, frames: frames + latencyFrames }).promise;
  const gain = RACK_GAIN * plan.session.master.gain;
  return leftOf(file)
    .subarray(latencyFrames)
    .map((value) => value / gain);
}

function leftOf(file: string): Sound {
  const { data, frames, channels, bitsPerSample } = readWav(file);
  if (bitsPerSample !== 32) throw new Error(`${file}: expected 32 bits, got ${bitsPerSample}`);
  return Float32Array.from({ length: frames }, (_, i) => data.readFloatLE(4 * channels * i));
}

/** One channel of 32-bit float. */
function wavOf(sound: Sound): Buffer {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + 4 * sound.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(3, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(4 * RATE, 28);
  head.writeUInt16LE(4, 32);
  head.writeUInt16LE(32, 34);
  head.write("data", 36);
  head.writeUInt32LE(4 * sound.length, 40);
  return Buffer.concat([head, Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength)]);
}
