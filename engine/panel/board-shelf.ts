// SPDX-License-Identifier: GPL-3.0-or-later
// Every board there is: those of the player's folder before those that came with Downbeat. A folder is only
// listed; a board is read when somebody asks for it.

import { readdir } from "node:fs/promises";
import path from "node:path";
import { messageOf, systemCodeOf } from "../base/errors.ts";
import { nearNames } from "../base/nearest-name.ts";
import { Checker, listOf } from "../config/check.ts";
import { loadDocument, type ReadFile, readPlainFile } from "../config/load-document.ts";
import { type Problem, showValue } from "../config/problem.ts";
import type { Board } from "./board.ts";
import { boardIdSchema } from "./board-schema.ts";
import { readBoard } from "./read-board.ts";

export interface BoardEntry {
  readonly id: string;
  readonly origin: "folder" | "builtIn";
  readonly file: string;
}

export interface FoundBoard {
  readonly file: string;
  /** null when nothing of it can be read. */
  readonly board: Board | null;
  readonly problems: readonly Problem[];
  readonly hasErrors: boolean;
}

const ENDING = /\.ya?ml$/;
const MAX_FILES = 1000;

export class BoardShelf {
  readonly entries: readonly BoardEntry[];
  /** Of the folders: what cannot be listed, and names that no board can have. */
  readonly problems: readonly Problem[];

  private constructor(entries: readonly BoardEntry[], problems: readonly Problem[]) {
    this.entries = entries;
    this.problems = problems;
  }

  /**
   * Lists the folders; never throws for what is in them.
   *
   * @param folder - the player's own, which need not exist
   */
  static async open(builtInFolder: string, folder: string): Promise<BoardShelf> {
    const problems: Problem[] = [];
    const own = await listFolder(folder, "folder", problems);
    const builtIn = await listFolder(builtInFolder, "builtIn", problems);
    const entries = new Map([...builtIn, ...own].map((entry) => [entry.id, entry]));
    return new BoardShelf(
      [...entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      problems,
    );
  }

  /** @returns null when no board has this id */
  async find(id: string): Promise<FoundBoard | null> {
    const entry = this.entries.find((one) => one.id === id);
    return entry === undefined ? null : loadBoard(entry.file);
  }

  /** A sentence for a board that is not there. */
  hintFor(id: string): string {
    const ids = this.entries.map((entry) => entry.id);
    const near = nearNames(id, ids);
    return near.length > 0 ? `Did you mean ${near.join(", ")}?` : `There are: ${listOf(ids)}.`;
  }
}

/** Never throws for what is in the file. */
export async function loadBoard(file: string, readFile: ReadFile = readPlainFile): Promise<FoundBoard> {
  const checker = new Checker(await loadDocument(file, readFile));
  const { document } = checker;
  if (document.unreadable !== null || document.problems.length > 0)
    return { file, board: null, problems: checker.problems, hasErrors: true };
  const board = readBoard(checker, path.basename(file).replace(ENDING, ""));
  return { file, board, problems: checker.problems, hasErrors: checker.hasErrors };
}

async function listFolder(
  folder: string,
  origin: BoardEntry["origin"],
  problems: Problem[],
): Promise<readonly BoardEntry[]> {
  let names: readonly string[] = [];
  try {
    names = (await readdir(folder)).filter((name) => ENDING.test(name)).sort();
  } catch (error) {
    if (origin === "builtIn" || systemCodeOf(error) !== "ENOENT")
      problems.push(problemOf(folder, "a folder with boards", messageOf(error), ""));
  }
  return names.slice(0, MAX_FILES).flatMap((name) => {
    const id = name.replace(ENDING, "");
    const file = path.join(folder, name);
    if (boardIdSchema.safeParse(id).success) return [{ id, origin, file }];
    const expected = "a file name of small letters, digits and -, a letter first";
    problems.push(problemOf(file, expected, showValue(id), "It is not used: rename it."));
    return [];
  });
}

function problemOf(file: string, expected: string, got: string, hint: string): Problem {
  return { severity: "warning", file, line: 1, column: 1, path: "", expected, got, hint };
}
