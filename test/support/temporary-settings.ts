// SPDX-License-Identifier: GPL-3.0-or-later
// A settings file in a folder of its own, watched, with everything the watcher says written down.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SILENT_LOGGER } from "../../engine/base/logger.ts";
import { loadAtStart } from "../../engine/config/load-settings.ts";
import { formatProblem } from "../../engine/config/problem.ts";
import { SettingsWatcher } from "../../engine/config/settings-watcher.ts";

export interface WatchedSettings {
  readonly folder: string;
  readonly file: string;
  readonly stateFolder: string;
  readonly watcher: SettingsWatcher;
  /** `changed link 8`, `refused SENTENCE`, `file NAME`, `file NAME gone`, in order. */
  readonly told: string[];
  /** Resolves with the ms it took, or rejects after `withinMs`. */
  waitFor(count: number, withinMs?: number): Promise<number>;
  close(): Promise<void>;
}

export async function watchSettings(content: string): Promise<WatchedSettings> {
  const root = await mkdtemp(join(tmpdir(), "downbeat-watch-"));
  const folder = join(root, "config");
  const stateFolder = join(root, "state");
  const file = join(folder, "downbeat.yaml");
  await mkdir(folder);
  await writeFile(file, content);
  const { settings, loaded } = await loadAtStart(file, stateFolder);
  const watcher = new SettingsWatcher({ file, stateFolder, settings, loaded, log: SILENT_LOGGER });
  const told: string[] = [];
  watcher.events.on("changed", (event) => {
    told.push(["changed", ...event.sections, String(event.settings.link.quantum)].join(" "));
  });
  watcher.events.on("refused", ({ problems }) => told.push(`refused ${problems.map(formatProblem)[0]}`));
  watcher.events.on("fileChanged", (event) => {
    told.push(`file ${event.file.slice(folder.length + 1)}${event.isMissing ? " gone" : ""}`);
  });
  const controller = new AbortController();
  await watcher.start(controller.signal);
  return {
    folder,
    file,
    stateFolder,
    watcher,
    told,
    async waitFor(count, withinMs = 5000) {
      const startMs = performance.now();
      while (told.length < count) {
        if (performance.now() - startMs > withinMs) throw new Error(`told only ${JSON.stringify(told)}`);
        await pause(5);
      }
      return performance.now() - startMs;
    },
    async close() {
      controller.abort();
      await watcher.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
