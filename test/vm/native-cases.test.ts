// SPDX-License-Identifier: GPL-3.0-or-later
// The native cases that want a device, under the realtime sanitizer: elsewhere they find none and ask nothing.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";

test.each([
  ["test-audio", "ALSA:*", 5],
  ["test-panel", "GPIO:*,I2C:*", 10],
])("%s: the cases %s", (program, cases, atLeast) => {
  const run = spawnSync(
    path.join(projectFolder(), "build", "realtime", program),
    [`--test-case=${cases}`, "--no-colors"],
    { encoding: "utf8" },
  );
  const [, passed, failed] = /test cases: +\d+ \| +(\d+) passed \| +(\d+) failed/.exec(run.stdout) ?? [];
  expect(run.status, `${run.stdout}${run.stderr}`).toBe(0);
  expect(Number(failed)).toBe(0);
  expect(Number(passed)).toBeGreaterThanOrEqual(atLeast);
  // A case without its device returns at once; these have theirs.
  const [, assertions] = /assertions: +(\d+) \|/.exec(run.stdout) ?? [];
  expect(Number(assertions)).toBeGreaterThan(atLeast);
});
