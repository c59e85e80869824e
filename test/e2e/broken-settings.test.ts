// SPDX-License-Identifier: GPL-3.0-or-later
// Broken settings are saved over those of a box that plays: each is answered with a position and a
// sentence, none stops the music, none takes long. All of them go through what `downbeat check` does.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkFile } from "../../engine/cli/check.ts";
import { formatProblem } from "../../engine/config/problem.ts";
import { mutatedSettings, NASTY_SETTINGS } from "../support/broken-settings.ts";
import { eventually, RunningBox, settingsText } from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MUTATIONS = 200;
/** The promise, in processor time: a busy machine does not count. */
const MAX_CPU_MS = 1000;
const POSITION = /\.yaml:\d+:\d+: \S/;

const MUTATED = Array.from({ length: MUTATIONS }, (_, number): readonly [string, string] => [
  `mutation ${number}`,
  mutatedSettings(number),
]);

describe("downbeat check", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "downbeat-broken-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test(`answers ${MUTATIONS} mutations of the shipped file and every nasty one`, async () => {
    const file = path.join(folder, "box.yaml");
    for (const [name, content] of [...MUTATED, ...NASTY_SETTINGS]) {
      writeFileSync(file, content);
      const before = process.cpuUsage();
      const { problems } = await checkFile(file, folder);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000, name).toBeLessThan(MAX_CPU_MS);
      const errors = problems.filter(({ severity }) => severity === "error").map(formatProblem);
      expect(errors.length, name).toBeGreaterThan(0);
      for (const sentence of errors) expect(sentence, name).toMatch(POSITION);
    }
  });
});

describe("a box that plays", () => {
  let box: RunningBox;
  beforeAll(async () => {
    box = await RunningBox.start();
  });
  afterAll(async () => {
    await box?.[Symbol.asyncDispose]();
  });

  const refusals = () =>
    box.sentences.filter((sentence) => /what was good before plays on/.test(sentence)).length;

  /** Eight ways of breaking a file take turns, so every ninth meets them all; of the nasty ones a third. */
  const SAMPLE = [
    ...MUTATED.filter((_, index) => index % 9 === 0),
    ...NASTY_SETTINGS.filter(
      ([name], index) => index % 3 === 0 || /bomb|tab|twice|10 MB|__proto__/.test(name),
    ),
  ];

  test(`answers ${SAMPLE.length} of them, one saved after the other, and plays on`, async ({ annotate }) => {
    // The device is named once, when it is known: not in between.
    await eventually("a sentence about the device", () =>
      box.sentences.some((one) => /audio\.device/.test(one)),
    );
    const before = await box.status();
    const told = box.sentences.length;
    let slowestMs = 0;
    for (const [name, content] of SAMPLE) {
      const count = refusals();
      const said = box.sentences.length;
      const savedMs = performance.now();
      box.save(content);
      await eventually(`a refusal of ${name}`, () => refusals() > count);
      slowestMs = Math.max(slowestMs, performance.now() - savedMs);
      const mistakes = box.sentences.slice(said, -1);
      expect(mistakes.length, name).toBeGreaterThan(0);
      for (const sentence of mistakes) expect(sentence, name).toMatch(POSITION);
      expect((await box.transport()).status, name).toBe("playing");
    }
    await annotate(`saved to answered: ${slowestMs.toFixed(0)} ms at most`);
    const after = await box.status();
    expect(after.engine.pid).toBe(before.engine.pid);
    expect(after.plan.hash).toBe(before.plan.hash);
    expect(after.transport.xruns).toBe(before.transport.xruns);
    // As much music as time went by: none of them held it up.
    const framesSince = Number(after.transport.frame) - Number(before.transport.frame);
    const secondsSince = after.engine.uptimeSeconds - before.engine.uptimeSeconds;
    expect(framesSince / after.audio.sampleRate).toBeCloseTo(secondsSince, 0);
    expect(box.sentences.length - told).toBeGreaterThan(2 * SAMPLE.length - 1);
    expect(JSON.stringify(await box.get("/health"))).toMatch(/"loop_late_ms":\d{1,3}\b/);
  });

  test("good settings are taken again at once after all that", async () => {
    box.save(settingsText({ "link.quantum": 6 }));
    await eventually("6 beats", async () => (await box.transport()).quantum === 6);
  });
});
