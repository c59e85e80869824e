// SPDX-License-Identifier: GPL-3.0-or-later
// Text on the display: whatever comes fits, and nothing is left out without a sign.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Canvas } from "../../../engine/panel/canvas.ts";
import { LARGE, MEDIUM, SMALL } from "../../../engine/panel/font.ts";
import { drawText, fitText, largestFitting, textWidth, wrapText } from "../../../engine/panel/text.ts";
import { frameArt, litPixels } from "../../support/frame-art.ts";

const anyText = fc.string({ unit: "grapheme", maxLength: 80 });
const font = fc.constantFrom(SMALL, MEDIUM, LARGE);

test("any text fits into any width that is wide enough for one letter", () => {
  fc.assert(
    fc.property(font, anyText, fc.integer({ min: 0, max: 126 }), (one, text, width) => {
      expect(textWidth(one, fitText(one, text, width))).toBeLessThanOrEqual(width);
    }),
  );
});

test("what fits is not changed; what is cut ends with an ellipsis and begins as it was", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 20, max: 126 }), (written, width) => {
      const text = written.normalize("NFC").replaceAll(/\s/g, " ");
      const fitted = fitText(SMALL, text, width);
      if (textWidth(SMALL, text) <= width) expect(fitted).toBe(text);
      else expect(fitted.endsWith("…") && text.startsWith(fitted.slice(0, -1))).toBe(true);
    }),
  );
});

test("wrapped lines fit and hold every word", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 30, max: 126 }), (written, width) => {
      const text = written.normalize("NFC");
      const lines = wrapText(SMALL, text, width);
      for (const line of lines) expect(textWidth(SMALL, line)).toBeLessThanOrEqual(width);
      expect(lines.join("").replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
    }),
  );
});

test("a long path breaks behind its slashes", () => {
  expect(wrapText(SMALL, "/var/lib/downbeat/recordings/evening.wav", 126)).toEqual([
    "/var/lib/downbeat/",
    "recordings/evening.wav",
  ]);
});

test("the largest size in which all of a text fits and is drawn is taken", () => {
  expect(largestFitting([LARGE, MEDIUM, SMALL], "128", 126).font).toBe(LARGE);
  expect(largestFitting([LARGE, MEDIUM, SMALL], "kHz", 126).font).toBe(MEDIUM);
  expect(largestFitting([LARGE, MEDIUM, SMALL], "a longer sentence", 126).font).toBe(SMALL);
  expect(largestFitting([MEDIUM, SMALL], "much too long for any line of the display", 126).text).toMatch(
    /…$/,
  );
});

test("letters of Latin-1, most of Europe's, and the signs of music are drawn", () => {
  const latin = Array.from({ length: 0x100 - 0xa1 }, (_, index) => String.fromCodePoint(0xa1 + index));
  const ascii = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCodePoint(0x20 + index));
  const more = [..."ŐőŰűČčŠšŽžĚěŘřŮůŃńŚśŹźŻżĄąĘęĞğİŌōŁłŒœ€…–—‘’“”„‚•←→↑↓✓⚠∞Ω♩♪♫♭♯♮▶■●⏸"];
  expect([...ascii, ...latin, ...more].filter((character) => !SMALL.has(character))).toEqual([]);
});

test("no two characters of Latin-1 look the same, but for those that are meant to", () => {
  const drawn = new Map<string, string>();
  const alike: string[] = [];
  for (let code = 0x21; code < 0x100; code += 1) {
    if (code >= 0x7f && code <= 0xa0) continue;
    const character = String.fromCodePoint(code);
    const canvas = new Canvas();
    drawText(canvas, SMALL, character, 0, 0);
    const art = frameArt(canvas.frame);
    const other = drawn.get(art);
    if (other !== undefined) alike.push(other + character);
    drawn.set(art, character);
  }
  // The soft hyphen is one; a cedilla and an acute alone are nearly nothing.
  expect(alike).toEqual(["-\u00ad"]);
});

test("a character that is not drawn is a box, never nothing", () => {
  expect(SMALL.has("漢")).toBe(false);
  const canvas = new Canvas();
  drawText(canvas, SMALL, "漢", 0, 0);
  expect(litPixels(canvas.frame)).toBe(20);
});

test("an umlaut is the letter with two dots, also when it comes in two characters", () => {
  expect(textWidth(SMALL, "u\u0308ber")).toBe(textWidth(SMALL, "über"));
  const [one, two] = ["Ü", "U"].map((letter) => {
    const canvas = new Canvas();
    drawText(canvas, SMALL, letter, 0, 0);
    return litPixels(canvas.frame);
  });
  expect(one).toBe((two ?? 0) + 2);
});
