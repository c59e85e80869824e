// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ServiceManager } from "../../../engine/app/service-manager.ts";
import { SILENT_LOGGER } from "../../../engine/base/logger.ts";

/** What systemd was told, and how long it would wait, in milliseconds. */
const systemd = vi.hoisted(() => ({ told: [] as string[], watchdogMs: null as number | null }));
vi.mock("../../../engine/platform/notify.ts", () => ({
  notify: (message: string) => systemd.told.push(message),
  watchdogMs: () => systemd.watchdogMs,
}));

let isWell: boolean;
let warnings: string[];
let manager: ServiceManager;

beforeEach(() => {
  vi.useFakeTimers();
  systemd.told.length = 0;
  systemd.watchdogMs = 3000;
  isWell = true;
  warnings = [];
  manager = new ServiceManager({
    isWell: () => isWell,
    log: { ...SILENT_LOGGER, warn: (_fields, sentence) => warnings.push(sentence) },
  });
});

afterEach(() => {
  manager.stop();
  vi.useRealTimers();
});

const feeds = (): number => systemd.told.filter((message) => message === "WATCHDOG=1").length;

test("ready is told at the start, stopping at the end, and nothing after that", async () => {
  manager.start();
  expect(systemd.told).toEqual(["READY=1\nSTATUS=serving"]);
  manager.stop();
  expect(systemd.told.at(-1)).toBe("STOPPING=1");
  const count = systemd.told.length;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(systemd.told).toHaveLength(count);
});

test("the watchdog is fed three times in its period", async () => {
  manager.start();
  await vi.advanceTimersByTimeAsync(9000);
  expect(feeds()).toBe(9);
});

test("without a watchdog nothing is fed", async () => {
  systemd.watchdogMs = null;
  manager.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(feeds()).toBe(0);
});

test("a tiny period is fed at most 20 times a second", async () => {
  systemd.watchdogMs = 1;
  manager.start();
  await vi.advanceTimersByTimeAsync(1000);
  expect(feeds()).toBe(20);
});

test("a box that is not well feeds nothing, says why once, and feeds again when it is well", async () => {
  manager.start();
  isWell = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(feeds()).toBe(0);
  expect(systemd.told.filter((message) => message.startsWith("STATUS="))).toEqual([
    "STATUS=the engine does not answer",
  ]);
  expect(warnings).toHaveLength(1);
  isWell = true;
  await vi.advanceTimersByTimeAsync(1000);
  expect(feeds()).toBe(1);
  expect(systemd.told.at(-1)).toBe("STATUS=serving");
});
