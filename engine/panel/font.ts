// SPDX-License-Identifier: GPL-3.0-or-later
// Three sizes of our letters. Letters with marks are put together from what is drawn, so that umlauts and most of
// Europe's languages are there; what is not drawn is shown as a box, never left out.

import { LETTERS, LOW_MARKS, MARKS, NUMBERS, SIGNS, UNKNOWN } from "./font-art.ts";
import { type Glyph, readArt, readGlyph, stacked, twiceAsLarge } from "./glyph.ts";

export interface Font {
  /** Rows from the top of the marks of capitals to the foot of small letters. */
  readonly height: number;
  /** Between letters, in columns. */
  readonly gap: number;
  glyph(character: string): Glyph;
  /** False: a box stands for it. */
  has(character: string): boolean;
}

/** Rows above capitals, for their marks. */
const MARK_ROWS = 2;
const CAPITAL_ROWS = 7;
/** Where marks of small letters begin: dots nearer, what has two rows with a dark one between. */
const NEAR_ROW = 2;
const FAR_ROW = 1;
const HEIGHT = MARK_ROWS + CAPITAL_ROWS + 2;
const SPACE: Glyph = { width: 3, rows: [] };

const DRAWN = new Map([...readArt(LETTERS), ...readArt(SIGNS)]);
const BOX = readGlyph(UNKNOWN);

/** Characters that look like one that is drawn. */
const ALIKE: Readonly<Record<string, string>> = {
  "\u00a0": " ",
  "\u00ad": "-",
  "\u2009": " ",
  "\u202f": " ",
  "\u2010": "-",
  "\u2011": "-",
  "\u2212": "–",
  "\u03bc": "µ",
  "\u2126": "Ω",
  "\u25fc": "■",
  "\u23f9": "■",
  "\u23f5": "▶",
  "\u23fa": "●",
};

/** From the top of marks, so that all rows count from the same place. */
const lowered = (glyph: Glyph): Glyph => ({
  width: glyph.width,
  rows: [...Array.from({ length: MARK_ROWS }, () => []), ...glyph.rows],
});

/** Small letters without an ascender leave room for a mark. */
function isLow(base: string): boolean {
  return /^[acegm-su-z\u0131\u0237æœø]$/.test(base);
}

/** A letter and one mark; null when one of them is not drawn. */
function marked(character: string): Glyph | null {
  const [letter = "", mark = "", ...more] = [...character.normalize("NFD")];
  const drawing = MARKS[mark];
  if (drawing === undefined || more.length > 0) return null;
  const isBelow = LOW_MARKS.some((one) => one === mark);
  const name = isBelow ? letter : (({ i: "ı", j: "ȷ" } as Record<string, string>)[letter] ?? letter);
  const base = DRAWN.get(name);
  if (base === undefined) return null;
  const art = readGlyph(drawing[base.width % 2 === 0 ? 1 : 0]);
  if (isBelow) return stacked(base, art, MARK_ROWS + CAPITAL_ROWS, MARK_ROWS);
  const lowRow = art.rows[1]?.includes(true) === true ? FAR_ROW : NEAR_ROW;
  return stacked(base, art, isLow(name) ? lowRow : 0, MARK_ROWS);
}

function find(character: string): Glyph | null {
  const name = ALIKE[character] ?? character;
  if (name === " ") return SPACE;
  const drawn = DRAWN.get(name);
  return drawn === undefined ? marked(name) : lowered(drawn);
}

/** Each glyph is made once. */
function cached(make: (character: string) => Glyph): (character: string) => Glyph {
  const made = new Map<string, Glyph>();
  return (character) => {
    const known = made.get(character);
    if (known !== undefined) return known;
    const glyph = make(character);
    // Any text may come: what is kept stays small.
    if (made.size < 1000) made.set(character, glyph);
    return glyph;
  };
}

const has = (character: string): boolean => find(character) !== null;
const small = cached((character) => find(character) ?? lowered(BOX));

/** Eleven rows: seven for capitals, two above for their marks, two below. */
export const SMALL: Font = { height: HEIGHT, gap: 1, glyph: small, has };

/** Twice as large. */
export const MEDIUM: Font = {
  height: HEIGHT * 2,
  gap: 2,
  glyph: cached((character) => {
    const { width, rows } = small(character);
    const whole = Array.from({ length: HEIGHT }, (_, y) => rows[y] ?? []);
    return twiceAsLarge({ width, rows: whole }, "sharp");
  }),
  has,
};

const BIG = readArt(NUMBERS);
const BIG_ROWS = 12;

/** Digits, point and minus: what is read across the stage. 24 rows, no marks above and nothing below. */
export const LARGE: Font = {
  height: BIG_ROWS * 2,
  gap: 2,
  glyph: cached((character) => {
    const drawn = BIG.get(character);
    return drawn === undefined ? small(character) : twiceAsLarge(drawn, "round");
  }),
  has: (character) => BIG.has(character),
};
