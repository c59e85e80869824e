// SPDX-License-Identifier: GPL-3.0-or-later
// Moving what stands in a YAML file to another place, with the comments beside it.

import { isMap, isScalar, type Pair, type Scalar, YAMLMap } from "yaml";

/** Removes the pairs whose keys are not `known`, with their comments. */
export function takeOut(group: YAMLMap, known: readonly string[]): readonly Pair[] {
  const strangers = group.items.filter((pair) => !known.includes(keyOf(pair)));
  group.items = group.items.filter((pair) => known.includes(keyOf(pair)));
  return strangers;
}

/** The value goes as it is, with the comment beside it. */
export function move(from: YAMLMap | null, key: string, to: YAMLMap, newKey: string): void {
  const value = from?.get(key, true);
  if (value === undefined) return;
  from?.delete(key);
  to.set(newKey, value);
}

/** null when something else stands there. */
export function groupMade(root: YAMLMap, key: string): YAMLMap | null {
  const there = root.get(key, true);
  if (isMap(there)) return there;
  if (there !== undefined && !(isScalar(there) && there.value === null)) return null;
  const made = new YAMLMap();
  root.set(key, made);
  return made;
}

export function groupAt(group: YAMLMap | null, key: string): YAMLMap | null {
  const value = group?.get(key, true);
  return isMap(value) ? value : null;
}

export function scalarAt(group: YAMLMap | null, key: string): Scalar | null {
  const value = group?.get(key, true);
  return isScalar(value) ? value : null;
}

export function textAt(group: YAMLMap | null, key: string): string | null {
  const value = scalarAt(group, key)?.value;
  return typeof value === "string" ? value : null;
}

export function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : String(key);
}
