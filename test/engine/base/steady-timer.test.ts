// SPDX-License-Identifier: GPL-3.0-or-later
// The steady timer, on a clock that the test turns.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SteadyTimer } from "../../../engine/base/steady-timer.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function timerAt(hz: number) {
  const ticksMs: number[] = [];
  const sinceLast: number[] = [];
  const timer = new SteadyTimer({
    hz,
    monotonicMs: () => performance.now(),
    onTick: (sinceLastMs) => {
      ticksMs.push(performance.now());
      sinceLast.push(sinceLastMs);
    },
  });
  return { timer, ticksMs, sinceLast };
}

test.each([1, 7, 30, 59.94, 120])("%d Hz is kept for ten minutes without drifting", (hz) => {
  const { timer, ticksMs } = timerAt(hz);
  const startMs = performance.now();
  timer.start();
  vi.advanceTimersByTime(600_000);
  timer.stop();
  expect(Math.abs(ticksMs.length - 600 * hz)).toBeLessThanOrEqual(1);
  const last = ticksMs.at(-1) ?? 0;
  // Timeouts have whole milliseconds; the error stays below two, however many ticks there were.
  expect(Math.abs(last - startMs - (ticksMs.length * 1000) / hz)).toBeLessThan(2);
});

test("ticks that were missed are skipped, not made up", () => {
  const { timer, ticksMs, sinceLast } = timerAt(30);
  timer.start();
  vi.advanceTimersByTime(1000);
  const before = ticksMs.length;
  // The process stands still for 2 s: its clock goes on, its timers do not run.
  vi.setSystemTime(Date.now() + 2000);
  const realNow = performance.now.bind(performance);
  const jumped = vi.spyOn(performance, "now").mockImplementation(() => realNow() + 2000);
  vi.advanceTimersByTime(100);
  expect(ticksMs.length - before).toBeLessThanOrEqual(4);
  expect(Math.max(...sinceLast)).toBeGreaterThan(2000);
  jumped.mockRestore();
  timer.stop();
});

test("a stopped timer does not tick, and a started one may be started again", () => {
  const { timer, ticksMs } = timerAt(30);
  expect(timer.isRunning).toBe(false);
  timer.start();
  timer.start();
  vi.advanceTimersByTime(1000);
  expect(ticksMs.length).toBeLessThanOrEqual(30);
  timer.stop();
  timer.stop();
  const count = ticksMs.length;
  vi.advanceTimersByTime(1000);
  expect(ticksMs.length).toBe(count);
  timer.start();
  vi.advanceTimersByTime(1000);
  expect(ticksMs.length).toBeGreaterThan(count + 25);
  timer.stop();
});
