// SPDX-License-Identifier: GPL-3.0-or-later
// The four examples of examples/link, run as their reader would, beside a musician who checks them. Needs root.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LinkPlayer, phaseErrorMicros } from "../support/link-player.ts";
import { isNear } from "../support/link-stage.ts";
import { NetworkNamespaces } from "../support/network-namespaces.ts";
import { type Facts, ScriptRun } from "../support/script-run.ts";

const EXAMPLES = ["sync-monitor", "metronome", "quantised-loop", "jam-monitor"] as const;

let net: NetworkNamespaces;
beforeAll(() => {
  net = NetworkNamespaces.make();
});
afterAll(() => net[Symbol.dispose]());

/** Two processes of one kernel, and a busy machine. */
const PHASE_TOLERANCE_MICROS = 1000;
/** A script wakes when the machine lets it; at 120 bpm a sixteenth is 125 ms. */
const LATE_MICROS = 60_000;

function example(name: (typeof EXAMPLES)[number], ...args: readonly string[]): ScriptRun {
  return ScriptRun.start(`examples/link/${name}.ts`, { arguments: args, inside: net.inside("left") });
}

function founderOf(tempo: number): Promise<LinkPlayer> {
  return LinkPlayer.found(tempo, net.inside("right"));
}

const number = (line: Facts, key: string): number => {
  const value = line[key];
  if (typeof value !== "number") throw new Error(`expected a number as ${key} in ${JSON.stringify(line)}`);
  return value;
};

/** The founder's phase at that moment is as the example says. */
async function expectPhase(founder: LinkPlayer, micros: number, phase: number): Promise<void> {
  const theirs = await founder.at(micros);
  expect(phaseErrorMicros(theirs.phase, phase, 4, theirs.tempo)).toBeLessThan(PHASE_TOLERANCE_MICROS);
}

test.each(EXAMPLES)(
  "%s: alone it prints lines and ends by itself; it explains itself and refuses nonsense",
  async (name) => {
    await using run = example(name, "--for", "2.5", "--tempo", "180");
    await using help = example(name, "--help");
    await using wrong = example(name, "--tempo", "fast");
    await using unknown = example(name, "--loud");
    expect(await help.ended).toBe(0);
    for (const option of ["--for SECONDS", "--json", "--tempo BPM", "--quantum BEATS"])
      expect(help.text).toContain(option);
    expect(await wrong.ended).toBe(2);
    expect(wrong.trouble).toContain("--tempo: expected 20 to 999, got fast");
    expect(await unknown.ended).toBe(2);
    expect(await run.ended).toBe(0);
    expect(run.trouble).toBe("");
    expect(run.text.split("\n").length).toBeGreaterThan(1);
  },
);

test("the sync monitor shows the session's tempo, beat and phase, and its peers", async () => {
  await using founder = await founderOf(126);
  await using run = example("sync-monitor", "--for", "4", "--json");
  const line = await run.line("a peer", ({ peers }) => peers === 1);
  const from = run.lines.length;
  await run.line("more lines", () => run.lines.length > from + 8);
  for (const shown of run.lines.slice(from)) {
    expect(isNear(number(shown, "tempo"), 126)).toBe(true);
    expect(number(shown, "phase")).toBeGreaterThanOrEqual(0);
    expect(number(shown, "phase")).toBeLessThan(4);
    await expectPhase(founder, number(shown, "micros"), number(shown, "phase"));
  }
  expect(line.isPlaying).toBe(false);
  const before = run.lines.length;
  await founder.ask({ playing: true, tempo: 140 });
  await run.line(
    "play at 140 bpm",
    (one) => one.isPlaying === true && isNear(number(one, "tempo"), 140),
    before,
  );
  expect(await run.ended).toBe(0);
});

test("the metronome clicks on every beat of the session, strong where its cycle begins, through a tempo change", async ({
  annotate,
}) => {
  await using founder = await founderOf(150);
  await using run = example("metronome", "--for", "7", "--json");
  await founder.hears({ event: "peers", peers: 1 });
  await sleep(300);
  const from = run.lines.length;
  await sleep(2500);
  await founder.ask({ tempo: 200 });
  expect(await run.ended).toBe(0);

  const clicks = run.lines.slice(from).filter(({ click }) => click !== undefined);
  expect(clicks.length).toBeGreaterThan(12);
  expect(clicks.some(({ click }) => click === "strong")).toBe(true);
  for (const [index, click] of clicks.entries()) {
    const beat = number(click, "beat");
    expect(click.click).toBe(((beat % 4) + 4) % 4 === 0 ? "strong" : "weak");
    const next = clicks[index + 1];
    if (next !== undefined) expect(number(next, "beat")).toBe(beat + 1);
  }
  // Only those since the last change: the founder's line has moved on.
  for (const click of clicks.slice(-4))
    await expectPhase(founder, number(click, "dueMicros"), number(click, "phase"));
  const summary = run.lines.at(-1) ?? {};
  await annotate(
    `late by ${number(summary, "lateMicrosP50")} us (median), ${number(summary, "lateMicrosMax")} us (worst)`,
  );
  expect(number(summary, "lateMicrosP50")).toBeLessThan(LATE_MICROS);
});

test("the loop starts where the session's cycle begins, its steps are in phase, and its stop is heard", async () => {
  await using founder = await founderOf(120);
  await using run = example("quantised-loop", "--for", "7", "--json", "--pattern", "X..x");
  const requested = await run.line("the request", ({ event }) => event === "requested");
  expect(requested.peers).toBe(1);
  // A cycle is two seconds.
  expect(number(requested, "inMs")).toBeGreaterThan(-50);
  expect(number(requested, "inMs")).toBeLessThan(2001);
  await founder.hears({ event: "playing", isPlaying: true });
  await expectPhase(founder, number(requested, "startMicros"), 0);
  const started = await run.line("the start", ({ event }) => event === "started");
  expect(number(started, "beat")).toBe(0);
  expect(Math.abs(number(started, "dueMicros") - number(requested, "startMicros"))).toBeLessThan(
    PHASE_TOLERANCE_MICROS,
  );
  expect(Math.abs(number(started, "lateMicros"))).toBeLessThan(LATE_MICROS);
  const third = await run.line("step 3", ({ step }) => step === 3);
  expect(third.mark).toBe("x");
  await expectPhase(founder, number(third, "dueMicros"), 3);
  await founder.hears({ event: "playing", isPlaying: false });
  expect(await run.ended).toBe(0);
});

test("the waiting loop starts in phase when another presses play, and stops with it", async () => {
  await using founder = await founderOf(120);
  await using run = example("quantised-loop", "--for", "12", "--json", "--wait");
  await founder.hears({ event: "peers", peers: 1 });
  await sleep(1500);
  expect(run.lines).toEqual([]);
  await founder.ask({ playing: true });
  const started = await run.line("the start", ({ event }) => event === "started");
  await expectPhase(founder, number(started, "dueMicros"), 0);
  await founder.ask({ playing: false });
  await run.line("the stop", ({ event }) => event === "stopped");
  const steps = run.lines.length;
  await sleep(500);
  expect(run.lines.length).toBe(steps);
});

test("the jam monitor tells who comes and goes, of tempo, start and stop, and how well it holds together", async () => {
  await using run = example("jam-monitor", "--for", "30", "--json", "--tempo", "100");
  await run.line("alone", ({ word }) => word === "alone");
  await using player = await LinkPlayer.start(100, net.inside("right"));
  expect(await run.line("a join", ({ event }) => event === "joined")).toMatchObject({ count: 1, peers: 1 });
  await sleep(500);
  await player.ask({ tempo: 131 });
  const tempo = await run.line(
    "the tempo",
    ({ event, bpm }) => event === "tempo" && isNear(bpm as number, 131),
  );
  expect(isNear(number(tempo, "before"), 100)).toBe(true);
  await player.ask({ playing: true });
  await run.line("play", ({ event }) => event === "started");
  const health = await run.line("good health", ({ word }) => word === "good");
  expect(number(health, "worstMoveMicros")).toBeLessThan(3000);
  await player.ask({ end: "exit" });
  expect(await run.line("the leaving", ({ event }) => event === "left")).toMatchObject({
    count: 1,
    peers: 0,
  });
  await run.line("lost", ({ word }) => word === "lost");
  run.kill("SIGTERM");
  expect(await run.ended).toBe(0);
});
