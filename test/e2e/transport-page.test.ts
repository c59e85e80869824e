// SPDX-License-Identifier: GPL-3.0-or-later
// A page with the well-known client code for the transport API, in a real Chromium: time runs and
// every button works, by POST and by WebSocket.

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Browser, openChromium } from "../support/chromium.ts";
import { type ServedTransport, startServedTransport } from "../support/served-transport.ts";

/** How far the engine's clock and our looking at it may be apart on a busy machine. */
const SLACK_SECONDS = 2;

let transport: ServedTransport;
let pages: Server;
let browser: Browser;
let page: Page;
/** What the browser's console complained about. */
const complaints: string[] = [];

beforeAll(async () => {
  transport = await startServedTransport();
  // The page comes from another port of this machine, as from a developer's own server.
  const html = readFileSync(new URL("../support/transport-client.html", import.meta.url));
  pages = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
  });
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  browser = await openChromium();
  page = await browser.context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  const { port } = pages.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/?api=${new URL(transport.url).host}`);
  await page.getByText("clock open").waitFor();
}, 60_000);

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await new Promise((resolve) => pages?.close(resolve));
  await transport?.[Symbol.asyncDispose]();
  expect(complaints).toStrictEqual([]);
});

beforeEach(async () => {
  await byPost("Stop");
  await byPost("Loop off");
  await byPost("Rewind");
  await shows("status", "stopped");
});

async function byPost(name: string): Promise<void> {
  await page.locator("#by-fetch").getByRole("button", { name, exact: true }).click();
}

async function bySocket(name: string): Promise<void> {
  await page.locator("#by-socket").getByRole("button", { name, exact: true }).click();
}

async function shows(id: string, text: string | RegExp): Promise<void> {
  await expect.poll(() => page.locator(`#${id}`).textContent(), { timeout: 5000 }).toMatch(text);
}

/** Song position as the page shows it. */
async function shownSeconds(): Promise<number> {
  const [minutes, seconds] = ((await page.locator("#time").textContent()) ?? "").split(":");
  return Number(minutes) * 60 + Number(seconds);
}

async function standsStill(): Promise<void> {
  const before = await shownSeconds();
  await page.waitForTimeout(300);
  expect(await shownSeconds()).toBe(before);
}

test("the clock runs at about 30 updates a second", async () => {
  const count = () => page.locator("body").evaluate((body) => Number(body.dataset.updates));
  const before = await count();
  await page.waitForTimeout(2000);
  const perSecond = ((await count()) - before) / 2;
  expect(perSecond).toBeGreaterThan(15);
  expect(perSecond).toBeLessThan(45);
});

for (const [way, press] of [
  ["POST", byPost],
  ["WebSocket", bySocket],
] as const) {
  test(`play, pause, resume, stop and rewind work by ${way}`, async () => {
    await press("Play");
    await shows("status", "playing");
    const fromSeconds = await shownSeconds();
    const fromMs = performance.now();
    await page.waitForTimeout(1000);
    const ranSeconds = (await shownSeconds()) - fromSeconds;
    expect(Math.abs(ranSeconds - (performance.now() - fromMs) / 1000)).toBeLessThan(0.5);

    await press("Pause");
    await shows("status", "paused");
    await standsStill();
    const pausedAt = await shownSeconds();
    expect(pausedAt).toBeGreaterThan(0.5);

    await press("Resume");
    await shows("status", "playing");
    await expect.poll(shownSeconds).toBeGreaterThan(pausedAt + 0.2);
    expect(await shownSeconds()).toBeLessThan(pausedAt + SLACK_SECONDS);

    await press("Stop");
    await shows("status", "stopped");
    await standsStill();
    await press("Rewind");
    await shows("time", "00:00.000");
  });
}

test("seek, tempo and loop work by POST", async () => {
  await page.locator("#seconds").fill("75.25");
  await byPost("Seek");
  await shows("time", "01:15.250");
  await page.locator("#tempo").fill("128.5");
  await byPost("Tempo");
  await shows("bpm", "128.5");
  await page.locator("#tempo").fill("5000");
  await byPost("Tempo");
  await shows("bpm", "999.0");
  await page.locator("#tempo").fill("120");
  await byPost("Tempo");
  await shows("bpm", "120.0");
  await byPost("Loop");
  await shows("loop", "2 to 4 s");
  await byPost("Loop off");
  await shows("loop", "off");
  await byPost("Loop on");
  await shows("loop", "2 to 4 s");
});

test("seek, tempo and loop work by WebSocket", async () => {
  await bySocket("Seek 30 s");
  await shows("time", "00:30.000");
  await bySocket("96 bpm");
  await shows("bpm", "96.0");
  await bySocket("Loop 10 to 14 s");
  await shows("loop", "10 to 14 s");
  await page.locator("#tempo").fill("120");
  await byPost("Tempo");
  await shows("bpm", "120.0");
});

test("a looped song stays inside its loop", async () => {
  await page.locator("#loop-start").fill("1");
  await page.locator("#loop-end").fill("1.5");
  await byPost("Loop");
  await shows("loop", "1 to 1.5 s");
  await page.locator("#seconds").fill("1");
  await byPost("Seek");
  await byPost("Play");
  await shows("status", "playing");
  for (let look = 0; look < 30; look++) {
    const seconds = await page.locator("body").evaluate((body) => Number(body.dataset.seconds));
    expect(seconds).toBeGreaterThan(0.9);
    expect(seconds).toBeLessThan(1.6);
    await page.waitForTimeout(50);
  }
  await page.locator("#loop-start").fill("2");
  await page.locator("#loop-end").fill("4");
});

test("a wrong value is told in the page", async () => {
  await page.locator("#seconds").fill("-3");
  await byPost("Seek");
  await shows("error", /seconds: expected 0 to 1000000 seconds, got -3/);
  // A refusal is an error to the browser's console too, and only that.
  expect(complaints.splice(0)).toStrictEqual([expect.stringContaining("400 (Bad Request)")]);
});

test("the description of the API opens in the browser without help from elsewhere", async () => {
  const docs = await browser.context.newPage();
  const elsewhere: string[] = [];
  const wrong: string[] = [];
  docs.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(transport.url) && !/^(data|blob):/.test(url)) elsewhere.push(url);
  });
  docs.on("console", (message) => {
    if (message.type() === "error") wrong.push(message.text());
  });
  await docs.goto(`${transport.url}/docs`);
  await docs.getByText("/transport/tempo").first().waitFor();
  expect(elsewhere).toStrictEqual([]);
  expect(wrong).toStrictEqual([]);
  if (process.env.DOWNBEAT_SCREENSHOTS !== undefined) {
    await docs.screenshot({ path: `${process.env.DOWNBEAT_SCREENSHOTS}/docs.png` });
  }
  await docs.close();
});

test("the page as a player sees it", async () => {
  await byPost("Play");
  await shows("status", "playing");
  const picture = await page.screenshot(
    process.env.DOWNBEAT_SCREENSHOTS === undefined
      ? {}
      : { path: `${process.env.DOWNBEAT_SCREENSHOTS}/transport-page.png` },
  );
  expect(picture.length).toBeGreaterThan(10_000);
});
