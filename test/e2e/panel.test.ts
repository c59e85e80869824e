// SPDX-License-Identifier: GPL-3.0-or-later
// The front panel of a box, from a knob that is turned to what it moves, is shown and is written. Its controls
// come through a pipe that carries what the kernel's input devices do; lines and chips are in test/vm.
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { downbeat } from "../support/downbeat-command.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  settingsText,
} from "../support/running-box.ts";

const EV_KEY = 1;
const EV_REL = 2;
const SHIFT = 42;
const PAD = 2;

const BOARD = `version: 1
id: bench
name: Bench
devices:
  keys: { chip: evdev, path: PIPE }
controls:
  enc1: { kind: encoder, device: keys, line: 0 }
  enc2: { kind: encoder, device: keys, line: 1 }
  pad1: { kind: pad, device: keys, line: ${PAD} }
  shift: { kind: button, device: keys, line: ${SHIFT} }
  lost: { kind: button, line: 5 }
  led1: { kind: led, line: 6, shows: pad1 }
`;

const MAPPINGS = [
  { id: "level", source: "panel", control: "enc1", target: "rack:drums", param: "gain", clicks: 50 },
  { id: "mute", source: "panel", control: "pad1", target: "rack:bass", param: "mute", reading: "toggle" },
  { id: "wrong", source: "panel", control: "enc9", target: "rack:bass", param: "gain" },
];

let folder: string;
let pipe: number;
let box: RunningBox;

beforeAll(async () => {
  folder = makeBoxFolder();
  const file = path.join(folder, "event0");
  execFileSync("mkfifo", [file]);
  // Both directions: a pipe that nobody writes to is a device that was unplugged.
  pipe = openSync(file, constants.O_RDWR);
  writeFileSync(path.join(folder, "bench.yaml"), BOARD.replace("PIPE", file));
  const settings = {
    "midi.virtualPort": null,
    "panel.board": "bench.yaml",
    "panel.accent": "shift",
    mappings: MAPPINGS,
  };
  writeFileSync(path.join(folder, "downbeat.yaml"), settingsText(settings));
  box = await RunningBox.start({ folder });
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  if (pipe !== undefined) closeSync(pipe);
  if (folder !== undefined) removeBoxFolder(folder);
});

function say(type: number, code: number, value: number): void {
  const record = Buffer.alloc(24);
  record.writeUInt16LE(type, 16);
  record.writeUInt16LE(code, 18);
  record.writeInt32LE(value, 20);
  writeSync(pipe, record);
}

const turn = (clicks: number, axis = 0): void => say(EV_REL, axis, clicks);
const press = (code: number): void => say(EV_KEY, code, 1);
const letGo = (code: number): void => say(EV_KEY, code, 0);

interface Control {
  readonly id: string;
  readonly steps: number;
  readonly position: number;
}

async function control(id: string): Promise<Control> {
  const { controls } = (await box.get("/panel")) as unknown as { controls: readonly Control[] };
  const found = controls.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no control ${id}`);
  return found;
}

interface Touched {
  readonly mapping?: string;
  readonly value?: number;
  readonly control?: string;
}

async function touched(): Promise<Touched> {
  const { touched: move } = (await box.get("/mapping/status")) as { touched: Touched | null };
  return move ?? {};
}

test("the log says which board it is, what of it is not there, and what is mapped to nothing", async () => {
  await box.says(/the front panel is Bench/);
  await box.says(/Mapping wrong does nothing: expected a control of bench, got "enc9"\. Did you mean enc1/);
  await box.says(/panel lost: .*GPIO chip/);
  expect((await box.status()).midi.ports.find(({ id }) => id === "panel")).toMatchObject({
    state: "open",
    kind: "panel",
  });
});

test("an encoder moves what it is mapped to, click by click", async () => {
  await eventually("the drums are louder", async () => {
    turn(1);
    return (await touched()).mapping === "level";
  });
  const before = Number((await touched()).value);
  const { position } = await control("enc1");
  turn(-5);
  await eventually("five clicks down", async () => (await control("enc1")).position === position - 5);
  await eventually("0.1 less", async () => Math.abs(Number((await touched()).value) - (before - 0.1)) < 1e-6);
});

test("a pad is a button, and what is held is told", async () => {
  press(PAD);
  letGo(PAD);
  const move = await eventually("the bass is mute", async () => {
    const now = await touched();
    return now.mapping === "mute" ? now : null;
  });
  expect(move).toMatchObject({ value: 1, control: "panel pad1" });
});

test("while Node stands still, the panel plays on", async () => {
  const { position } = await control("enc1");
  box.signal("SIGSTOP");
  for (let i = 0; i < 100; i += 1) turn(i % 10 === 0 ? -3 : 1);
  const moved = await eventually("the engine has moved it", async () => {
    const { mapping } = await box.status();
    return mapping.entries.some(({ id, attached }) => id === "level" && attached);
  });
  expect(moved).toBe(true);
  box.signal("SIGCONT");
  await eventually("60 more", async () => (await control("enc1")).position === position + 60);
});

test("`panel show` says where everything is wired, what it does and what it has seen", async () => {
  const { stdout, stderr } = await downbeat([
    "panel",
    "show",
    "--config",
    box.settingsFile,
    "--state",
    box.stateFolder,
  ]);
  expect(stdout).toMatch(/^Bench \(bench\): 2 encoders, 2 buttons, 1 pad, 1 LED$/m);
  expect(stdout).toMatch(/^enc1 +encoder +keys 0 +rack:drums gain +\d+ steps/m);
  expect(stdout).toMatch(/^shift +button +keys 42 +accent/m);
  expect(stdout).toMatch(/^led1 +led +GPIO6 +shows pad1/m);
  expect(stdout).toMatch(/^lost: .*GPIO chip/m);
  expect(stderr).toBe("");
});

test("`panel watch` shows every step and press, and counts at the end", async () => {
  let isOver = false;
  let isAsked = false;
  const watching = downbeat(["panel", "watch", "--state", box.stateFolder], {
    onOutput: (text, kill) => {
      // Once: whoever presses Ctrl-C again wants it to end at once.
      if (!isAsked && text.includes("let go")) kill("SIGINT");
      isAsked ||= text.includes("let go");
    },
  });
  void watching.finally(() => {
    isOver = true;
  });
  await eventually("it has seen enough", () => {
    press(SHIFT);
    press(PAD);
    letGo(PAD);
    letGo(SHIFT);
    turn(-1);
    return isOver;
  });
  const { stdout } = await watching;
  expect(stdout).toMatch(/^\d+\.\d{6} {2}shift: contact a closes$/m);
  expect(stdout).toMatch(/pad1: pressed, velocity 127$/m);
  expect(stdout).toMatch(/pad1: let go$/m);
  expect(stdout).toMatch(/^control +edges +steps +position +skipped +bounces +lost$/m);
});

test("`map learn` writes the name of the control that is turned", async () => {
  let isOver = false;
  const learned = downbeat([
    ...["map", "learn", "rack:chords", "gain", "--config", box.settingsFile, "--state", box.stateFolder],
  ]).finally(() => {
    isOver = true;
  });
  // One way only, and with rests: it is known to be an encoder.
  void (async () => {
    for (let click = 0; !isOver; click += 1) {
      turn(1, 1);
      await sleep(click % 10 === 9 ? 1500 : 30);
    }
  })();
  const { stdout, exitCode, stderr } = await learned;
  expect(stderr).toMatch(/Move the control/);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^panel enc2: rack:chords gain\. Written to/m);
  const text = readFileSync(box.settingsFile, "utf8");
  expect(text).toMatch(/source: panel\n\s+control: enc2\n\s+target: rack:chords\n\s+param: gain/);
  await eventually("it moves them", async () => {
    turn(1, 1);
    return (await touched()).mapping === "gain";
  });
});

test("a board that is edited is read again, and one with a mistake costs its control", async () => {
  const file = path.join(folder, "bench.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, `${text}  extra: { kind: buton, line: 7 }\n`);
  await box.says(/bench\.yaml:\d+:\d+.*controls\.extra\.kind: expected a kind/);
  writeFileSync(file, text.replace("  lost: { kind: button, line: 5 }\n", ""));
  await eventually("it is gone", async () => {
    const { controls } = (await box.get("/panel")) as unknown as { controls: readonly Control[] };
    return !controls.some(({ id }) => id === "lost");
  });
  const { position } = await control("enc1");
  await eventually("the rest is read", async () => {
    turn(1);
    return (await control("enc1")).position > position;
  });
  rmSync(file);
  await box.says(/the board was not taken: Bench is read as before/);
});
