// SPDX-License-Identifier: GPL-3.0-or-later
// The service behind "save, and it takes effect": watches the settings and whatever files the app adds.
// Good settings are told with what changed in them; bad ones are told once, and nothing changes.

import { TypedEvents } from "../base/events.ts";
import type { Logger } from "../base/logger.ts";
import { diffSettings, type SettingsSection } from "./diff-settings.ts";
import { MAX_JSON_BYTES, parseDocument } from "./document.ts";
import { type FileEvents, FileWatcher, type WatchedFile } from "./file-watcher.ts";
import { keepGood, type LoadedSettings, loadSettingsBytes, unreadableSettings } from "./load-settings.ts";
import type { Problem } from "./problem.ts";
import type { Settings } from "./schema.ts";
import { MAX_SETTINGS_BYTES, readSettingsText } from "./settings-text.ts";

export interface SettingsEvents {
  /** Good settings were saved. `sections` is empty when only comments changed, or mistakes were undone. */
  changed: {
    readonly settings: Settings;
    readonly sections: readonly SettingsSection[];
    /** Warnings at most. */
    readonly problems: readonly Problem[];
  };
  /** Settings with mistakes were saved, or the file is gone: what was good before plays on. */
  refused: { readonly problems: readonly Problem[] };
  /** A file of `watchFiles` has another content or is gone; reading and judging it is the listener's. */
  fileChanged: { readonly file: string; readonly isMissing: boolean };
}

export interface SettingsWatcherOptions {
  readonly file: string;
  readonly stateFolder: string;
  /** What is played by now. */
  readonly settings: Settings;
  /** What was read at the start; a change since then is noticed. */
  readonly loaded: LoadedSettings;
  readonly log: Logger;
}

export class SettingsWatcher {
  readonly events = new TypedEvents<SettingsEvents>();
  readonly #options: SettingsWatcherOptions;
  readonly #watcher: FileWatcher;
  #extraFiles: readonly string[] = [];
  #settings: Settings;
  /** Good settings are stored one after the other. */
  #storing: Promise<void> = Promise.resolve();

  constructor(options: SettingsWatcherOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#watcher = new FileWatcher({ log: options.log });
  }

  /** The last good settings. */
  get settings(): Settings {
    return this.#settings;
  }

  async start(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    signal.addEventListener("abort", () => void this.stop(), { once: true });
    this.#watcher.events.on("changed", (change) => this.#onChange(change));
    await this.#watcher.setFiles(this.#watchedFiles());
    await this.#watcher.start(signal);
  }

  /** Resolves when good settings that were just saved are stored. */
  async stop(): Promise<void> {
    this.#watcher.stop();
    this.events.clear();
    await this.#storing;
  }

  /** Watches these as well, instead of those of the last call: the session and the racks that are played. */
  async watchFiles(files: readonly string[]): Promise<void> {
    this.#extraFiles = [...files];
    await this.#watcher.setFiles(this.#watchedFiles());
  }

  /** Looks at every file now, as SIGHUP asks for. */
  async reload(): Promise<void> {
    await this.#watcher.lookNow();
    await this.#storing;
  }

  #watchedFiles(): readonly WatchedFile[] {
    const { file, loaded } = this.#options;
    const settingsFile: WatchedFile = {
      file,
      known: loaded.bytes,
      isComplete: (bytes) => isWholeSettings(file, bytes),
      maxBytes: MAX_SETTINGS_BYTES,
    };
    const extra = this.#extraFiles.map((path) => ({
      file: path,
      isComplete: (bytes: Buffer) => bytes.length > 0 && parseDocument(path, bytes).problems.length === 0,
      maxBytes: MAX_JSON_BYTES,
    }));
    return [settingsFile, ...extra];
  }

  #onChange(change: FileEvents["changed"]): void {
    const { file } = this.#options;
    if (change.file !== file) {
      this.events.emit("fileChanged", { file: change.file, isMissing: change.bytes === null });
      return;
    }
    const loaded =
      change.bytes === null
        ? unreadableSettings(file, change.reason)
        : loadSettingsBytes(file, change.bytes, "check");
    if (loaded.state !== "good") {
      this.events.emit("refused", { problems: loaded.problems });
      return;
    }
    const sections = diffSettings(this.#settings, loaded.settings);
    this.#settings = loaded.settings;
    this.#store(loaded);
    this.events.emit("changed", { settings: loaded.settings, sections, problems: loaded.problems });
  }

  #store(loaded: LoadedSettings): void {
    this.#storing = this.#storing.then(async () => {
      const sentence = await keepGood(loaded, this.#options.stateFolder);
      this.#options.log.info({ file: loaded.file }, sentence);
    });
  }
}

/** Empty, or cut off in the middle: probably still being written. */
function isWholeSettings(file: string, bytes: Buffer): boolean {
  const source = readSettingsText(file, bytes);
  if (source.type === "refused") return false;
  return source.document.problems.length === 0 && source.document.value !== null;
}
