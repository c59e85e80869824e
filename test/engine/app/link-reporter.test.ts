// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { LinkReporter } from "../../../engine/app/link-reporter.ts";
import { linkText } from "../../../engine/cli/link.ts";
import type { WifiLink } from "../../../engine/platform/wifi-text.ts";
import { engineStatus, linkStatus } from "../../support/engine-state.ts";

const RADIO: WifiLink = {
  name: "wlan0",
  isConnected: true,
  network: "Stage",
  signalDbm: -55,
  frequencyMhz: 5180,
  channel: 36,
  powerSave: true,
};

/** A reporter whose radios were looked at once. */
async function reporterWith(radios: readonly WifiLink[]): Promise<LinkReporter> {
  const reporter = new LinkReporter(() => Promise.resolve(radios));
  reporter.start();
  await Promise.resolve();
  reporter.stop();
  return reporter;
}

test("nothing is reported before the engine was heard", async () => {
  expect((await reporterWith([RADIO])).link()).toBeNull();
});

test("the engine's words and the radios come together, with what to do about both", async () => {
  const reporter = await reporterWith([RADIO]);
  const link = linkStatus({ peers: 1, health: "shaky", sentence: "the measured clocks jumped" });
  reporter.takeStatus(engineStatus({ link }));
  const report = reporter.link();
  expect(report?.status.health).toBe("shaky");
  expect(report?.wifi).toEqual([RADIO]);
  expect(report?.advice).toEqual([expect.stringContaining("power save is on")]);
});

test("radios are not complained about when Link is not wanted", async () => {
  const reporter = await reporterWith([RADIO]);
  reporter.takeStatus(engineStatus({ link: linkStatus({ enabled: false }) }));
  expect(reporter.link()?.advice).toEqual([]);
});

test("`downbeat link` shows the word first, then who changed the tempo, the clocks and the radios", () => {
  const status = linkStatus({
    peers: 2,
    health: "good",
    sentence: "together with 2 peers",
    correctionMicros: 321,
    measurement: { steps: 2, lastStepMicros: -45, lastStepAgeSeconds: 20, worstStepMicros: 45 },
    tempo: { bpm: 126, changedBy: "others", ageSeconds: 5, byUs: 0, byOthers: 1 },
  });
  const text = linkText({ status, wifi: [RADIO], advice: ["do this"] });
  expect(text.split("\n")[0]).toBe("Link         good: together with 2 peers");
  expect(text).toContain("126.00 bpm, changed by others 5 s ago");
  expect(text).toContain("0.321 ms to go");
  expect(text).toContain("2 steps, the last -0.045 ms, 20 s ago");
  expect(text).toContain("wlan0: Stage, -55 dBm, channel 36 (5180 MHz), power save on");
  expect(text).toContain("->           do this");
  expect(linkText({ status: linkStatus(), wifi: [], advice: [] })).toContain("not changed since the start");
});
