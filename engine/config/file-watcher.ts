// SPDX-License-Identifier: GPL-3.0-or-later
// Notices that a file has another content, however it was saved: written in place, truncated first, written
// twice, renamed over, gone and back. It watches folders, because a file that is replaced takes its watch
// with it, and compares contents, because a touched file is not a changed one.

import { createHash } from "node:crypto";
import { type FSWatcher, realpathSync, statSync, watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { messageOf } from "../base/errors.ts";
import { TypedEvents } from "../base/events.ts";
import type { Logger } from "../base/logger.ts";
import { readBounded } from "./bounded-read.ts";

/** Events of one save come within a few ms of each other. */
const DEBOUNCE_MS = 30;
/** A file that is written all the time is looked at this often. */
const DEBOUNCE_AT_MOST_MS = 120;
/** What is empty or half a file may be a save under way; after this it is meant. */
const SETTLE_MS = 250;
/** For file systems without events, and folders that are replaced. */
const POLL_MS = 2000;

export interface WatchedFile {
  readonly file: string;
  /** The content that is known already; null: known to be missing. Without it, what stands there at the start. */
  readonly known?: Buffer | null;
  /** Half a file is not a change yet. */
  readonly isComplete: (bytes: Buffer) => boolean;
  /** More is not read: `bytes` has then one byte more. */
  readonly maxBytes: number;
}

export interface FileEvents {
  /** `bytes` is null when the file is missing or cannot be read; `reason` then says why. */
  changed: {
    readonly file: string;
    readonly bytes: Buffer | null;
    readonly isComplete: boolean;
    readonly reason: string;
  };
}

interface Look {
  readonly bytes: Buffer | null;
  readonly id: string;
  readonly reason: string;
}

class WatchState {
  readonly watched: WatchedFile;
  /** Of the content that was told last; undefined before the first look. */
  told: string | undefined;
  /** Size, time and inode at the last look: the poll reads only what differs. */
  stamp = "";
  /** An incomplete content, and since when it stands. */
  doubtful: { readonly id: string; readonly sinceMs: number } | null = null;
  timer: NodeJS.Timeout | null = null;
  firstEventMs = 0;
  isLooking = false;
  isLookWanted = false;

  constructor(watched: WatchedFile) {
    this.watched = watched;
    if (watched.known !== undefined) this.told = idOf(watched.known);
  }
}

interface WatchedFolder {
  readonly watcher: FSWatcher;
  /** Of the folder that is watched: another one of the same name is another folder. */
  readonly inode: number;
}

export class FileWatcher {
  readonly events = new TypedEvents<FileEvents>();
  readonly #log: Logger;
  readonly #files = new Map<string, WatchState>();
  readonly #folders = new Map<string, WatchedFolder>();
  #poll: NodeJS.Timeout | null = null;
  #isRunning = false;

  constructor(options: { readonly log: Logger }) {
    this.#log = options.log;
  }

  /** Resolves when the folders are watched and every file was looked at. */
  async start(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    signal.addEventListener("abort", () => this.stop(), { once: true });
    this.#isRunning = true;
    this.#watchFolders();
    this.#poll = setInterval(() => this.#pollAll(), POLL_MS);
    this.#poll.unref();
    await Promise.all([...this.#files.values()].map((state) => this.#look(state)));
  }

  stop(): void {
    this.#isRunning = false;
    if (this.#poll !== null) clearInterval(this.#poll);
    this.#poll = null;
    for (const state of this.#files.values()) cancelTimer(state);
    for (const { watcher } of this.#folders.values()) watcher.close();
    this.#folders.clear();
    this.events.clear();
  }

  /** Replaces the set of files; those that stay keep what is known of them. */
  async setFiles(files: readonly WatchedFile[]): Promise<void> {
    const wanted = new Map(files.map((watched) => [resolve(watched.file), watched]));
    for (const [path, state] of this.#files) {
      if (wanted.has(path)) continue;
      cancelTimer(state);
      this.#files.delete(path);
    }
    const added: WatchState[] = [];
    for (const [path, watched] of wanted) {
      if (this.#files.has(path)) continue;
      const state = new WatchState(watched);
      this.#files.set(path, state);
      added.push(state);
    }
    if (!this.#isRunning) return;
    this.#watchFolders();
    await Promise.all(added.map((state) => this.#look(state)));
  }

  /** Looks at every file now, events or not. */
  async lookNow(): Promise<void> {
    await Promise.all([...this.#files.values()].map((state) => this.#look(state)));
  }

  #pollAll(): void {
    this.#watchFolders();
    for (const state of this.#files.values()) {
      if (state.timer === null && stampOf(state.watched.file) !== state.stamp) this.#schedule(state, 0);
    }
  }

  /** Watches what is there and not watched yet; a folder that is missing is tried again by the poll. */
  #watchFolders(): void {
    const wanted = new Set([...this.#files.values()].flatMap((state) => foldersOf(state.watched.file)));
    for (const [folder, { watcher, inode }] of this.#folders) {
      if (wanted.has(folder) && inodeOf(folder) === inode) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of wanted) {
      if (this.#folders.has(folder)) continue;
      const inode = inodeOf(folder);
      if (inode === null) continue;
      try {
        const watcher = watch(folder, { persistent: false }, (_type, name) => this.#onEvent(folder, name));
        watcher.on("error", (error) => this.#forget(folder, error));
        this.#folders.set(folder, { watcher, inode });
      } catch (error) {
        this.#log.debug({ folder, reason: messageOf(error) }, "folder cannot be watched, files are polled");
      }
    }
  }

  #forget(folder: string, error: unknown): void {
    this.#log.debug({ folder, reason: messageOf(error) }, "folder is not watched any more");
    this.#folders.get(folder)?.watcher.close();
    this.#folders.delete(folder);
  }

  #onEvent(folder: string, name: string | null): void {
    for (const state of this.#files.values()) {
      const isNear = foldersOf(state.watched.file).includes(folder);
      if (isNear && (name === null || namesOf(state.watched.file).includes(name))) this.#onFileEvent(state);
    }
  }

  #onFileEvent(state: WatchState): void {
    const nowMs = performance.now();
    if (state.timer === null) state.firstEventMs = nowMs;
    const latestMs = state.firstEventMs + DEBOUNCE_AT_MOST_MS - nowMs;
    this.#schedule(state, Math.max(0, Math.min(DEBOUNCE_MS, latestMs)));
  }

  #schedule(state: WatchState, delayMs: number): void {
    cancelTimer(state);
    state.timer = setTimeout(() => {
      state.timer = null;
      void this.#look(state);
    }, delayMs);
    state.timer.unref();
  }

  /** One look at a time; what happens meanwhile is looked at afterwards. Never rejects. */
  async #look(state: WatchState): Promise<void> {
    state.isLookWanted = true;
    if (state.isLooking) return;
    state.isLooking = true;
    try {
      while (state.isLookWanted && this.#isRunning) {
        state.isLookWanted = false;
        state.stamp = stampOf(state.watched.file);
        this.#judge(state, await readLook(state.watched));
      }
    } catch (error) {
      // A listener of ours failed: the next save must still be noticed.
      this.#log.error({ file: state.watched.file, reason: messageOf(error) }, "change could not be handled");
    } finally {
      state.isLooking = false;
    }
  }

  #judge(state: WatchState, look: Look): void {
    const { watched } = state;
    if (!this.#isRunning || this.#files.get(resolve(watched.file)) !== state) return;
    if (state.told === undefined || look.id === state.told) {
      state.told = look.id;
      state.doubtful = null;
      return;
    }
    const isComplete = look.bytes !== null && watched.isComplete(look.bytes);
    if (!isComplete) {
      const nowMs = performance.now();
      if (state.doubtful?.id !== look.id) state.doubtful = { id: look.id, sinceMs: nowMs };
      const leftMs = state.doubtful.sinceMs + SETTLE_MS - nowMs;
      if (leftMs > 0) {
        this.#schedule(state, leftMs);
        return;
      }
    }
    state.told = look.id;
    state.doubtful = null;
    this.events.emit("changed", { file: watched.file, bytes: look.bytes, isComplete, reason: look.reason });
  }
}

async function readLook(watched: WatchedFile): Promise<Look> {
  try {
    const bytes = await readBounded(watched.file, watched.maxBytes);
    return { bytes, id: idOf(bytes), reason: "" };
  } catch (error) {
    return { bytes: null, id: idOf(null), reason: messageOf(error) };
  }
}

function idOf(bytes: Buffer | null): string {
  return bytes === null ? "unreadable" : createHash("sha256").update(bytes).digest("hex");
}

/** Where something may happen to the file: its folder, and that of what it links to. */
function foldersOf(file: string): readonly string[] {
  const folder = dirname(resolve(file));
  const real = dirname(realPathOf(file));
  return folder === real ? [folder] : [folder, real];
}

function namesOf(file: string): readonly string[] {
  return [basename(file), basename(realPathOf(file))];
}

function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file);
  }
}

function inodeOf(folder: string): number | null {
  try {
    return statSync(folder).ino;
  } catch {
    return null;
  }
}

function stampOf(file: string): string {
  try {
    const facts = statSync(file, { throwIfNoEntry: false });
    return facts === undefined ? "missing" : `${facts.size} ${facts.mtimeMs} ${facts.ino}`;
  } catch {
    return "unreadable";
  }
}

function cancelTimer(state: WatchState): void {
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = null;
}
