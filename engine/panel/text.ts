// SPDX-License-Identifier: GPL-3.0-or-later
// Text on a canvas: how wide it is, cut so that it fits, broken into lines. Any text may come, from names of devices
// to what a person wrote in a file.

import type { Canvas } from "./canvas.ts";
import type { Font } from "./font.ts";

const ELLIPSIS = "…";

/** Columns, without a gap behind the last letter. */
export function textWidth(font: Font, text: string): number {
  let width = 0;
  for (const character of oneLine(text)) width += font.glyph(character).width + font.gap;
  return Math.max(0, width - font.gap);
}

/** Draws from `x` to the right; `y` is the top of the marks. @returns the column behind the last letter */
export function drawText(canvas: Canvas, font: Font, text: string, x: number, y: number): number {
  let column = x;
  for (const character of oneLine(text)) {
    const { width, rows } = font.glyph(character);
    for (const [row, pixels] of rows.entries())
      for (const [offset, isLit] of pixels.entries()) if (isLit) canvas.set(column + offset, y + row);
    column += width + font.gap;
  }
  return Math.max(x, column - font.gap);
}

/** As much of the text as fits, with an ellipsis when something is left out. */
export function fitText(font: Font, text: string, width: number): string {
  const line = oneLine(text);
  if (textWidth(font, line) <= width) return line;
  const room = width - font.glyph(ELLIPSIS).width - font.gap;
  let taken = "";
  let used = 0;
  for (const character of line) {
    const next = font.glyph(character).width + font.gap;
    if (used + next > room + font.gap) break;
    taken += character;
    used += next;
  }
  const short = `${taken.trimEnd()}${ELLIPSIS}`;
  return textWidth(font, short) <= width ? short : "";
}

/** The largest of `fonts` in which the whole text fits and is drawn; else the last one, cut. */
export function largestFitting(
  fonts: readonly [...Font[], Font],
  text: string,
  width: number,
): { readonly font: Font; readonly text: string } {
  const line = oneLine(text);
  const font =
    fonts.find(
      (one) => textWidth(one, line) <= width && [...line].every((character) => one.has(character)),
    ) ?? (fonts.at(-1) as Font);
  return { font, text: fitText(font, line, width) };
}

/** Lines that fit, broken between words; a word that is too long is broken where it must. */
export function wrapText(font: Font, text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of oneLine(text).split(" ")) {
    if (word === "") continue;
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(font, longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const piece of pieces(font, word, width)) {
      if (line !== "") lines.push(line);
      line = piece;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** A path is broken behind its slashes where that helps. */
function pieces(font: Font, word: string, width: number): readonly string[] {
  const found: string[] = [];
  let piece = "";
  for (const character of word) {
    if (piece !== "" && textWidth(font, piece + character) > width) {
      const cut = Math.max(piece.lastIndexOf("/"), piece.lastIndexOf(":"), piece.lastIndexOf("_")) + 1;
      const at = cut > piece.length / 2 ? cut : piece.length;
      found.push(piece.slice(0, at));
      piece = piece.slice(at);
    }
    piece += character;
  }
  return [...found, piece];
}

function oneLine(text: string): string {
  return text.normalize("NFC").replaceAll(/\s/g, " ");
}
