// SPDX-License-Identifier: GPL-3.0-or-later
// A board as a person writes it, read, with what is wrong with it as sentences.

import { Checker } from "../../engine/config/check.ts";
import { parseDocument } from "../../engine/config/document.ts";
import { formatProblem } from "../../engine/config/problem.ts";
import type { Board } from "../../engine/panel/board.ts";
import { readBoard } from "../../engine/panel/read-board.ts";

export interface ReadBoardText {
  readonly board: Board | null;
  readonly sentences: readonly string[];
}

export function boardFromText(text: string, id = "mine"): ReadBoardText {
  const checker = new Checker(parseDocument(`${id}.yaml`, text));
  const board = checker.document.value === undefined ? null : readBoard(checker, id);
  return { board, sentences: checker.problems.map(formatProblem) };
}
