// SPDX-License-Identifier: GPL-3.0-or-later
// How far two folders of stems are apart, stem by stem, in decibels of full scale: compare.ts PLAN ONE OTHER
// docs/performance.md says how much is allowed, and why there is anything.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Plan } from "../../engine/binding/plan/plan.ts";
import { readWav } from "../support/wav-file.ts";

/** As loud as the last bit of a sound file of 16 bits. */
const TOLERANCE_DB = -96;

const [planFile, one, other] = process.argv.slice(2);
if (planFile === undefined || one === undefined || other === undefined)
  throw new Error("compare.ts: expected a plan and two folders");
const { session } = JSON.parse(readFileSync(planFile, "utf8")) as Plan;
const types = new Map(
  session.racks.map(({ id, nodes }) => [id, nodes.map(({ type }) => type).join(", ")] as const),
);

function samplesOf(folder: string, name: string): Float32Array {
  const { data, bitsPerSample } = readWav(path.join(folder, name));
  if (bitsPerSample !== 32) throw new Error(`${name}: expected 32 bits, got ${bitsPerSample}`);
  return Float32Array.from({ length: data.length / 4 }, (_, i) => data.readFloatLE(4 * i));
}

const db = (value: number): number => 20 * Math.log10(value);
let isFar = false;
let same = 0;
const names = readdirSync(one).sort();
if (names.join() !== readdirSync(other).sort().join()) throw new Error("expected the same stems in both");
for (const name of names) {
  const a = samplesOf(one, name);
  const b = samplesOf(other, name);
  if (a.length !== b.length) throw new Error(`${name}: ${a.length} and ${b.length} samples`);
  const largest = a.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (b[i] ?? 0))), 0);
  // A sample that is no number is far from everything.
  const isSame = a.every((sample, i) => sample === b[i]);
  if (isSame) same += 1;
  else console.log(`${name} (${types.get(path.parse(name).name) ?? "mix"}): ${db(largest).toFixed(1)} dB`);
  isFar ||= !isSame && !(db(largest) < TOLERANCE_DB);
}
console.log(`${same} of ${names.length} are the same to the bit`);
process.exit(isFar || names.length === 0 ? 1 : 0);
