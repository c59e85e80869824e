// SPDX-License-Identifier: GPL-3.0-or-later
// What a careless hand, a bad disk or a hostile one does to a file, repeatable by a seed.

/** Numbers from 0 to 1: mulberry32. */
export type Dice = () => number;

export function diceOf(seed: number): Dice {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick<Item>(items: readonly Item[], dice: Dice): Item {
  return items[Math.floor(dice() * items.length)] as Item;
}

/** Lists and groups within each other, deeper than any parser of ours lets through. */
function nest(depth: number): unknown {
  let value: unknown = "x";
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { x: value };
  return value;
}

const STRANGE: readonly unknown[] = [
  null,
  undefined,
  true,
  false,
  -1,
  0,
  0.5,
  1e308,
  -1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  9_007_199_254_740_992,
  -0,
  "",
  "x",
  "x".repeat(5000),
  "__proto__",
  "constructor",
  "main",
  "kick",
  "bus:glue:squash",
  "LFO.1.phase",
  "\u0000\ud800",
  [],
  {},
  [null],
  { id: "kick", type: "kick" },
  ["x", "x"],
  nest(12),
  nest(200),
];

const NAMES: readonly string[] = [
  "__proto__",
  "constructor",
  "toString",
  "id",
  "type",
  "params",
  "extra",
  "",
];

/** Always another one: it may be bent again. */
function strange(dice: Dice): unknown {
  return structuredCloneOf(pick(STRANGE, dice));
}

/** A value, its place in the tree, and its name there. */
interface Spot {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

function spotsOf(tree: object): Spot[] {
  const spots: Spot[] = [];
  const parents: object[] = [tree];
  for (const each of parents) {
    const parent = each as Record<string, unknown>;
    for (const key of Object.keys(parent)) {
      const value = parent[key];
      spots.push({ parent, key });
      if (typeof value === "object" && value !== null && parents.length < 4000) parents.push(value);
    }
  }
  return spots;
}

/** Own, also when the name is `__proto__`. */
function put(parent: object, key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function changed(value: number, dice: Dice): number {
  return pick(
    [value + 1, value - 1, value * 2, value / 2, value * 1.5, -value, value * 1000, value * 1e12],
    dice,
  );
}

function otherType(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value.length > 3 ? [...value].slice(0, 40) : Number(value);
  if (typeof value === "boolean") return Number(value);
  if (Array.isArray(value))
    return Object.fromEntries(value.slice(0, 40).map((item, index) => [`k${index}`, item]));
  return value === null || value === undefined ? {} : Object.values(value);
}

/** A slip of the finger. */
function misspelt(name: string, dice: Dice): string {
  const at = Math.floor(dice() * name.length);
  const kind = dice();
  if (kind < 0.4) return name.slice(0, at) + name.slice(at + 1);
  if (kind < 0.7) return name.slice(0, at) + pick([..."aeXs_:."], dice) + name.slice(at);
  return name.slice(0, at) + (name[at + 1] ?? "") + (name[at] ?? "") + name.slice(at + 2);
}

/** One change somewhere in the tree, in place. */
export function bendTree(tree: object, dice: Dice): void {
  const spots = spotsOf(tree);
  if (spots.length === 0) return;
  const { parent, key } = pick(spots, dice);
  const value = parent[key];
  const kind = Math.floor(dice() * 13);
  if (kind > 9) {
    // A number is changed, when it is one, so that many files stay good.
    if (typeof value === "number") put(parent, key, changed(value, dice));
    else if (typeof value === "boolean") put(parent, key, !value);
    else put(parent, key, strange(dice));
  } else if (kind <= 1) put(parent, key, strange(dice));
  else if (kind === 2) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  } else if (kind === 3) {
    // The same again, beside it.
    if (Array.isArray(parent)) parent.splice(Number(key), 0, value);
    else put(parent, `${key}2`, value);
  } else if (kind === 4) put(parent, key, otherType(value));
  else if (kind === 5) {
    const other = pick(spots, dice);
    const held = other.parent[other.key];
    // Never a value into itself: files are trees.
    put(parent, key, structuredCloneOf(held));
    put(other.parent, other.key, structuredCloneOf(value));
  } else if (kind === 6 && typeof value === "number")
    put(parent, key, value * pick([-1, 0.001, 1.5, 2, 16, 1000, 1e12], dice));
  else if (kind === 6 && typeof value === "string") put(parent, key, misspelt(value, dice));
  else if (kind === 7) put(parent, Array.isArray(parent) ? key : pick(NAMES, dice), strange(dice));
  else if (kind === 8 && !Array.isArray(parent)) {
    delete parent[key];
    put(parent, misspelt(key, dice), value);
  } else if (Array.isArray(value) && value.length > 0)
    put(
      parent,
      key,
      Array.from({ length: 1 + Math.floor(dice() * 70) }, (_, index) => value[index % value.length]),
    );
  else put(parent, key, nest(1 + Math.floor(dice() * 20)));
}

function structuredCloneOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? structuredClone(value) : value;
}

const SIGNS: readonly string[] = [...'{}[]":,-+.0123456789xeE \n\t\\#&*!|>%@`~ün\u0000'];
const DIGITS: readonly string[] = [..."0123456789"];
const LETTERS: readonly string[] = [..."0aegiox."];

/**
 * A slip of the finger or two, more often in a number than in a word; or else any characters go, double, or
 * become others.
 */
export function bendText(text: string, dice: Dice): string {
  let bent = text;
  const kind = dice();
  const [wanted, others] = kind < 0.4 ? [/\d/, DIGITS] : [/\w/, LETTERS];
  for (let count = 1 + Math.floor(dice() * 3); count > 0; count -= 1) {
    const from = Math.floor(dice() * bent.length);
    if (kind < 0.6) {
      const found = bent.slice(from).search(wanted);
      if (found < 0) continue;
      bent = bent.slice(0, from + found) + pick(others, dice) + bent.slice(from + found + 1);
      continue;
    }
    const length = Math.floor(dice() * 12);
    bent = bent.slice(0, from) + pick(SIGNS, dice).repeat(Math.floor(dice() * 3)) + bent.slice(from + length);
  }
  return bent;
}
