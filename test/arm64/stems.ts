// SPDX-License-Identifier: GPL-3.0-or-later
// Renders a plan, one file for each of its racks, with the engine of whatever processor this runs on: stems.ts PLAN FOLDER
import { mkdirSync, readFileSync } from "node:fs";
import { renderPlan } from "../../engine/binding/addon.ts";

const SAMPLE_RATE = 48_000;
const SECONDS = 8;

const [plan, folder] = process.argv.slice(2);
if (plan === undefined || folder === undefined) throw new Error("stems.ts: expected a plan and a folder");
mkdirSync(folder, { recursive: true });
const { promise } = renderPlan(readFileSync(plan, "utf8"), {
  path: `${folder}/mix.wav`,
  stemFolder: folder,
  sampleRate: SAMPLE_RATE,
  frames: SECONDS * SAMPLE_RATE,
});
const { stems, peak } = await promise;
console.log(`${folder}: ${stems.length} stems, peak ${peak.toFixed(3)}`);
