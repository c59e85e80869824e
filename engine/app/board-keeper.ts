// SPDX-License-Identifier: GPL-3.0-or-later
// The board on the front while the box runs: read again when its file is saved, and told in the log.

import type { Logger } from "../base/logger.ts";
import type { Problem } from "../config/problem.ts";
import type { Settings } from "../config/schema.ts";
import type { Board } from "../panel/board.ts";
import type { LoadedBoard } from "./board-source.ts";

export interface BoardKeeperOptions {
  readonly settingsFile: string;
  readonly log: Logger;
  readonly report: (problems: readonly Problem[]) => void;
}

export class BoardKeeper {
  readonly #options: BoardKeeperOptions;
  #loaded: LoadedBoard = { board: null, problems: [], sentence: "", files: [] };

  constructor(options: BoardKeeperOptions) {
    this.#options = options;
  }

  /** null: there is no panel. */
  get board(): Board | null {
    return this.#loaded.board;
  }

  /** How it was found. */
  get sentence(): string {
    return this.#loaded.sentence;
  }

  /** To be watched. */
  get files(): readonly string[] {
    return this.#loaded.files;
  }

  /** Reads what the settings ask for. A file of which nothing can be read leaves what was good before. */
  async load(settings: Settings): Promise<void> {
    const { log, report, settingsFile } = this.#options;
    // Loaded late: without a panel nothing of it is needed.
    const { loadPanelBoard } = await import("./board-source.ts");
    const before = this.#loaded;
    const loaded = await loadPanelBoard(settings, settingsFile);
    report(loaded.problems);
    const isDamaged = loaded.board === null && before.board !== null && loaded.problems.length > 0;
    const isSame = loaded.files.some((file) => before.files.includes(file));
    if (isDamaged && isSame) {
      log.warn({}, `the board was not taken: ${before.board.name} is read as before`);
      return;
    }
    this.#loaded = loaded;
    if (loaded.sentence !== "" && loaded.sentence !== before.sentence) {
      if (loaded.board === null) log.debug({}, loaded.sentence);
      else log.info({}, loaded.sentence);
    }
    if (loaded.board !== null && loaded.board.id !== before.board?.id) {
      log.info({ board: loaded.board.id }, `the front panel is ${loaded.board.name}`);
      if (loaded.board.uart !== null) log.info({}, uartSentence(loaded.board, settings));
    }
  }
}

function uartSentence({ uart }: Board, { midi }: Settings): string {
  const port = midi.ports.find(({ kind, name }) => kind === "serial" && name === uart);
  if (port !== undefined) return `its MIDI socket is the port ${port.id}`;
  return `it has a MIDI socket: a port with kind: serial and name: ${uart} under midi.ports plays to it`;
}
