// SPDX-License-Identifier: GPL-3.0-or-later
// Which node types exist and what their parameters are called. The truth is the native tables
// (native/rack/param-table.hpp); the addon lists them, and this makes them easy to ask.

import type { NodeTypeInfo, ParamInfo, TextInfo } from "../binding/node-type-info.ts";

export type { NodeTypeInfo, ParamInfo, TextInfo } from "../binding/node-type-info.ts";

/** Plug-ins are types whose names begin so: `lv2:http://example.org/amp`. */
export const PLUGIN_PREFIX = "lv2:";

export interface NodeCatalog {
  get(name: string): NodeTypeInfo | undefined;
  /** Of the types that are listed. */
  names(): readonly string[];
  /** A type that is in no list: `lv2:URI`, `author.name`. A sentence says why there is none. */
  describe?(name: string): NodeTypeInfo | string;
}

/** @param describe - asked once for each name */
export function catalogOf(
  types: readonly NodeTypeInfo[],
  describe?: (name: string) => NodeTypeInfo | string,
): NodeCatalog {
  const listed = new Map(types.map((type) => [type.type, type]));
  const names = [...listed.keys()];
  const catalog = { get: (name: string) => listed.get(name), names: () => names };
  if (describe === undefined) return catalog;
  const described = new Map<string, NodeTypeInfo | string>();
  return {
    ...catalog,
    describe(name) {
      const known = described.get(name);
      if (known !== undefined) return known;
      const type = describe(name);
      described.set(name, type);
      return type;
    },
  };
}

/** Names of types from outside: `lv2:URI`, and `author.name` of an external node. */
const OUTSIDE = /^lv2:|^[^.]+\../;

/** The type that a plan calls `name`, listed or not. */
export function typeNamed(catalog: NodeCatalog, name: string): NodeTypeInfo | null {
  const listed = catalog.get(name);
  if (listed !== undefined || !OUTSIDE.test(name)) return listed ?? null;
  const described = catalog.describe?.(name);
  return typeof described === "object" ? described : null;
}

/** Why there is no type of this name, where more is known than that; otherwise null. */
export function reasonAgainst(catalog: NodeCatalog, name: string): string | null {
  const described = OUTSIDE.test(name) ? catalog.describe?.(name) : undefined;
  return typeof described === "string" ? described : null;
}

/** By name or key, in any case and with or without underscores: the two spellings mean the same. */
export function findParam(type: NodeTypeInfo, name: string): ParamInfo | undefined {
  return indexOf(type).params.get(fold(name));
}

export function findParamById(type: NodeTypeInfo, id: number): ParamInfo | undefined {
  return indexOf(type).ids.get(id);
}

export function findText(type: NodeTypeInfo, key: string): TextInfo | undefined {
  return indexOf(type).texts.get(fold(key));
}

/** What the keys of one thing have in common: `PITCH_DECAY_MS`, `pitchDecayMs`, `Pitch_Decay_Ms`. */
export function fold(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

interface TypeIndex {
  readonly params: ReadonlyMap<string, ParamInfo>;
  readonly ids: ReadonlyMap<number, ParamInfo>;
  readonly texts: ReadonlyMap<string, TextInfo>;
}

const indexes = new WeakMap<NodeTypeInfo, TypeIndex>();

function indexOf(type: NodeTypeInfo): TypeIndex {
  const known = indexes.get(type);
  if (known !== undefined) return known;
  const params = new Map<string, ParamInfo>();
  // A name of one parameter that is the key of another stays with the one that comes first.
  for (const param of type.params) {
    for (const name of [fold(param.name), fold(param.key)]) if (!params.has(name)) params.set(name, param);
  }
  const index = {
    params,
    ids: new Map(type.params.map((param) => [param.id, param])),
    texts: new Map((type.texts ?? []).map((text) => [fold(text.key), text])),
  };
  indexes.set(type, index);
  return index;
}
