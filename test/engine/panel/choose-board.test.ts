// SPDX-License-Identifier: GPL-3.0-or-later
// Which board is found, and what is said about it.

import { expect, test } from "vitest";
import type { Board, I2cPlace } from "../../../engine/panel/board.ts";
import { chooseBoard } from "../../../engine/panel/choose-board.ts";
import { boardFromText } from "../../support/board-text.ts";

function board(id: string, detect: string): Board {
  const { board: read, sentences } = boardFromText(`version: 1\ndetect: ${detect}\n`, id);
  expect(sentences).toEqual([]);
  if (read === null) throw new Error("no board");
  return read;
}

const PI = "Raspberry Pi 4 Model B Rev 1.4";
const HAT = board("hat", "{ hat: { vendor: Acme, product: Knobs } }");
const TOUCH = board("touch", "{ model: Raspberry Pi, i2c: [{ bus: 1, address: 0x5A }] }");
const BOTH = board(
  "both",
  "{ model: Raspberry Pi, i2c: [{ bus: 1, address: 0x5A }, { bus: 1, address: 0x3C }] }",
);
const NEVER = board("never", "{}");
const ALL = [NEVER, TOUCH, BOTH, HAT];

const at =
  (...addresses: number[]) =>
  (place: I2cPlace) =>
    addresses.includes(place.address);

test("an EEPROM is surer than anything that answers", () => {
  const facts = { hat: { vendor: "Acme Inc.", product: "knobs mk2" }, model: PI };
  const { board: found, sentence } = chooseBoard(ALL, facts, at(0x5a, 0x3c));
  expect(found?.id).toBe("hat");
  expect(sentence).toMatch(
    /^panel\.board: auto found hat: Raspberry Pi 4 Model B Rev 1\.4, the HAT Acme Inc\. knobs mk2/,
  );
});

test("the board of which more answers is found, and a part of one is none", () => {
  const facts = { hat: null, model: PI };
  expect(chooseBoard(ALL, facts, at(0x5a, 0x3c)).board?.id).toBe("both");
  expect(chooseBoard(ALL, facts, at(0x5a)).board?.id).toBe("touch");
  const none = chooseBoard(ALL, facts, at(0x3c));
  expect(none.board).toBeNull();
  expect(none.sentence).toBe(
    `panel.board: auto found no board: ${PI}, no HAT with an EEPROM, nothing at 0x5a of I2C bus 1.`,
  );
});

test("a machine that no board names is never asked on its I2C buses", () => {
  const asked: I2cPlace[] = [];
  const { board: found } = chooseBoard(ALL, { hat: null, model: "" }, (place) => {
    asked.push(place);
    return true;
  });
  expect(found).toBeNull();
  expect(asked).toEqual([]);
});

test("every address is asked once, and a doubt is said", () => {
  let asked = 0;
  const twin = board("twin", "{ model: Raspberry Pi, i2c: [{ bus: 1, address: 0x5A }] }");
  const { board: found, sentence } = chooseBoard([TOUCH, twin], { hat: null, model: PI }, () => {
    asked += 1;
    return true;
  });
  expect(asked).toBe(1);
  expect(found?.id).toBe("touch");
  expect(sentence).toMatch(/It could be twin, too: say which\.$/);
});
