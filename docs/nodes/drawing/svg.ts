// SPDX-License-Identifier: GPL-3.0-or-later
// The words of SVG that the pictures are made of. Numbers have one digit after the point, so that the same
// sound is the same bytes.

export const COLORS = {
  background: "#fbfaf7",
  border: "#e3dfd6",
  grid: "#e9e5dc",
  text: "#5d5a54",
  title: "#26241f",
  input: "#a9a59b",
  output: "#b5471f",
} as const;

const WIDTH = 720;
const HEIGHT = 240;
/** Letters of settings that fit beside each other. */
const LINE_LETTERS = 115;

export function px(value: number): string {
  return String(Math.round(value * 10) / 10 + 0);
}

export function line(x1: number, y1: number, x2: number, y2: number, color: string = COLORS.grid): string {
  return `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" stroke="${color}"/>`;
}

export function text(
  x: number,
  y: number,
  words: string,
  anchor: "start" | "middle" | "end" = "start",
): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

export function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The whole file: background, title, caption, the names of grey and colour, and what is in it. */
export function frame(
  title: string,
  shows: string,
  settings: string,
  legend: readonly string[],
  body: readonly string[],
): string {
  if (settings.length > LINE_LETTERS) throw new Error(`${title}: expected shorter settings, got ${settings}`);
  const colors = [COLORS.input, COLORS.output];
  const names = legend.map((name, i) => `<tspan fill="${colors[i]}">${escaped(name)}</tspan>`);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="10" fill="${COLORS.text}">`,
    `<title>${escaped(`${title}: ${shows}`)}</title>`,
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="6" fill="${COLORS.background}" stroke="${COLORS.border}"/>`,
    `<text x="16" y="20" font-size="12"><tspan font-size="14" font-weight="600" fill="${COLORS.title}">${escaped(title)}</tspan> <tspan>${escaped(shows)}</tspan></text>`,
    names.length === 0
      ? ""
      : `<text x="700" y="20" text-anchor="end" font-size="12" font-weight="600">${names.join(" ")}</text>`,
    text(16, 36, settings),
    ...body,
    "</svg>",
  ]
    .filter((part) => part !== "")
    .join("\n")}\n`;
}
