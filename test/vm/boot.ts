// SPDX-License-Identifier: GPL-3.0-or-later
// The image boots in a virtual machine, and what it promises is looked at. test/vm/boot makes image and package.
//   node test/vm/boot.ts --image FOLDER --deb FILE [--cuts N] [--many-cuts N] [--control-cuts N] [--seed N] [CHECK...]   all of: boot alone upgrade cuts many-cuts control
import { strict as assert } from "node:assert";
import { parseArgs } from "node:util";
import { checkAlone, checkCard, checkSandbox, checkSystem, checkTimes, plays, say } from "./boot-checks.ts";
import { GuestBox } from "./guest-box.ts";
import { cutManyTimes } from "./many-cuts.ts";
import { type CutResult, cutPower } from "./power-cuts.ts";
import { checkUpgrades } from "./upgrade-checks.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    image: { type: "string" },
    deb: { type: "string" },
    cuts: { type: "string", default: "3" },
    "many-cuts": { type: "string", default: "100" },
    "control-cuts": { type: "string", default: "6" },
    seed: { type: "string", default: "1" },
  },
});
const { image, deb } = values;
if (image === undefined || deb === undefined) throw new Error("expected --image FOLDER and --deb FILE");

/** The same cuts for the same seed: a generator of 32 bits (mulberry32). */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const checks: Readonly<Record<string, (box: GuestBox) => Promise<void>>> = {
  boot: async (box) => {
    await plays(box);
    await checkTimes(box);
    await checkSandbox(box);
    await checkSystem(box);
    await checkCard(box);
  },
  alone: checkAlone,
  upgrade: (box) => checkUpgrades(box, deb),
  cuts: async (box) => told(await cutPower(box, cutting(true, values.cuts))),
  "many-cuts": async (box) => told(await cutManyTimes(box, deb, cutting(true, values["many-cuts"]))),
  control: async (box) => {
    const result = await cutManyTimes(box, deb, cutting(false, values["control-cuts"]));
    say(`without fsync: ${result.cuts} power cuts, ${result.lost.length} lost something`);
    assert.ok(result.lost.length > 0, "a loss would not be seen");
  },
};

const cutting = (hasFsync: boolean, cuts: string) => {
  return { hasFsync, cuts: Number(cuts), random: dice(Number(values.seed)) };
};

function told(result: CutResult): void {
  say(`${result.cuts} power cuts, ${result.acknowledged} writes acknowledged, ${result.lost.length} lost`);
  assert.deepEqual(result.lost, []);
}

const SNAPSHOT_CHECKS = ["many-cuts", "control"];

const names = positionals.length > 0 ? positionals : Object.keys(checks);
/** It takes the machine that was booted before it as it is; the others have a card of their own. */
const goesOn = (index: number): boolean => names[index] === "many-cuts" && names[index - 1] === "boot";

let passed = 0;
let failed = 0;
let box: GuestBox | null = null;
for (const [index, name] of names.entries()) {
  const check = checks[name];
  if (check === undefined)
    throw new Error(`expected one of ${Object.keys(checks).join(", ")}, got "${name}"`);
  say(`--- ${name}`);
  const began = performance.now();
  try {
    if (box === null || !goesOn(index)) {
      box?.[Symbol.dispose]();
      box = new GuestBox(image);
      if (SNAPSHOT_CHECKS.includes(name) || goesOn(index + 1)) box.canSnapshot();
      await box.boot();
    }
    await check(box);
    passed += 1;
  } catch (error) {
    failed += 1;
    console.error(error);
    // The next one begins with a card of its own.
    box?.[Symbol.dispose]();
    box = null;
  }
  say(`--- ${name} took ${Math.round((performance.now() - began) / 1000)} s`);
}
box?.[Symbol.dispose]();
say(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
