// SPDX-License-Identifier: GPL-3.0-or-later
// Boxes and arrows, for a node that no offline render can show.
import type { Diagram } from "./scenes.ts";
import { COLORS, escaped, frame, line, text } from "./svg.ts";

const LEFT = 30;
const RIGHT = 690;
const GAP = 36;
const TOP = 84;
const HEIGHT = 96;

export function diagramOf(type: string, { shows, boxes }: Diagram): string {
  const width = (RIGHT - LEFT - GAP * (boxes.length - 1)) / boxes.length;
  const middle = TOP + HEIGHT / 2;
  const shapes = boxes.flatMap(({ title, lines }, i) => {
    const x = LEFT + i * (width + GAP);
    const center = x + width / 2;
    const isOutside = i === 0 || i === boxes.length - 1;
    const color = isOutside ? COLORS.input : COLORS.output;
    const arrow = [
      line(x - GAP + 4, middle, x - 8, middle, COLORS.text),
      `<polygon fill="${COLORS.text}" points="${x - 4},${middle} ${x - 11},${middle - 4} ${x - 11},${middle + 4}"/>`,
    ];
    return [
      `<rect x="${x}" y="${TOP}" width="${width}" height="${HEIGHT}" rx="6" fill="#fff" stroke="${color}" stroke-width="1.5"/>`,
      `<text x="${center}" y="${TOP + 26}" text-anchor="middle" font-size="13" font-weight="600" fill="${COLORS.title}">${escaped(title)}</text>`,
      ...lines.map((words, row) => text(center, TOP + 48 + 15 * row, words, "middle")),
      ...(i === 0 ? [] : arrow),
    ];
  });
  return frame(type, shows, "", [], shapes);
}
