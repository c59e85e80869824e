// SPDX-License-Identifier: GPL-3.0-or-later
// The display over HTTP: pictures, and which page stays.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type ControlBench, startControlBench } from "../../../support/control-bench.ts";

let bench: ControlBench;
beforeEach(async () => {
  bench = await startControlBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

test("a program sees whether there is a display, and what it shows", async () => {
  const report = await (await fetch(`${bench.url}/panel/display`)).json();
  expect(report).toMatchObject({ state: "on", type: "ssd1306", page: "play", chosen: null });
});

test.each([
  ["", null, 4, 512],
  ["?scale=1", null, 1, 128],
  ["?page=network&scale=16", "network", 16, 2048],
])("a picture %j is a PNG of its size", async (query, page, scale, width) => {
  const answer = await fetch(`${bench.url}/panel/screenshot.png${query}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("image/png");
  const picture = Buffer.from(await answer.arrayBuffer());
  expect(picture.subarray(1, 4).toString()).toBe("PNG");
  expect(picture.readUInt32BE(16)).toBe(width);
  expect(bench.display.asked).toEqual([{ page, scale }]);
});

test("a page stays on the display until it may change by itself again", async () => {
  const choose = async (name: string) =>
    (await fetch(`${bench.url}/panel/page?name=${name}`, { method: "POST" })).json();
  expect(await choose("network")).toMatchObject({ page: "network", chosen: "network" });
  expect(await choose("auto")).toMatchObject({ page: "play", chosen: null });
});

test.each([
  ["GET", "/panel/screenshot.png?page=nowhere", 404, "PAGE_UNKNOWN"],
  ["GET", "/panel/screenshot.png?page=play&page=network", 400, "VALUE_INVALID"],
  ["GET", "/panel/screenshot.png?scale=0", 400, "VALUE_INVALID"],
  ["GET", "/panel/screenshot.png?scale=17", 400, "VALUE_INVALID"],
  ["GET", "/panel/screenshot.png?scale=2.5", 400, "VALUE_INVALID"],
  ["GET", "/panel/screenshot.png?scale=-1", 400, "VALUE_INVALID"],
  ["GET", "/panel/screenshot.png?size=4", 400, "VALUE_UNKNOWN"],
  ["POST", "/panel/page", 400, "VALUE_MISSING"],
  ["POST", "/panel/page?name=nowhere", 404, "PAGE_UNKNOWN"],
  ["POST", "/panel/page?page=play", 400, "VALUE_UNKNOWN"],
])("%s %s says what is wrong and changes nothing", async (method, route, status, code) => {
  const answer = await fetch(`${bench.url}${route}`, { method });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: { code } });
  expect(bench.display.asked).toEqual([]);
  expect(bench.display.chosen).toBeNull();
});
