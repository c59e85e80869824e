// SPDX-License-Identifier: GPL-3.0-or-later
// Circles among arrows: sound that would come back to where it started.

export interface Arrow {
  readonly from: string;
  readonly to: string;
}

export interface Circle {
  /** Index of the first arrow that closes it, in the order of the list. */
  readonly arrow: number;
  /** From the start of that arrow along the others back to it: `["a", "b", "a"]`. */
  readonly way: readonly string[];
}

/**
 * The circles that one finds when the arrows are drawn one after the other and those that would close
 * a circle are left out.
 *
 * @param most - so many are enough; the work grows with it
 */
export function circlesOf(arrows: readonly Arrow[], most: number): Circle[] {
  const circles: Circle[] = [];
  const left = arrows.map((arrow, index) => ({ ...arrow, index }));
  while (circles.length < most && hasCircle(left, left.length)) {
    // The shortest beginning of the list that has a circle ends with the arrow that closes it.
    let none = 0;
    let some = left.length;
    while (some - none > 1) {
      const middle = (none + some) >> 1;
      if (hasCircle(left, middle)) some = middle;
      else none = middle;
    }
    const [closing] = left.splice(none, 1);
    if (closing === undefined) break;
    circles.push({ arrow: closing.index, way: [closing.from, ...way(left.slice(0, none), closing)] });
  }
  return circles;
}

/** Does something remain when everything is taken away that nothing leads to, again and again? */
function hasCircle(arrows: readonly Arrow[], count: number): boolean {
  const arriving = new Map<string, number>();
  const leaving = new Map<string, string[]>();
  for (let index = 0; index < count; index += 1) {
    const { from, to } = arrows[index] as Arrow;
    if (!arriving.has(from)) arriving.set(from, 0);
    arriving.set(to, (arriving.get(to) ?? 0) + 1);
    const next = leaving.get(from);
    if (next === undefined) leaving.set(from, [to]);
    else next.push(to);
  }
  const free = [...arriving].filter(([, arrivals]) => arrivals === 0).map(([id]) => id);
  for (const id of free) {
    for (const next of leaving.get(id) ?? []) {
      const arrivals = (arriving.get(next) ?? 0) - 1;
      arriving.set(next, arrivals);
      if (arrivals === 0) free.push(next);
    }
  }
  return free.length < arriving.size;
}

/** From the end of `closing` along `arrows` to its start. */
function way(arrows: readonly Arrow[], closing: Arrow): string[] {
  const leaving = new Map<string, string[]>();
  for (const { from, to } of arrows) {
    const next = leaving.get(from);
    if (next === undefined) leaving.set(from, [to]);
    else next.push(to);
  }
  const cameFrom = new Map<string, string | null>([[closing.to, null]]);
  const queue = [closing.to];
  for (const id of queue) {
    if (id === closing.from) break;
    for (const next of leaving.get(id) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      queue.push(next);
    }
  }
  const found: string[] = [];
  for (let at: string | null = closing.from; at !== null; at = cameFrom.get(at) ?? null) found.unshift(at);
  return found;
}
