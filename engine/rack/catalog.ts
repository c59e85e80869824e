// SPDX-License-Identifier: GPL-3.0-or-later
// Which node types exist and what their parameters are called. The truth is the native tables
// (native/rack/param-table.hpp); the addon lists them, and this makes them easy to ask.

/** One parameter, field by field as in native/rack/param-table.hpp. */
export interface ParamInfo {
  /** Number used by locks, commands and plans. */
  readonly id: number;
  /** `PITCH_DECAY_MS`. */
  readonly name: string;
  /** `pitchDecayMs`. */
  readonly key: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  readonly smoothing: "step" | "linear" | "exponential";
}

export interface NodeTypeInfo {
  readonly type: string;
  readonly params: readonly ParamInfo[];
  /** 1 or 2. */
  readonly outputChannels: number;
  /** 0: a source. */
  readonly inputChannels: number;
  /** Input port 1 is a sidechain key. */
  readonly hasKeyInput: boolean;
}

export type NodeCatalog = ReadonlyMap<string, NodeTypeInfo>;

export function catalogOf(types: readonly NodeTypeInfo[]): NodeCatalog {
  return new Map(types.map((type) => [type.type, type]));
}

/** By name or key, in any case and with or without underscores: the two spellings mean the same. */
export function findParam(type: NodeTypeInfo, name: string): ParamInfo | undefined {
  const folded = fold(name);
  return type.params.find((param) => fold(param.name) === folded || fold(param.key) === folded);
}

export function findParamById(type: NodeTypeInfo, id: number): ParamInfo | undefined {
  return type.params.find((param) => param.id === id);
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}
