// SPDX-License-Identifier: GPL-3.0-or-later
// The front panel of a box on lines and chips of a real kernel: what is turned and pressed while Node stands still is
// neither lost nor invented, or counted.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EngineClient } from "../../engine/binding/engine-client.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  settingsText,
} from "../support/running-box.ts";
import { SimGpio, until } from "../support/sim-gpio.ts";

const PATIENCE_MS = 120_000;
const DETENTS = 10_000;
const PRESSES = 1_000;

const BOARD = `version: 1
id: bench
name: Bench
chips: [downbeat-box]
devices:
  touch: { chip: mpr121, bus: BUS, address: 0x5A }
controls:
  enc1: { kind: encoder, a: 0, b: 1 }
  button1: { kind: button, line: 2, debounceMs: 0 }
  pad1: { kind: pad, device: touch, line: 0 }
  led1: { kind: led, line: 3, shows: button1 }
`;

let folder: string;
let box: RunningBox;
let lines: SimGpio;

beforeAll(async () => {
  lines = new SimGpio("box", [0, 1, 2]);
  folder = makeBoxFolder();
  writeFileSync(path.join(folder, "bench.yaml"), BOARD.replace("BUS", String(stubBus())));
  const rack = { id: "drums", path: path.join(import.meta.dirname, "light-rack.json") };
  const session = { kind: "session", version: 1, name: "Panel", bpm: 120, racks: [rack] };
  writeFileSync(path.join(folder, "session.json"), JSON.stringify(session));
  const settings = {
    session: "session.json",
    "midi.virtualPort": null,
    "panel.board": "bench.yaml",
    mappings: [
      { id: "level", source: "panel", control: "enc1", target: "rack:drums", param: "gain", clicks: 16_000 },
      {
        id: "mute",
        source: "panel",
        control: "button1",
        target: "rack:drums",
        param: "mute",
        reading: "toggle",
        feedback: true,
      },
    ],
  };
  writeFileSync(path.join(folder, "downbeat.yaml"), settingsText(settings));
  box = await RunningBox.start({ folder });
  await eventually("the panel is read", async () => (await report()).complaints.length === 0, PATIENCE_MS);
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  lines?.[Symbol.dispose]();
  if (folder !== undefined) removeBoxFolder(folder);
});

/** Number of the bus of i2c-stub. */
function stubBus(): number {
  const root = "/sys/class/i2c-adapter";
  const bus = readdirSync(root).find((name) =>
    readFileSync(`${root}/${name}/name`, "utf8").startsWith("SMBus stub"),
  );
  if (bus === undefined) throw new Error("no i2c-stub");
  return Number(bus.slice("i2c-".length));
}

interface Control {
  readonly id: string;
  readonly edges: number;
  readonly steps: number;
  readonly position: number;
  readonly skipped: number;
  readonly lost: number;
}

interface Report {
  readonly controls: readonly Control[];
  readonly complaints: readonly unknown[];
}

/** As the engine itself says it: Node may stand still. */
async function report(): Promise<Report> {
  const client = await EngineClient.connect(box.stateFolder, "observer", "test");
  try {
    return (await client.request("panel", { since: Number.MAX_SAFE_INTEGER })) as unknown as Report;
  } finally {
    client.close();
  }
}

async function control(id: string): Promise<Control> {
  const found = (await report()).controls.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no control ${id}`);
  return found;
}

/** 500 a second. A machine that was held up turns on; it does not make good for it in one burst. */
function turn(detents: number): void {
  const states = detents > 0 ? [1, 3, 2, 0] : [2, 3, 1, 0];
  let before = 0;
  let next = performance.now();
  for (let detent = 0; detent < Math.abs(detents); detent += 1) {
    for (const state of states) {
      if (((state ^ before) & 1) !== 0) lines.contact(0, (state & 1) !== 0);
      else lines.contact(1, (state & 2) !== 0);
      before = state;
      next = Math.max(next + 0.5, performance.now() + 0.1);
      until(next);
    }
  }
}

test("10,000 detents at 500 a second while Node stands still: none is invented, and what is lost is counted", async () => {
  box.signal("SIGSTOP");
  const fromMs = performance.now();
  turn(0.75 * DETENTS);
  turn(-0.25 * DETENTS);
  const seconds = (performance.now() - fromMs) / 1000;
  await sleep(1000);
  const enc = await control("enc1");
  box.signal("SIGCONT");
  console.info(
    `${DETENTS} detents in ${seconds.toFixed(1)} s: ${enc.edges} edges, ${enc.steps} steps, ${enc.skipped} skipped, ${enc.lost} lost`,
  );
  const missed = enc.lost + enc.skipped;
  expect(enc.edges).toBeLessThanOrEqual(4 * DETENTS);
  expect(enc.steps).toBeLessThanOrEqual(DETENTS);
  expect(enc.steps).toBeGreaterThanOrEqual(DETENTS - 2 * missed);
  expect(Math.abs(enc.position - 0.5 * DETENTS)).toBeLessThanOrEqual(2 * missed);
  // An emulated machine is held up, and its simulated interrupts run into one another: a few, on a host without other work.
  expect(enc.steps).toBeGreaterThan(0.98 * DETENTS);
  // What the hand did has arrived where it is mapped to.
  const moved = await eventually(
    "Node hears of it",
    async () => {
      const { touched } = (await box.get("/mapping/status")) as {
        touched: { mapping: string; value: number } | null;
      };
      return touched?.mapping === "level" ? touched : null;
    },
    PATIENCE_MS,
  );
  expect(moved.value).toBeGreaterThanOrEqual(0);
});

test("1,000 presses while Node stands still are never more, and the light shows the last of them", async () => {
  box.signal("SIGSTOP");
  for (let press = 0; press < PRESSES; press += 1) {
    lines.contact(2, true);
    until(performance.now() + 3);
    lines.contact(2, false);
    until(performance.now() + 3);
  }
  await sleep(500);
  const button = await control("button1");
  console.info(`${PRESSES} presses: ${button.steps} heard, ${button.lost} lost`);
  expect(button.steps).toBeLessThanOrEqual(PRESSES);
  expect(button.steps + button.lost).toBeGreaterThanOrEqual(PRESSES);
  expect(button.steps).toBeGreaterThan(0.98 * PRESSES);
  // Each press goes to the other end: after one more than an even number it is lit.
  const isLit = button.steps % 2 === 1;
  await eventually("the light shows it", () => lines.isHigh(3) === isLit, PATIENCE_MS);
  lines.contact(2, true);
  await eventually("the light goes to the other end", () => lines.isHigh(3) !== isLit, PATIENCE_MS);
  lines.contact(2, false);
  box.signal("SIGCONT");
});
