// SPDX-License-Identifier: GPL-3.0-or-later
// A profile that is saved while the box plays: taken at once, a mistake named with its line, and the music
// goes on through all of it.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { eventually, RunningBox, settingsText } from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let box: RunningBox;
beforeAll(async () => {
  box = await RunningBox.start();
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
});

function settings(profile: string): string {
  const port = { id: "left", kind: "virtual", name: "Left", profile };
  return settingsText({ "midi.virtualPort": null, "midi.ports": [port] });
}

/** Waits until the log has what it did not have before `change`. */
async function says(sentence: RegExp, change: () => unknown): Promise<void> {
  const before = box.output.length;
  await change();
  await eventually(String(sentence), () => sentence.test(box.output.slice(before)));
}

test("a synth is found by its name, changed by a file of the player, and never without a profile", async () => {
  const own = path.join(path.dirname(box.settingsFile), "profiles");
  const file = path.join(own, "volca_keys.yaml");
  const { frame } = await box.transport();

  await says(/port left plays Korg volca keys/, () => box.save(settings("volca_keys")));
  await says(/port left plays My volca/, () => {
    mkdirSync(own);
    writeFileSync(file, "extends: volca_keys\nname: My volca\n");
  });
  await says(/port left plays Our volca/, () =>
    writeFileSync(file, "extends: volca_keys\nname: Our volca\n"),
  );
  await says(/volca_keys\.yaml:3:\d+: parameters\.detune\.cc: expected .* 0 to 127, got 420/, () =>
    writeFileSync(file, "extends: volca_keys\nname: No volca\nparameters: { detune: { cc: 420 } }\n"),
  );
  expect(box.output).not.toMatch(/plays No volca/);
  await says(/port left plays Korg volca keys/, () => rmSync(file));
  await says(
    /Did you mean volca_keys.*generic_analog is used[\s\S]*port left plays Generic analog synth/,
    () => box.save(settings("volca_kyes")),
  );

  expect((await box.transport()).frame).toBeGreaterThan(frame);
});
