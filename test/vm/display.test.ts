// SPDX-License-Identifier: GPL-3.0-or-later
// A display on an I2C bus of a real kernel: what crosses the bus, as the kernel itself tells it, is every page pixel by
// pixel, for both controllers; and what the whole box says that it shows.
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SAMPLES } from "../../docs/display/samples.ts";
import { SILENT_LOGGER } from "../../engine/base/logger.ts";
import { Display } from "../../engine/panel/display.ts";
import { drawPicture } from "../../engine/panel/draw-picture.ts";
import { framePng } from "../../engine/panel/png.ts";
import { openI2c } from "../../engine/platform/i2c.ts";
import { frameArt } from "../support/frame-art.ts";
import { OledRam } from "../support/oled-ram.ts";
import { eventually, RunningBox, settingsText } from "../support/running-box.ts";
import { StubBus } from "../support/stub-bus.ts";

const ANSWERS = { ssd1306: 0x46, sh1106: 0x48 } as const;

let bus: StubBus;
let display: Display | null = null;

beforeAll(async () => {
  bus = await StubBus.start(0x3c);
});
afterEach(async () => {
  await display?.stop();
  display = null;
});
afterAll(() => bus?.[Symbol.asyncDispose]());

async function found(type: "ssd1306" | "sh1106"): Promise<Display> {
  await bus.answers(ANSWERS[type]);
  bus.forget();
  const place = { type: "auto", bus: bus.number, address: null, rotation: 0 } as const;
  const one = new Display({ place, openBus: openI2c, log: SILENT_LOGGER });
  display = one;
  one.start();
  await eventually("it is found", () => one.isOn);
  expect(one.status).toMatchObject({ state: "on", type, address: 0x3c });
  return one;
}

/** What the glass has by now. */
function glass(type: "ssd1306" | "sh1106"): OledRam {
  const ram = new OledRam(type);
  for (const write of bus.writes()) ram.take(write);
  return ram;
}

test.each(["ssd1306", "sh1106"] as const)(
  "an %s is found by its answer and shows every page",
  async (type) => {
    const one = await found(type);
    for (const [name, picture] of Object.entries(SAMPLES)) {
      const frame = drawPicture(picture);
      one.show(frame, 80);
      const ram = await eventually(`the page ${name} is on the glass`, () => {
        const now = glass(type);
        return frameArt(now.frame()) === frameArt(frame) && now.isOn ? now : null;
      });
      expect(ram.contrast).toBe(204);
    }
    await one.stop(drawPicture(SAMPLES.boot ?? { page: "shutdown", sentence: "" }));
    expect(glass(type)).toMatchObject({ isOn: true, contrast: 26, segments: 0xa1, scan: 0xc8 });
  },
);

test("the chip's own registers hold the pixels that were written last", async () => {
  const one = await found("ssd1306");
  one.show(drawPicture(SAMPLES.network ?? { page: "shutdown", sentence: "" }), 80);
  await eventually("it is lit", () => glass("ssd1306").isOn);
  await one.stop();
  display = null;
  const last = bus.writes().findLast(({ control }) => control === 0x40)?.bytes ?? new Uint8Array();
  const held = await Promise.all([...last].map((_, at) => bus.register(0x40 + at)));
  expect(held.length).toBeGreaterThan(0);
  expect(held).toEqual([...last]);
});

test("the box shows on its glass what it says that it shows, and takes another controller while it plays", async () => {
  await bus.answers(ANSWERS.ssd1306);
  bus.forget();
  const settings = (type: string): Readonly<Record<string, unknown>> => ({
    "midi.virtualPort": null,
    "panel.display.type": type,
    "panel.display.bus": bus.number,
    session: path.join(import.meta.dirname, "light-rack.json"),
  });
  await using box = await RunningBox.start({ settings: settings("auto") });
  const isOn = (type: string): Promise<unknown> =>
    eventually(`an ${type}`, async () => {
      // An emulated server may be slower than its own patience: asked again.
      const report = await box.get("/panel/display").catch(() => null);
      return report?.state === "on" && report.type === type;
    });
  const showsWhatItSays = (type: "ssd1306" | "sh1106"): Promise<unknown> =>
    eventually("the picture is on the glass", async () => {
      const answer = await fetch(`${box.url}/panel/screenshot.png?scale=1`).catch(() => null);
      const picture = Buffer.from((await answer?.arrayBuffer()) ?? new ArrayBuffer(0));
      const ram = glass(type);
      return ram.isOn && picture.equals(framePng(ram.frame(), 1));
    });
  await isOn("ssd1306");
  await eventually("it is chosen", () => box.post("/panel/page?name=network").catch(() => null));
  await showsWhatItSays("ssd1306");
  bus.forget();
  box.save(settingsText(settings("sh1106")));
  await isOn("sh1106");
  await showsWhatItSays("sh1106");
}, 900_000);
