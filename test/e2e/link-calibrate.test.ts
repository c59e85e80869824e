// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat link` at a running engine: its words about the link, where its times come from, and a loopback
// through a JACK server, whose length is known: what is played comes back one block later.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Plan } from "../../engine/binding/plan/plan.ts";
import { downbeat } from "../support/downbeat-command.ts";
import { JackServer } from "../support/jack-server.ts";
import { LinkBox } from "../support/link-box.ts";
import { testTool } from "../support/pty-recorder.ts";
import { eventually, settingsText } from "../support/running-box.ts";

const BLOCK_FRAMES = 256;

function onJack(plan: Plan, inputChannels: number): Plan {
  return {
    ...plan,
    audio: { ...plan.audio, device: "auto", api: "jack", blockFrames: BLOCK_FRAMES, inputChannels },
    link: { ...plan.link, enabled: false },
  };
}

test("on JACK the time of a block is that of JACK's cycle, and a loopback of one block is measured and written", {
  timeout: 90_000,
}, async () => {
  await using server = await JackServer.start([], { blockFrames: BLOCK_FRAMES });
  await using box = await LinkBox.start({
    inside: server.inside,
    isNull: false,
    change: (plan) => onJack(plan, 1),
  });
  const { audio } = await eventually("JACK plays", async () => {
    const status = await box.status();
    return status.audio.api === "jack" && !status.audio.isOpening ? status : null;
  });
  expect(audio.timeSource).toBe("JACK cycle times");
  expect(audio.inputLatencyFrames).toBeGreaterThan(0);

  // Nothing is connected: nothing comes back, and that is what it says.
  const silent = await downbeat(["link", "calibrate", "--state", box.stateFolder]);
  expect(silent.exitCode).toBe(1);
  expect(silent.stderr).toMatch(/^CALIBRATION_FAILED nothing came back: connect an output/);

  const [program = "", ...args] = [
    ...server.inside,
    testTool("jack-connect"),
    "Downbeat:outport 0",
    "Downbeat:inport 0",
  ];
  await promisify(execFile)(program, args);
  const folder = mkdtempSync(path.join(tmpdir(), "downbeat-calibrate-"));
  try {
    const settings = path.join(folder, "downbeat.yaml");
    writeFileSync(settings, settingsText());
    const done = await downbeat([
      ...["link", "calibrate", "--write", "--json"],
      ...["--state", box.stateFolder, "--config", settings],
    ]);
    expect(done.stderr).toBe("");
    expect(done.exitCode).toBe(0);
    const found = JSON.parse(done.stdout) as Record<string, number>;
    expect(found.roundTripFrames).toBe(BLOCK_FRAMES);
    expect(found.gain).toBeCloseTo(1, 2);
    const { audio: told } = await box.status();
    const stated = told.outputLatencyFrames + told.inputLatencyFrames;
    expect(found.statedFrames).toBe(stated);
    const offset = (((BLOCK_FRAMES - stated) / 2) * 1000) / told.sampleRate;
    expect(found.latencyOffsetMs).toBeCloseTo(offset, 2);
    const written = readFileSync(settings, "utf8");
    expect(written).toContain(`latencyOffsetMs: ${found.latencyOffsetMs}`);
    // The comments stay, and nothing else has changed.
    expect(written.replace(/latencyOffsetMs: \S+/, "latencyOffsetMs: 0")).toBe(settingsText());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  // The music goes on.
  box.send({ kind: "play" });
  await box.is("it plays", (state) => state.status === "playing");
});

test("without an input the loopback is refused in a sentence that says what to do", {
  timeout: 60_000,
}, async () => {
  await using box = await LinkBox.start({
    inside: ["env"],
    change: (plan) => ({ ...plan, link: { ...plan.link, enabled: false } }),
  });
  const answer = await downbeat(["link", "calibrate", "--state", box.stateFolder]);
  expect(answer.exitCode).toBe(1);
  expect(answer.stderr).toContain("CALIBRATION_FAILED");
  expect(answer.stderr).toContain("audio.inputChannels");
});

test("`downbeat link` tells a box with Link off so, as text and for programs, and knows its words", {
  timeout: 60_000,
}, async () => {
  await using box = await LinkBox.start({
    inside: ["env"],
    change: (plan) => ({ ...plan, link: { ...plan.link, enabled: false } }),
  });
  const text = await downbeat(["link", "--state", box.stateFolder]);
  expect(text.exitCode).toBe(0);
  expect(text.stdout).toMatch(/^Link +alone: Link is off/);
  const json = await downbeat(["link", "status", "--json", "--state", box.stateFolder]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    health: "alone",
    isOn: false,
    peers: 0,
    wifi: expect.any(Array),
  });
  const wrong = await downbeat(["link", "polish", "--state", box.stateFolder]);
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('expected status or calibrate, got "polish"');
});
