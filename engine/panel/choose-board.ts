// SPDX-License-Identifier: GPL-3.0-or-later
// Which board is this? By what its EEPROM says, by the machine, and by what answers on its I2C bus. Says what
// was found, whatever comes of it.

import { listOf } from "../config/check.ts";
import type { Board, BoardSigns, I2cPlace } from "./board.ts";

/** What the machine says of itself. */
export interface HardwareFacts {
  /** The HAT's EEPROM; null: none, or no such machine. */
  readonly hat: { readonly vendor: string; readonly product: string } | null;
  /** Of the device tree; empty without one. */
  readonly model: string;
}

export interface ChosenBoard {
  /** null: none of them. */
  readonly board: Board | null;
  readonly sentence: string;
}

/**
 * @param boards - in the order in which they are preferred
 * @param answers - does something answer there? Asked only for boards whose machine this is
 */
export function chooseBoard(
  boards: readonly Board[],
  facts: HardwareFacts,
  answers: (place: I2cPlace) => boolean,
): ChosenBoard {
  const found = new Map<string, boolean>();
  const asks = (place: I2cPlace): boolean => {
    const name = placeText(place);
    const known = found.get(name) ?? answers(place);
    found.set(name, known);
    return known;
  };
  const scores = boards.map((board) => ({ board, score: scoreOf(board.signs, facts, asks) }));
  const best = Math.max(0, ...scores.map(({ score }) => score));
  const fitting = scores.filter(({ score }) => score === best && best > 0).map(({ board }) => board);
  const [board] = fitting;
  const seen = seenText(facts, found);
  if (board === undefined) return { board: null, sentence: `panel.board: auto found no board: ${seen}.` };
  const others = fitting.slice(1).map(({ id }) => id);
  const doubt = others.length === 0 ? "" : ` It could be ${listOf(others)}, too: say which.`;
  return { board, sentence: `panel.board: auto found ${board.id}: ${seen}.${doubt}` };
}

/** What an EEPROM says is sure; of the rest more signs are surer. 0: it is not this one. */
function scoreOf(
  { hat, model, i2c }: BoardSigns,
  facts: HardwareFacts,
  asks: (place: I2cPlace) => boolean,
): number {
  if (hat !== null) {
    if (facts.hat === null || !isPart(hat.vendor, facts.hat.vendor)) return 0;
    return isPart(hat.product, facts.hat.product) ? 100 : 0;
  }
  // On a machine that nobody named, an address may be anything: a memory, a fan.
  if (model === "" || !isPart(model, facts.model) || i2c.length === 0) return 0;
  return i2c.every(asks) ? i2c.length : 0;
}

function isPart(part: string, whole: string): boolean {
  return whole.toLowerCase().includes(part.toLowerCase());
}

function seenText({ hat, model }: HardwareFacts, found: ReadonlyMap<string, boolean>): string {
  const all = [...found];
  const yes = all.filter(([, is]) => is).map(([name]) => name);
  const no = all.filter(([, is]) => !is).map(([name]) => name);
  return [
    model === "" ? "no device tree" : model,
    hat === null ? "no HAT with an EEPROM" : `the HAT ${[hat.vendor, hat.product].filter(Boolean).join(" ")}`,
    ...(yes.length > 0 ? [`something answers at ${listOf(yes)}`] : []),
    ...(no.length > 0 ? [`nothing at ${listOf(no)}`] : []),
  ].join(", ");
}

export function placeText({ bus, address }: I2cPlace): string {
  return `0x${address.toString(16).padStart(2, "0")} of I2C bus ${bus}`;
}
