// SPDX-License-Identifier: GPL-3.0-or-later
// One Link by itself, off the network: what it is at first, what it refuses, its callbacks, its end.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { type AppError, isAppError } from "../../../engine/base/errors.ts";
import { Link } from "../../../engine/link/link.ts";
import { eventually } from "../../support/running-box.ts";

function newLink(bpm = 120): Link {
  const link = new Link(bpm);
  onTestFinished(() => link.close());
  return link;
}

function errorOf(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (isAppError(error)) return error;
    throw error;
  }
  throw new Error("expected an AppError, and nothing was thrown");
}

/** As a script without types would call it. */
const untyped = (value: unknown) => value as never;

test("a new Link is off, alone, without start-stop sync, stopped, and at its tempo", () => {
  const link = newLink(133.7);
  expect(link.isEnabled()).toBe(false);
  expect(link.isStartStopSyncEnabled()).toBe(false);
  expect(link.numPeers()).toBe(0);
  const state = link.captureAppSessionState();
  expect(state.tempo()).toBe(133.7);
  expect(state.isPlaying()).toBe(false);
});

test("start-stop sync is switched on and off", () => {
  const link = newLink();
  link.enableStartStopSync(true);
  expect(link.isStartStopSyncEnabled()).toBe(true);
  link.enableStartStopSync(false);
  expect(link.isStartStopSyncEnabled()).toBe(false);
});

test.each([
  [19.99, "OUT_OF_RANGE", "new Link: bpm: expected 20 to 999 bpm, got 19.99 (number)"],
  [1000, "OUT_OF_RANGE", "new Link: bpm: expected 20 to 999 bpm, got 1000 (number)"],
  [Infinity, "OUT_OF_RANGE", "new Link: bpm: expected 20 to 999 bpm, got Infinity (number)"],
  [NaN, "ARGUMENT_INVALID", "new Link: bpm: expected 20 to 999 bpm, got NaN"],
  ["120", "ARGUMENT_INVALID", 'new Link: bpm: expected 20 to 999 bpm, got "120" (string)'],
  [120n, "ARGUMENT_INVALID", "new Link: bpm: expected 20 to 999 bpm, got 120n (bigint)"],
  [undefined, "ARGUMENT_INVALID", "new Link: bpm: expected 20 to 999 bpm, got undefined"],
])("a Link at %s bpm is refused: %s", (bpm, code, message) => {
  const error = errorOf(() => new Link(untyped(bpm)));
  expect(error.code).toBe(code);
  expect(error.message).toBe(message);
});

test("switches take true and false, callbacks functions, commits states; anything else is named", () => {
  const link = newLink();
  expect(errorOf(() => link.enable(untyped(1))).message).toBe(
    "Link.enable: isEnabled: expected true or false, got 1 (number)",
  );
  expect(errorOf(() => link.enableStartStopSync(untyped("on"))).message).toBe(
    'Link.enableStartStopSync: isEnabled: expected true or false, got "on" (string)',
  );
  expect(errorOf(() => link.setTempoCallback(untyped({}))).message).toBe(
    "Link.setTempoCallback: callback: expected a function, or null to remove it, got an object",
  );
  expect(errorOf(() => link.commitAppSessionState(untyped({ tempo: 120 }))).message).toBe(
    "Link.commitAppSessionState: state: expected a SessionState that was captured from this Link, got an object",
  );
  expect(link.isEnabled()).toBe(false);
});

test("a state of another Link is not committed", () => {
  const link = newLink();
  const state = newLink(90).captureAppSessionState();
  expect(errorOf(() => link.commitAppSessionState(state)).code).toBe("ARGUMENT_INVALID");
  expect(link.captureAppSessionState().tempo()).toBe(120);
});

test("callbacks tell of one's own changes, on the event loop, with the newest value", async () => {
  const link = newLink();
  const tempos: number[] = [];
  const plays: boolean[] = [];
  link.setTempoCallback((bpm) => tempos.push(bpm));
  link.setStartStopCallback((isPlaying) => plays.push(isPlaying));
  for (const bpm of [100, 110, 111]) {
    const state = link.captureAppSessionState();
    state.setTempo(bpm, link.clock().micros());
    state.setIsPlaying(true, link.clock().micros());
    link.commitAppSessionState(state);
  }
  expect(tempos).toEqual([]);
  await eventually("the tempo is told", () => tempos.at(-1) === 111);
  await eventually("play is told", () => plays.at(-1) === true);
  expect(tempos.length).toBeLessThanOrEqual(3);
});

test("a callback takes the place of the one before, and null takes it away", async () => {
  const link = newLink();
  const told: string[] = [];
  const setTempo = (bpm: number): void => {
    const state = link.captureAppSessionState();
    state.setTempo(bpm, link.clock().micros());
    link.commitAppSessionState(state);
  };
  link.setTempoCallback(() => told.push("first"));
  link.setTempoCallback((bpm) => told.push(`second ${bpm}`));
  setTempo(100);
  await eventually("the second is called", () => told.includes("second 100"));
  link.setTempoCallback(null);
  setTempo(101);
  await sleep(100);
  link.setTempoCallback((bpm) => told.push(`third ${bpm}`));
  setTempo(102);
  await eventually("the third is called", () => told.includes("third 102"));
  expect(new Set(told)).toEqual(new Set(["second 100", "third 102"]));
});

test("after close every use names what to do; close again does nothing; states can still be read", () => {
  const link = new Link(120);
  const state = link.captureAppSessionState();
  const clock = link.clock();
  link.close();
  link.close();
  const uses: Record<string, () => unknown> = {
    enable: () => link.enable(true),
    isEnabled: () => link.isEnabled(),
    numPeers: () => link.numPeers(),
    enableStartStopSync: () => link.enableStartStopSync(true),
    isStartStopSyncEnabled: () => link.isStartStopSyncEnabled(),
    setNumPeersCallback: () => link.setNumPeersCallback(null),
    setTempoCallback: () => link.setTempoCallback(null),
    setStartStopCallback: () => link.setStartStopCallback(null),
    clock: () => link.clock(),
    captureAppSessionState: () => link.captureAppSessionState(),
    commitAppSessionState: () => link.commitAppSessionState(state),
  };
  for (const [name, use] of Object.entries(uses)) {
    const error = errorOf(use);
    expect(error.code).toBe("LINK_CLOSED");
    expect(error.message).toContain(`Link.${name}: expected an open Link`);
    expect(error.message).toContain("new Link(bpm)");
  }
  expect(Object.keys(uses).sort()).toEqual(
    Object.getOwnPropertyNames(Link.prototype)
      .filter((name) => !["constructor", "close"].includes(name))
      .sort(),
  );
  expect(state.tempo()).toBe(120);
  expect(clock.micros()).toBeGreaterThan(0n);
});

test("a Link that goes out of its block is closed", () => {
  let kept: Link;
  {
    using link = new Link(120);
    kept = link;
    expect(kept.numPeers()).toBe(0);
  }
  expect(errorOf(() => kept.numPeers()).code).toBe("LINK_CLOSED");
});

test("no callback comes after close, also when the change came before", async () => {
  const link = new Link(120);
  let calls = 0;
  link.setTempoCallback(() => {
    calls += 1;
  });
  const state = link.captureAppSessionState();
  state.setTempo(99, link.clock().micros());
  link.commitAppSessionState(state);
  link.close();
  await sleep(100);
  expect(calls).toBe(0);
});

test("a callback may close its own Link", async () => {
  const link = new Link(120);
  let calls = 0;
  link.setTempoCallback(() => {
    calls += 1;
    link.close();
  });
  link.setStartStopCallback(() => {
    calls += 1;
  });
  const state = link.captureAppSessionState();
  state.setTempo(99, link.clock().micros());
  link.commitAppSessionState(state);
  await eventually("the Link is closed", () => calls > 0);
  await sleep(50);
  expect(calls).toBe(1);
  expect(errorOf(() => link.numPeers()).code).toBe("LINK_CLOSED");
});
