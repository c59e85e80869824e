// SPDX-License-Identifier: GPL-3.0-or-later
// How a script's Links begin and end: they keep nothing alive, leave nothing behind, and bring nobody down.
// Needs root, for a network of their own.
import { afterAll, beforeAll, expect, test } from "vitest";
import { NetworkNamespaces } from "../support/network-namespaces.ts";
import { type Facts, ScriptRun } from "../support/script-run.ts";

let net: NetworkNamespaces;
beforeAll(() => {
  net = NetworkNamespaces.make();
});
afterAll(() => net[Symbol.dispose]());

interface Held {
  readonly threads: number;
  readonly files: number;
  readonly rss: number;
}

/** Runs one act to its end, which it must come to by itself. */
async function act(...args: readonly string[]): Promise<Facts> {
  await using run = ScriptRun.start("test/support/scripts/link-lives.ts", {
    arguments: args,
    inside: net.inside("left"),
    node: ["--expose-gc"],
  });
  const ended = await run.ended;
  expect(`${ended} ${run.trouble}`).toBe("0 ");
  const facts = run.lines.at(-1);
  if (facts === undefined) throw new Error(`${args.join(" ")} told nothing`);
  return facts;
}

test("a process with an enabled Link, callbacks and nothing else to do ends by itself", async () => {
  const from = performance.now();
  expect(await act("idle")).toEqual({ isEnabled: true });
  expect(performance.now() - from).toBeLessThan(10_000);
});

test("Links that are made and closed thousands of times leave no thread, file or memory", async ({
  annotate,
}) => {
  const { before, after, eachMs, slowestMs } = (await act("cycles", "2000")) as unknown as {
    readonly before: Held;
    readonly after: Held;
    readonly eachMs: number;
    readonly slowestMs: number;
  };
  await annotate(
    `${eachMs.toFixed(2)} ms each, slowest close ${slowestMs.toFixed(1)} ms, memory ${((after.rss - before.rss) / 1e6).toFixed(1)} MB more`,
  );
  expect(after.threads).toBeLessThanOrEqual(before.threads);
  expect(after.files).toBeLessThanOrEqual(before.files);
  // 4 KB for each would be 8 MB; V8's own heap breathes by some.
  expect(after.rss - before.rss).toBeLessThan(8e6);
});

test("Links that nobody refers to any more are collected, callbacks and all; their states remain", async () => {
  const { before, most, after, tempos } = (await act("garbage")) as unknown as {
    readonly before: Held;
    readonly most: Held;
    readonly after: Held;
    readonly tempos: number[];
  };
  expect(most.threads).toBeGreaterThanOrEqual(before.threads + 100);
  expect(after.threads).toBeLessThanOrEqual(before.threads);
  expect(tempos).toEqual([121, 121, 121, 121, 121]);
});

test("workers have Links of their own, with callbacks, and take them along however they end", async () => {
  const { before, after, told, exits, isOwnEnabled } = (await act("workers")) as unknown as {
    readonly before: Held;
    readonly after: Held;
    readonly told: readonly { readonly end: string; readonly bpm: number }[];
    readonly exits: readonly number[];
    readonly isOwnEnabled: boolean;
  };
  expect([...new Set(told.map(({ end }) => end))]).toEqual([
    "by itself",
    "exit",
    "terminate",
    "while it is called",
  ]);
  // One that meets another on its way is told first what that one has: 100, as each begins.
  for (const { bpm } of told) expect(bpm === 100 || bpm >= 101, `${bpm}`).toBe(true);
  // And then what it asked for itself.
  for (const end of new Set(told.map((one) => one.end)))
    expect(told.findLast((one) => one.end === end)?.bpm).toBeGreaterThanOrEqual(101);
  // A worker that is terminated ends with 1.
  expect(exits).toEqual([0, 0, 1, 1]);
  expect(after.threads).toBeLessThanOrEqual(before.threads);
  expect(isOwnEnabled).toBe(true);
});

test("workers that are ended in the middle of callbacks bring nobody down", async () => {
  const { before, after } = (await act("storm")) as unknown as {
    readonly before: Held;
    readonly after: Held;
  };
  expect(after.threads).toBeLessThanOrEqual(before.threads);
});

test("what a callback throws is an uncaught exception like any other, and the next callback is called", async () => {
  expect(await act("throwing")).toEqual({ thrown: ["from the callback"], told: ["playing"] });
});

test("a thousand changes while the event loop stands still are a few calls with the newest value", async () => {
  const { calls, last, bpm } = await act("burst");
  expect(calls).toBeLessThanOrEqual(10);
  expect(last).toBe(bpm);
});
