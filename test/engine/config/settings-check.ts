// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the settings tests: text in, state and sentences out.

import type { CheckedSettings, CheckMode } from "../../../engine/config/check-settings.ts";
import { loadSettingsBytes } from "../../../engine/config/load-settings.ts";
import { formatProblem } from "../../../engine/config/problem.ts";

export interface Checked extends CheckedSettings {
  readonly sentences: readonly string[];
  /** Of the processor, so that a busy machine does not count. */
  readonly cpuMs: number;
}

export function check(content: string | Buffer, mode: CheckMode = "play"): Checked {
  const before = process.cpuUsage();
  const loaded = loadSettingsBytes("box.yaml", Buffer.from(content as string), mode);
  const { user, system } = process.cpuUsage(before);
  return { ...loaded, sentences: loaded.problems.map(formatProblem), cpuMs: (user + system) / 1000 };
}
