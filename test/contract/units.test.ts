// SPDX-License-Identifier: GPL-3.0-or-later
// How much of the machine the services can reach, by systemd's own measure: 0 is nothing, 10 is everything. The
// engine cannot give up devices, realtime and the network that Link needs; Node not its compiler.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";

const LIMITS = { "downbeat-engine.service": 1.5, "downbeat.service": 1.4 } as const;

test.runIf(process.platform === "linux").each(Object.entries(LIMITS))(
  "%s is exposed at most %f",
  async (unit, limit) => {
    const { stdout } = await promisify(execFile)("systemd-analyze", [
      ...["security", "--offline=true", "--no-pager"],
      path.join(projectFolder(), "systemd", unit),
    ]);
    const level = Number(/Overall exposure level[^\n]*: (\d+\.\d+)/.exec(stdout)?.[1]);
    expect(level, stdout).toBeLessThanOrEqual(limit);
  },
);
