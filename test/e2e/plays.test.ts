// SPDX-License-Identifier: GPL-3.0-or-later
// Power, and there is music: what an owner sees of starting, playing and stopping.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { downbeat } from "../support/downbeat-command.ts";
import {
  eventually,
  isAlive,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  settingsText,
  transportOf,
} from "../support/running-box.ts";
import { readWav } from "../support/wav-file.ts";

vi.setConfig({ testTimeout: 60_000 });

/** The promise is 2 s on an idle machine; this one may be busy with other tests. */
const SECOND_START_MS = 3 * 2000;

test("the first start, with nothing remembered, plays the shipped session", async () => {
  await using box = await RunningBox.start();
  const before = await box.status();
  expect(before.plan).toMatchObject({ name: "First Light", racks: 4 });
  expect(transportOf(before)).toMatchObject({ status: "playing", tempoBpm: 122, waitingForQuantum: false });
  let loudest = 0;
  const after = await eventually("a bar has passed", async () => {
    const status = await box.status();
    const { peakLeft, peakRight, songBeat } = transportOf(status);
    loudest = Math.max(loudest, Math.min(peakLeft, peakRight));
    return songBeat > transportOf(before).songBeat + 4 ? status : null;
  });
  // -40 dBFS on both sides is heard.
  expect(loudest).toBeGreaterThan(0.01);
  const frames = transportOf(after).frame - transportOf(before).frame;
  const beats = transportOf(after).songBeat - transportOf(before).songBeat;
  expect(beats).toBeCloseTo((frames / after.audio.sampleRate) * (122 / 60), 6);
  expect(transportOf(after).nonFinite).toBe(0);
});

test("--for and --record write exactly that much music and end with 0", async () => {
  const folder = makeBoxFolder();
  try {
    const file = path.join(folder, "three-seconds.wav");
    await using box = await RunningBox.start({
      folder,
      arguments: ["--for", "3", "--record", file],
      waits: false,
    });
    expect(await box.ended).toBe(0);
    const wav = readWav(file);
    expect(wav).toMatchObject({ sampleRate: 48_000, channels: 2, frames: 144_000 });
    expect(wav.data.some((byte) => byte !== 0)).toBe(true);
    expect(readdirSync(folder)).not.toContain("three-seconds.wav.part");
  } finally {
    removeBoxFolder(folder);
  }
});

test("the second start plays quickly", async ({ annotate }) => {
  const folder = makeBoxFolder();
  try {
    const first = await RunningBox.start({ folder });
    await eventually("the plan is stored", () => existsSync(path.join(folder, "state", "last-plan.json")));
    expect(await first.stop()).toBe(0);
    await using box = await RunningBox.start({ folder });
    const { audio, engine, ...status } = await box.status();
    const sinceExecMs = performance.now() - box.startedAtMs;
    const playedMs = (Number(status.transport.frame) / audio.sampleRate) * 1000;
    await annotate(`from exec to the first block: ${(sinceExecMs - playedMs).toFixed(0)} ms`);
    expect(engine.startedFrom).not.toBe("builtIn");
    expect(sinceExecMs - playedMs).toBeLessThan(SECOND_START_MS);
  } finally {
    removeBoxFolder(folder);
  }
});

test("two boxes with folders and ports of their own play side by side", async () => {
  await using left = await RunningBox.start();
  await using right = await RunningBox.start({ settings: { "link.quantum": 3 } });
  expect(left.url).not.toBe(right.url);
  const [one, other] = [await left.status(), await right.status()];
  expect(one.engine.pid).not.toBe(other.engine.pid);
  expect([one.link.quantum, other.link.quantum]).toEqual([4, 3]);
  await left.post("/transport/tempo?bpm=90");
  expect((await right.get("/transport/status")).bpm).toBe(122);
  expect(await left.stop()).toBe(0);
  removeBoxFolder(left.folder);
  const before = await right.transport();
  await eventually(
    "the other one plays on",
    async () => (await right.transport()).frame > before.frame + 24_000,
  );
  expect((await right.transport()).status).toBe("playing");
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it cleanly, and no process is left", async (signal) => {
  await using box = await RunningBox.start();
  const { pid } = (await box.status()).engine;
  expect(await box.stop(signal)).toBe(0);
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(path.join(box.stateFolder, "live-state.json"))).toBe(true);
  expect(existsSync(path.join(box.stateFolder, "engine.sock"))).toBe(false);
  removeBoxFolder(box.folder);
});

test("nobody reads its log any more, and it goes on doing what it is told", async () => {
  await using box = await RunningBox.start();
  const before = await box.status();
  box.node.stdout?.destroy();
  box.node.stderr?.destroy();
  // A mistake makes it write.
  box.save(settingsText({ "audio.api": "tape" }));
  await sleep(1000);
  box.save(settingsText({ "link.quantum": 7 }));
  await eventually("the new quantum", async () => (await box.transport()).quantum === 7);
  expect(box.node.exitCode).toBeNull();
  expect((await box.status()).engine.pid).toBe(before.engine.pid);
});

test("an engine whose Node was killed plays on, until `downbeat stop`", async () => {
  await using box = await RunningBox.start();
  const before = await box.status();
  box.signal("SIGKILL");
  expect(await box.ended).toBe("SIGKILL");
  await sleep(300);
  const after = await box.status();
  expect(after.engine.pid).toBe(before.engine.pid);
  expect(transportOf(after)).toMatchObject({ status: "playing" });
  expect(transportOf(after).frame).toBeGreaterThan(transportOf(before).frame + 4800);
  const stopped = await downbeat(["stop", "--state", box.stateFolder]);
  expect(stopped).toMatchObject({ exitCode: 0, stdout: "The engine has ended.\n" });
  await eventually("the engine is gone", () => !isAlive(before.engine.pid));
});

test("a Node that starts beside a playing engine goes on with it, and ends it in the end", async () => {
  const first = await RunningBox.start();
  const before = await first.status();
  first.signal("SIGKILL");
  await first.ended;
  try {
    await using second = await RunningBox.start({ folder: first.folder });
    const after = await second.status();
    expect(after.engine.pid).toBe(before.engine.pid);
    expect(transportOf(after).frame).toBeGreaterThan(transportOf(before).frame);
    expect(second.output).not.toMatch(/"level":(40|50)/);
    expect(await second.stop("SIGINT")).toBe(0);
    await eventually("the engine is gone", () => !isAlive(before.engine.pid));
  } finally {
    await first[Symbol.asyncDispose]();
  }
});

test.skipIf(process.platform !== "linux")("no network is needed", async () => {
  // A network of its own that has loopback and nothing else.
  const own = process.getuid?.() === 0 ? "-n" : "-rn";
  await using box = await RunningBox.start({
    settings: { "link.enabled": true },
    inside: ["unshare", own, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"],
  });
  const before = await box.transport();
  await eventually("a second of music", async () => (await box.transport()).frame > before.frame + 48_000);
  expect(await box.status()).toMatchObject({ transport: { status: "playing", tempoBpm: 122 } });
  expect(box.output).not.toMatch(/"level":(40|50)/);
});
