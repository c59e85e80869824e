// SPDX-License-Identifier: GPL-3.0-or-later
// The values of a settings file as a tree that bad parts are taken out of, while what is left keeps its
// place in the file.

import type { Path } from "./problem.ts";
import type { SettingFacts } from "./setting-facts.ts";

/** Stands for a list entry that is left out, so that the entries after it keep their places. */
const LEFT_OUT = Symbol("left out");

export type Container = Record<string | number, unknown>;

/** Of each list, by its path as text: where the entries that are left stand in the file. */
export type Indexes = ReadonlyMap<string, readonly number[]>;

/** A copy to take things out of. Groups and lists without content count as not there. */
export function prepared(value: unknown, facts: SettingFacts | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => prepared(item, facts?.item ?? undefined));
  if (typeof value === "number") return value === 0 ? 0 : value; // not minus zero
  if (kindOfValue(value) !== "group") return value;
  const entries: [string, unknown][] = [];
  for (const [key, child] of Object.entries(value as object)) {
    const childFacts = facts?.children.find((candidate) => candidate.key === key);
    const kind = childFacts?.kind;
    const isContainer = kind === "group" || kind === "map" || kind === "list";
    if (child === null && isContainer) continue;
    entries.push([key, prepared(child, childFacts)]);
  }
  // Object.fromEntries makes "__proto__" a key like any other.
  return Object.fromEntries(entries);
}

export function withoutLeftOut(working: Container): {
  readonly candidate: unknown;
  readonly indexes: Indexes;
} {
  const indexes = new Map<string, readonly number[]>();
  const copy = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) {
      const kept = [...value.keys()].filter((index) => value[index] !== LEFT_OUT);
      indexes.set(path, kept);
      return kept.map((index) => copy(value[index], `${path}/${index}`));
    }
    if (kindOfValue(value) !== "group") return value;
    const entries = Object.entries(value as object).map(([key, child]) => [
      key,
      copy(child, `${path}/${key}`),
    ]);
    return Object.fromEntries(entries);
  };
  return { candidate: copy(working, ""), indexes };
}

/** A path among the entries that are left, as a path in the file. */
export function inFile(path: Path, indexes: Indexes): Path {
  const result: (string | number)[] = [];
  for (const step of path) {
    const kept = typeof step === "number" ? indexes.get(["", ...result].join("/")) : undefined;
    result.push(typeof step === "number" ? (kept?.[step] ?? step) : step);
  }
  return result;
}

export function remove(working: Container, path: Path): void {
  const parent = valueAt(working, path.slice(0, -1));
  const last = path.at(-1);
  if (last === undefined || typeof parent !== "object" || parent === null) return;
  if (Array.isArray(parent)) (parent as unknown[])[Number(last)] = LEFT_OUT;
  else delete (parent as Container)[last];
}

export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Object.getOwnPropertyDescriptor(at, step)?.value;
  }
  return at;
}

export function kindOfValue(value: unknown): "group" | "list" | "other" {
  if (Array.isArray(value)) return "list";
  return typeof value === "object" && value !== null ? "group" : "other";
}
