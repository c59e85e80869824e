// SPDX-License-Identifier: GPL-3.0-or-later
// The name that was probably meant: same letters in another spelling first, then few typing mistakes.

/** Longer names are not compared: the work grows with the product of the lengths. */
const LONGEST_NAME = 64;

/**
 * @returns the candidate that `name` is most likely a misspelling of, or null when none is near
 */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  if (name.length === 0 || name.length > LONGEST_NAME) return null;
  const plainName = plain(name);
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const plainCandidate = plain(candidate);
    const allowed = allowedMistakes(plainName, plainCandidate);
    // As many letters as one name has more are mistakes at least.
    if (Math.abs(plainName.length - plainCandidate.length) > allowed) continue;
    const distance = plainName === plainCandidate ? 0 : typingMistakes(plainName, plainCandidate);
    if (distance < bestDistance && distance <= allowed) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Damerau-Levenshtein distance in its restricted form: letters added, dropped, changed, or two
 * neighbours swapped, no place edited twice.
 */
export function typingMistakes(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last: number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current: number[] = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** A third of the letters, 3 at most: `prot` is `port`, `pan` is not `gain`. */
function allowedMistakes(a: string, b: string): number {
  return Math.min(3, Math.floor(Math.max(a.length, b.length) / 3));
}

/** `block_frames`, `Block-Frames` and `blockFrames` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[_\-\s.]/g, "");
}

/**
 * The candidates that `name` may have meant, likeliest first: misspellings, then longer names that
 * contain it.
 */
export function nearNames(name: string, candidates: Iterable<string>, count = 3): readonly string[] {
  const left = new Set(candidates);
  const near: string[] = [];
  while (near.length < count) {
    const nearest = nearestName(name, left);
    if (nearest === null) break;
    near.push(nearest);
    left.delete(nearest);
  }
  const wanted = plain(name);
  if (wanted.length < 2) return near;
  const related = [...left].filter((candidate) => {
    const other = plain(candidate);
    return other.length > 1 && (other.includes(wanted) || wanted.includes(other));
  });
  return [...near, ...related].slice(0, count);
}
