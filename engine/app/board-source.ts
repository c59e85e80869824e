// SPDX-License-Identifier: GPL-3.0-or-later
// From the settings to the board on the front: the one that they name, or the one that is found. A board that
// is not there, or that nothing can be read of, costs the panel and nothing else.

import path from "node:path";
import { i2cAnswers } from "../binding/addon.ts";
import { projectFolder } from "../binding/places.ts";
import { loadDocument, type ReadFile, readPlainFile } from "../config/load-document.ts";
import { AUTO_BOARD, NO_BOARD } from "../config/panel-schema.ts";
import type { PanelPart } from "../config/plan-parts.ts";
import { type Problem, showValue } from "../config/problem.ts";
import type { Settings } from "../config/schema.ts";
import type { Board, I2cPlace } from "../panel/board.ts";
import { BoardShelf, loadBoard } from "../panel/board-shelf.ts";
import { chooseBoard, type HardwareFacts } from "../panel/choose-board.ts";
import { panelPlan } from "../panel/panel-plan.ts";
import { deviceTreeFacts } from "../platform/hardware-facts.ts";

export interface LoadedBoard {
  /** null: none. */
  readonly board: Board | null;
  readonly problems: readonly Problem[];
  /** Of `auto`: what was found and why; empty when the settings name the board. */
  readonly sentence: string;
  /** To be watched; also one that is not there and would be taken. */
  readonly files: readonly string[];
}

/** How the machine is looked at; another one in tests. */
export interface HardwareEyes {
  facts(): Promise<HardwareFacts>;
  answers(place: I2cPlace): boolean;
}

const OWN_EYES: HardwareEyes = {
  facts: () => deviceTreeFacts(),
  answers: ({ bus, address }) => i2cAnswers(bus, address),
};

/** The boards that came with Downbeat. */
export function builtInBoards(): string {
  return path.join(projectFolder(), "hardware", "boards");
}

/** The player's own, which need not exist. */
export function boardFolder(settings: Settings, settingsFile: string): string {
  return path.resolve(path.dirname(settingsFile), settings.panel.folder);
}

export function openBoardShelf(settings: Settings, settingsFile: string): Promise<BoardShelf> {
  return BoardShelf.open(builtInBoards(), boardFolder(settings, settingsFile));
}

/** Never throws for what is in files, and for what is not there. */
export async function loadPanelBoard(
  settings: Settings,
  settingsFile: string,
  eyes: HardwareEyes = OWN_EYES,
): Promise<LoadedBoard> {
  const { board: wanted } = settings.panel;
  if (wanted === NO_BOARD) return { board: null, problems: [], sentence: "", files: [] };
  const loaded =
    wanted === AUTO_BOARD
      ? await findBoard(settings, settingsFile, eyes)
      : isPath(wanted)
        ? await boardOf(path.resolve(path.dirname(settingsFile), wanted))
        : await namedBoard(settings, settingsFile, wanted);
  if (loaded.board === null) return loaded;
  return {
    ...loaded,
    problems: [...loaded.problems, ...(await nameProblems(settings, settingsFile, loaded.board))],
  };
}

/** For the plan. */
export function panelPart(board: Board | null, settings: Settings): PanelPart | null {
  return board === null ? null : { board: board.name, plan: panelPlan(board, settings.panel) };
}

/** Mistakes of a board file, in the order of the file. */
export async function boardProblems(file: string, readFile: ReadFile): Promise<readonly Problem[]> {
  return (await loadBoard(file, readFile)).problems;
}

function isPath(board: string): boolean {
  return board.includes("/") || /\.ya?ml$/.test(board);
}

async function boardOf(file: string): Promise<LoadedBoard> {
  const { board, problems } = await loadBoard(file);
  return { board, problems, sentence: "", files: [file] };
}

async function namedBoard(settings: Settings, settingsFile: string, id: string): Promise<LoadedBoard> {
  const shelf = await openBoardShelf(settings, settingsFile);
  const found = await shelf.find(id);
  const own = path.join(boardFolder(settings, settingsFile), `${id}.yaml`);
  if (found !== null) {
    const files = [...new Set([found.file, own])];
    return { board: found.board, problems: [...shelf.problems, ...found.problems], sentence: "", files };
  }
  const problem = await problemAt(settingsFile, ["panel", "board"], {
    expected: "auto, none, the id of a board or the path of a board file",
    got: showValue(id),
    hint: `${shelf.hintFor(id)} There is no panel.`,
  });
  return { board: null, problems: [...shelf.problems, problem], sentence: "", files: [own] };
}

async function findBoard(settings: Settings, settingsFile: string, eyes: HardwareEyes): Promise<LoadedBoard> {
  const facts = await eyes.facts();
  // A machine that says nothing of itself has no board that could be found: nothing is read.
  if (facts.hat === null && facts.model === "") {
    return { board: null, problems: [], sentence: chooseBoard([], facts, eyes.answers).sentence, files: [] };
  }
  const shelf = await openBoardShelf(settings, settingsFile);
  const found = await Promise.all(shelf.entries.map(({ file }) => loadBoard(file)));
  const boards = found.flatMap(({ board }) => (board === null ? [] : [board]));
  const { board, sentence } = chooseBoard(boards, facts, (place) => eyes.answers(place));
  const source = found.find((one) => one.board === board);
  const files = board === null || source === undefined ? [] : [source.file];
  return { board, problems: [...shelf.problems, ...(source?.problems ?? [])], sentence, files };
}

/** What the settings name that this board does not have. */
async function nameProblems(
  { panel }: Settings,
  settingsFile: string,
  board: Board,
): Promise<readonly Problem[]> {
  const ids = (isMeant: (control: Board["controls"][number]) => boolean): readonly string[] =>
    board.controls.filter(isMeant).map(({ id }) => id);
  const buttons = ids(({ kind }) => kind === "button" || kind === "pad");
  const leds = ids(({ kind }) => kind === "led");
  const shown = ids(({ kind }) => kind !== "led" && kind !== "pot");
  const wrong: {
    readonly path: readonly string[];
    readonly got: string;
    readonly known: readonly string[];
  }[] = [];
  if (panel.accent !== null && !buttons.includes(panel.accent))
    wrong.push({ path: ["panel", "accent"], got: panel.accent, known: buttons });
  for (const [led, control] of Object.entries(panel.leds)) {
    if (!leds.includes(led)) wrong.push({ path: ["panel", "leds", led], got: led, known: leds });
    else if (control !== "off" && !shown.includes(control))
      wrong.push({ path: ["panel", "leds", led], got: control, known: [...shown, "off"] });
  }
  return Promise.all(
    wrong.map(({ path: at, got, known }) =>
      problemAt(settingsFile, at, {
        expected: `one of ${known.length === 0 ? "none: the board has no such control" : known.join(", ")}`,
        got: showValue(got),
        hint: `The board is ${board.id}. It is left out.`,
      }),
    ),
  );
}

async function problemAt(
  settingsFile: string,
  at: readonly string[],
  what: { readonly expected: string; readonly got: string; readonly hint: string },
): Promise<Problem> {
  const document = await loadDocument(settingsFile, readPlainFile);
  return document.problemAt(at, "value", { severity: "warning", ...what });
}
