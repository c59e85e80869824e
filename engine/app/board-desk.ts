// SPDX-License-Identifier: GPL-3.0-or-later
// What the `panel` verb shows of boards: all there are, and what is on one of them.

import { loadTolerant } from "../config/load-settings.ts";
import type { Problem } from "../config/problem.ts";
import type { Settings } from "../config/schema.ts";
import { targetText } from "../mapping/mapping-words.ts";
import type { Board, BoardControl } from "../panel/board.ts";
import { type BoardEntry, loadBoard } from "../panel/board-shelf.ts";
import { shownBy } from "../panel/panel-plan.ts";
import { contentsText, deviceText, sightText, wiringText } from "../panel/panel-words.ts";
import { loadPanelBoard, openBoardShelf } from "./board-source.ts";

export { contentsText, deviceText, sightText, wiringText };

export interface ListedBoard extends BoardEntry {
  /** null when nothing of it can be read. */
  readonly board: Board | null;
}

export interface ListedBoards {
  readonly boards: readonly ListedBoard[];
  /** The one on the front; null: none. */
  readonly present: Board | null;
  readonly sentence: string;
  readonly problems: readonly Problem[];
}

export async function listBoards(settingsFile: string): Promise<ListedBoards> {
  const { settings, problems } = await loadTolerant(settingsFile);
  const shelf = await openBoardShelf(settings, settingsFile);
  const loaded = await Promise.all(
    shelf.entries.map(async (entry) => ({ entry, found: await loadBoard(entry.file) })),
  );
  const present = await loadPanelBoard(settings, settingsFile);
  const others = loaded.filter(({ found }) => !present.files.includes(found.file));
  return {
    boards: loaded.map(({ entry, found }) => ({ ...entry, board: found.board })),
    present: present.board,
    sentence: present.sentence,
    problems: [
      ...problems,
      ...shelf.problems,
      ...present.problems,
      ...others.flatMap(({ found }) => found.problems),
    ],
  };
}

export interface ShownBoard {
  /** null: there is none; the sentence says why. */
  readonly board: Board | null;
  /** Is it the one on the front? */
  readonly isPresent: boolean;
  readonly sentence: string;
  readonly settings: Settings;
  readonly problems: readonly Problem[];
}

/** @param id - null: the one on the front */
export async function shownBoard(settingsFile: string, id: string | null): Promise<ShownBoard> {
  const { settings, problems: ofSettings } = await loadTolerant(settingsFile);
  const present = await loadPanelBoard(settings, settingsFile);
  const facts = { settings, isPresent: id === null || id === present.board?.id };
  if (facts.isPresent) {
    const none = present.sentence || "There is no panel: panel.board is none, or cannot be read.";
    const problems = [...ofSettings, ...present.problems];
    return { ...facts, board: present.board, sentence: none, problems };
  }
  const shelf = await openBoardShelf(settings, settingsFile);
  const found = await shelf.find(id ?? "");
  const sentence =
    found === null ? `There is no board ${JSON.stringify(id)}. ${shelf.hintFor(id ?? "")}` : "";
  const problems = [...ofSettings, ...(found?.problems ?? [])];
  return { ...facts, board: found?.board ?? null, sentence, problems };
}

/** What a control moves, or what an LED shows. */
export function panelUse({ board, settings, isPresent }: ShownBoard, control: BoardControl): string {
  if (board === null) return "-";
  if (control.kind === "led") {
    const shown = shownBy(board, settings.panel.leds).get(control.id);
    return shown === undefined ? "-" : `shows ${shown}`;
  }
  if (!isPresent) return "-";
  const mappings = settings.mappings.filter((one) => one.source === "panel" && one.control === control.id);
  const accent = settings.panel.accent === control.id ? ["accent"] : [];
  return [...mappings.map(targetText), ...accent].join(", ") || "-";
}
