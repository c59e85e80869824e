// SPDX-License-Identifier: GPL-3.0-or-later
// One drawn character, and how drawings in text become some: `#` is lit, `.` is dark.

export interface Glyph {
  readonly width: number;
  /** Of each row from the top, its lit columns; rows that are missing below are dark. */
  readonly rows: readonly (readonly boolean[])[];
}

/**
 * Drawings side by side: a line of the characters with spaces between them, below it the rows of all of them; an empty
 * line ends the block.
 */
export function readArt(art: string): ReadonlyMap<string, Glyph> {
  const glyphs = new Map<string, Glyph>();
  for (const block of art.trim().split(/\n[ \t]*\n/)) {
    const [names = [], ...rows] = block.split("\n").map((line) => line.trim().split(/ +/));
    for (const [column, name] of names.entries())
      glyphs.set(name, readGlyph(rows.map((cells) => cells[column] ?? "")));
  }
  return glyphs;
}

export function readGlyph(rows: readonly string[]): Glyph {
  const width = Math.max(...rows.map((row) => row.length));
  return { width, rows: rows.map((row) => [...row.padEnd(width, ".")].map((pixel) => pixel === "#")) };
}

export function isLitIn({ rows }: Glyph, x: number, y: number): boolean {
  return rows[y]?.[x] ?? false;
}

/**
 * Twice as large, with slopes instead of stairs: each pixel becomes four, and a corner between two equal neighbours
 * takes their colour. `sharp` keeps corners that stick out, so that a D stays one; without it they are rounded.
 *
 * Source: E. Johnston's EPX, as in scale2x.it/algorithm
 */
export function twiceAsLarge(glyph: Glyph, corners: "sharp" | "round"): Glyph {
  const height = glyph.rows.length;
  const rows: boolean[][] = Array.from({ length: height * 2 }, () => []);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < glyph.width; x += 1) {
      const own = isLitIn(glyph, x, y);
      const up = isLitIn(glyph, x, y - 1);
      const left = isLitIn(glyph, x - 1, y);
      const right = isLitIn(glyph, x + 1, y);
      const down = isLitIn(glyph, x, y + 1);
      const isFlat = up === down || left === right;
      const isKept = isFlat || (own && corners === "sharp");
      const corner = (one: boolean, other: boolean): boolean => (!isKept && one === other ? one : own);
      rows[y * 2]?.push(corner(up, left), corner(up, right));
      rows[y * 2 + 1]?.push(corner(down, left), corner(down, right));
    }
  }
  return { width: glyph.width * 2, rows };
}

/** A letter with a mark above or below, each in the middle and from a row on. */
export function stacked(base: Glyph, mark: Glyph, markRow: number, baseRow: number): Glyph {
  const width = Math.max(base.width, mark.width);
  const height = Math.max(baseRow + base.rows.length, markRow + mark.rows.length);
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_unused, x) => {
      const baseX = x - Math.floor((width - base.width) / 2);
      const markX = x - Math.floor((width - mark.width) / 2);
      return isLitIn(base, baseX, y - baseRow) || isLitIn(mark, markX, y - markRow);
    }),
  );
  return { width, rows };
}
