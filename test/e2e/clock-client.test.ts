// SPDX-License-Identifier: GPL-3.0-or-later
// The example client of docs/http.md in a real Chromium: after 3 seconds its beat is the engine's.

import { readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostMicros } from "../../engine/binding/addon.ts";
import { projectFolder } from "../../engine/binding/places.ts";
import { type Browser, openChromium } from "../support/chromium.ts";
import { RunningBox } from "../support/running-box.ts";

const SETTLE_MS = 3000;
const SAMPLES = 100;
const MAX_P95_MS = 10;

let box: RunningBox;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  box = await RunningBox.start();
  browser = await openChromium();
  page = await browser.context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${box.url}/examples/clock`);
  await page.getByText(/bpm, playing/).waitFor();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await box?.[Symbol.asyncDispose]();
});

/** Milliseconds of both processes' clocks since 1970: the system's, so they compare. */
const wallMs = (): number => performance.timeOrigin + performance.now();

/** The page's beat, and when it was that. */
function shown(): Promise<{ readonly beat: number; readonly atMs: number }> {
  return page.locator("body").evaluate(() => {
    const { beatClock } = globalThis as unknown as { beatClock: { now(): { beat: number } } };
    return { beat: beatClock.now().beat, atMs: performance.timeOrigin + performance.now() };
  });
}

/** The engine's beat at `atMs`. */
async function engineBeat(atMs: number): Promise<{ readonly beat: number; readonly bpm: number }> {
  const { lineBeat, hostMicros: atMicros, tempoBpm } = await box.transport();
  const micros = hostMicros() + (atMs - wallMs()) * 1000;
  return { beat: lineBeat + ((micros - atMicros) * tempoBpm) / 60e6, bpm: tempoBpm };
}

test("after 3 s its beat is the engine's within 10 ms, 95 times of 100", async () => {
  await page.waitForTimeout(SETTLE_MS);
  const errorsMs: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const { beat, atMs } = await shown();
    const engine = await engineBeat(atMs);
    errorsMs.push(Math.abs(((beat - engine.beat) * 60_000) / engine.bpm));
    await page.waitForTimeout(20);
  }
  errorsMs.sort((a, b) => a - b);
  expect(errorsMs[Math.floor(SAMPLES * 0.95) - 1]).toBeLessThan(MAX_P95_MS);
});

test("it follows a change of tempo", async () => {
  await box.post("/transport/tempo?bpm=171.3");
  await page.getByText("171.30 bpm, playing").waitFor();
  const { beat, atMs } = await shown();
  const engine = await engineBeat(atMs);
  expect(Math.abs(((beat - engine.beat) * 60_000) / engine.bpm)).toBeLessThan(100);
});

test("it counts the beats of the cycle, and nothing was wrong in the browser's eyes", async () => {
  const seen = new Set<string>();
  for (let look = 0; look < 60; look++) {
    seen.add((await page.locator("#beat").textContent()) ?? "");
    await page.waitForTimeout(50);
  }
  expect([...seen].sort()).toStrictEqual(["1", "2", "3", "4"]);
  expect(complaints).toStrictEqual([]);
});

test("the client is as short as the documentation says", () => {
  const file = path.join(projectFolder(), "examples", "clock-client", "clock.js");
  expect(readFileSync(file, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(40);
});
