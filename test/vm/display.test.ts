// SPDX-License-Identifier: GPL-3.0-or-later
// A display on an I2C bus of a real kernel: what crosses the bus, as the kernel itself tells it, is the picture that the
// box says it shows, for both controllers. The chip is the kernel's i2c-stub, which keeps what is written to it.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { framePng } from "../../engine/panel/png.ts";
import { type I2cBus, openI2c } from "../../engine/platform/i2c.ts";
import { OledRam, type OledWrite } from "../support/oled-ram.ts";
import { eventually, RunningBox, settingsText } from "../support/running-box.ts";

const PATIENCE_MS = 120_000;
const ADDRESS = 0x3c;
const TRACES = "/sys/kernel/tracing";
const BUSES = "/sys/bus/i2c/devices";

let bus = -1;
let chip: I2cBus;
let box: RunningBox;

function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  expect(status, `${program}: ${stderr}`).toBe(0);
}

function stubBus(): number {
  const name = readdirSync(BUSES).find((one) => {
    if (!one.startsWith("i2c-")) return false;
    return readFileSync(path.join(BUSES, one, "name"), "utf8").startsWith("SMBus stub");
  });
  if (name === undefined) throw new Error("the kernel has no i2c-stub");
  return Number(name.slice("i2c-".length));
}

/** Every block that was written to the chip since the trace was begun. */
function writesOnTheBus(): readonly OledWrite[] {
  const lines = readFileSync(path.join(TRACES, "trace"), "utf8").split("\n");
  return lines.flatMap((line) => {
    // smbus_write: i2c-0 a=03c f=0000 c=40 I2C_BLOCK_DATA l=9 [08-00-…]: the first byte is the length.
    const match = /smbus_write: i2c-(\d+) a=03c f=\w+ c=(\w+) I2C_BLOCK_DATA l=\d+ \[([\w-]+)\]/.exec(line);
    if (match === null || Number(match[1]) !== bus) return [];
    const bytes = Buffer.from((match[3] ?? "").replaceAll("-", ""), "hex");
    expect(bytes[0]).toBe(bytes.length - 1);
    return [{ control: Number.parseInt(match[2] ?? "", 16), bytes: bytes.subarray(1) }];
  });
}

const settings = (type: string): Readonly<Record<string, unknown>> => ({
  "midi.virtualPort": null,
  "panel.display.type": type,
  "panel.display.bus": bus,
});

const shown = async (): Promise<Readonly<Record<string, unknown>>> => box.get("/panel/display");

/** Waits until the glass has what the box says that it shows. */
async function showsWhatItSays(type: "ssd1306" | "sh1106"): Promise<OledRam> {
  return eventually(
    "the picture is on the glass",
    async () => {
      const answer = await fetch(`${box.url}/panel/screenshot.png?scale=1`);
      const picture = Buffer.from(await answer.arrayBuffer());
      const ram = new OledRam(type);
      for (const write of writesOnTheBus()) ram.take(write);
      return ram.isOn && picture.equals(framePng(ram.frame(), 1)) ? ram : null;
    },
    PATIENCE_MS,
  );
}

beforeAll(async () => {
  run("modprobe", "i2c-stub", `chip_addr=${ADDRESS}`);
  spawnSync("mount", ["-t", "tracefs", "tracefs", TRACES]);
  bus = stubBus();
  chip = await openI2c(bus);
  // What an SSD1306 answers when it is asked how it is.
  await chip.writeBlock(ADDRESS, 0, Uint8Array.of(0x46));
  writeFileSync(path.join(TRACES, "buffer_size_kb"), "16384");
  writeFileSync(path.join(TRACES, "events/smbus/smbus_write/enable"), "1");
  writeFileSync(path.join(TRACES, "trace"), "");
  box = await RunningBox.start({ settings: settings("auto") });
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await chip?.close();
});

test("a display is found by its answer, and shows the page that is chosen, byte for byte", async () => {
  await eventually("it is found", async () => (await shown()).state === "on", PATIENCE_MS);
  expect(await shown()).toMatchObject({ type: "ssd1306", address: ADDRESS, sentence: "" });
  await box.post("/panel/page?name=network");
  const ram = await showsWhatItSays("ssd1306");
  expect(ram).toMatchObject({ segments: 0xa1, scan: 0xc8, contrast: 204 });
  // Charge pump on, 64 rows, page by page: what a dark display lacks.
  expect(ram.commands).toContainEqual([0x8d, 0x14]);
  expect(ram.commands).toContainEqual([0xa8, 0x3f]);
  expect(ram.commands).toContainEqual([0x20, 0x02]);
});

test("the chip's own registers hold the last bytes of pixels", async () => {
  const last = writesOnTheBus().findLast(({ control }) => control === 0x40);
  const found = await eventually("the registers and the bus agree", async () => {
    const newest = writesOnTheBus().findLast(({ control }) => control === 0x40) ?? last;
    const held = await Promise.all(
      [...(newest?.bytes ?? [])].map((_, at) => chip.readByte(ADDRESS, 0x40 + at)),
    );
    return Buffer.from(held).equals(newest?.bytes ?? Buffer.alloc(0)) ? held : null;
  });
  expect(found.length).toBeGreaterThan(0);
});

test("a page that stands still costs next to nothing on the bus", async () => {
  const before = Number((await shown()).bytesSent);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  // One of the eight pages again every two seconds, and the state of the controller.
  expect(Number((await shown()).bytesSent) - before).toBeLessThan(4 * 200);
});

test("an SH1106 that the settings name shows the same, two columns further, without a restart", async () => {
  writeFileSync(path.join(TRACES, "trace"), "");
  box.save(settingsText(settings("sh1106")));
  await eventually("it is taken", async () => (await shown()).type === "sh1106", PATIENCE_MS);
  const ram = await showsWhatItSays("sh1106");
  expect(ram.commands).toContainEqual([0xad, 0x8b]);
  expect(ram.commands.filter(([command]) => command === 0x20)).toEqual([]);
});

test("goodbye is what stays on the glass", async () => {
  writeFileSync(path.join(TRACES, "trace"), "");
  await box.stop();
  const writes = writesOnTheBus();
  expect(writes.length).toBeGreaterThan(5);
  const ram = new OledRam("sh1106");
  for (const write of writes) ram.take(write);
  expect(ram).toMatchObject({ isOn: true, contrast: 26 });
});
