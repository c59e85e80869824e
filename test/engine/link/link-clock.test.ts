// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { expect, test } from "vitest";
import { LinkClock } from "../../../engine/link/link-clock.ts";

const clock = new LinkClock();

test("it counts microseconds, never backwards, as fast as the process's own clock", async () => {
  const ownStart = performance.now();
  const start = clock.micros();
  let last = start;
  for (let round = 0; round < 1000; round += 1) {
    const now = clock.micros();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  const passedMs = Number(clock.micros() - start) / 1000;
  expect(passedMs).toBeGreaterThan(195);
  expect(Math.abs(passedMs - (performance.now() - ownStart))).toBeLessThan(20);
});

test("ticks and microseconds are one clock", () => {
  for (let round = 0; round < 100; round += 1) {
    const before = clock.micros();
    const between = clock.ticksToMicros(clock.ticks());
    const after = clock.micros();
    // A microsecond is lost where a tick is none of whole nanoseconds.
    expect(between).toBeGreaterThanOrEqual(before - 1n);
    expect(between).toBeLessThanOrEqual(after + 1n);
  }
});

test("a microsecond survives the way to ticks and back", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 53n }), (micros) => {
      const back = clock.ticksToMicros(clock.microsToTicks(micros));
      const lost = back > micros ? back - micros : micros - back;
      expect(lost).toBeLessThanOrEqual(process.platform === "linux" ? 0n : 1n);
    }),
  );
});

test("numbers, and times too far away, are refused", () => {
  expect(() => clock.microsToTicks(5 as never)).toThrow(
    "LinkClock.microsToTicks: micros: expected microseconds of Link's clock as a bigint, such as link.clock().micros(), got 5 (number)",
  );
  expect(() => clock.ticksToMicros(5 as never)).toThrow(
    "LinkClock.ticksToMicros: ticks: expected ticks as a bigint, such as clock.ticks(), got 5 (number)",
  );
  expect(() => clock.microsToTicks(2n ** 53n + 1n)).toThrow(
    "LinkClock.microsToTicks: micros: expected -9007",
  );
  expect(() => clock.ticksToMicros(2n ** 64n)).toThrow("LinkClock.ticksToMicros: ticks: expected -9007");
});
