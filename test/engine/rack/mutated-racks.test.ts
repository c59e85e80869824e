// SPDX-License-Identifier: GPL-3.0-or-later
// Racks that a careless hand, a bad disk or a hostile one has touched: a plan or problems, never a throw,
// never a wait.
import { expect, test } from "vitest";
import { readRackText, smallRack } from "../../support/rack-files.ts";

/** Repeatable dice: mulberry32. */
function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  -0.5,
  9_007_199_254_740_992,
  "",
  "x".repeat(5000),
  "__proto__",
  "kick",
  [],
  {},
  [[[[[[[[]]]]]]]],
  { id: "kick", type: "kick" },
  ["x", "x"],
  "\u0000\ud800",
];

/** One value of the tree, anywhere, becomes a strange one, goes, or is doubled. */
function bendTree(tree: unknown, dice: () => number): void {
  const parents: object[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    parents.push(value);
    for (const inner of Object.values(value)) collect(inner);
  };
  collect(tree);
  const parent = parents[Math.floor(dice() * parents.length)] as Record<string, unknown>;
  const keys = Object.keys(parent);
  const key = keys[Math.floor(dice() * keys.length)];
  if (key === undefined) return;
  const strange = STRANGE[Math.floor(dice() * STRANGE.length)];
  const kind = dice();
  if (kind < 0.6) parent[key] = strange;
  else if (kind < 0.8) delete parent[key];
  else parent[`${key}${Math.floor(dice() * 3)}`] = strange;
}

/** Characters of the text go, double, or become others. */
function bendText(text: string, dice: () => number): string {
  const signs = '{}[]":,-+.0123456789xeE \n\t\\#&*!|>%@`~ün\u0000';
  let bent = text;
  for (let count = 1 + Math.floor(dice() * 4); count > 0; count -= 1) {
    const at = Math.floor(dice() * bent.length);
    const length = Math.floor(dice() * 12);
    const sign = signs[Math.floor(dice() * signs.length)] ?? "";
    bent = bent.slice(0, at) + sign.repeat(Math.floor(dice() * 3)) + bent.slice(at + length);
  }
  return bent;
}

/** Of one file, in milliseconds of the processor: what else the machine does is not counted. */
const LIMIT_MS = 100;

function timed<Result>(work: () => Result): { readonly result: Result; readonly cpuMs: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuMs: (user + system) / 1000 };
}

test("3,000 mutated racks give a plan or problems, each within 100 ms", () => {
  const json = JSON.stringify(smallRack(), null, 1);
  let plans = 0;
  const slow: string[] = [];
  const wrong: string[] = [];
  for (let seed = 1; seed <= 3000; seed += 1) {
    const dice = diceOf(seed);
    const tree = smallRack();
    let file: unknown = tree;
    // A third each: bent values, bent JSON text, bent text read as YAML.
    if (seed % 3 === 0)
      for (let count = 1 + Math.floor(dice() * 3); count > 0; count -= 1) bendTree(tree, dice);
    else file = bendText(json, dice);
    const name = seed % 3 === 2 ? "r.yaml" : "r.json";
    const { result, cpuMs } = timed(() => readRackText(file, name));
    const { plan, problems } = result;
    if (cpuMs > LIMIT_MS) {
      // Compiling and collecting garbage come once; a file that is slow is slow again.
      const again = Math.min(...[1, 2, 3].map(() => timed(() => readRackText(file, name)).cpuMs));
      if (again > LIMIT_MS) slow.push(`seed ${seed}: ${again.toFixed(0)} ms`);
    }
    if (plan !== null) plans += 1;
    const hasError = problems.some((problem) => problem.severity === "error");
    const arePlaced = problems.every(
      ({ line, column, expected, hint }) => line > 0 && column > 0 && `${expected}${hint}` !== "",
    );
    if (hasError !== (plan === null) || !arePlaced) wrong.push(`seed ${seed}: ${JSON.stringify(problems)}`);
  }
  expect(wrong).toEqual([]);
  expect(slow).toEqual([]);
  expect(plans).toBeGreaterThan(0);
  expect(plans).toBeLessThan(3000);
}, 120_000);
