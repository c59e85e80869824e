// SPDX-License-Identifier: GPL-3.0-or-later
// The catalog of the tests and types that have everything a type can have: texts, files, choices, bands,
// any width, plug-ins. They are made up; what real ones are called is the native tables' business.

import { catalogOf, type NodeCatalog, type NodeTypeInfo, type ParamInfo } from "../../engine/rack/catalog.ts";
import { testCatalog } from "./node-catalog.ts";

function param(id: number, name: string, key: string, min: number, max: number, initial: number): ParamInfo {
  return { id, name, key, unit: "", min, max, initial, smoothing: "linear" };
}

/** Bands 1 and 2 have a default of their own, the last has that of every other. */
function band(number: number): ParamInfo[] {
  const name = (rest: string) => [`BAND${number}_${rest}`, `band${number}${rest}`] as const;
  const id = number * 10;
  return [
    param(id, ...name("CENTER_HZ"), 20, 20_000, [60, 120, 100][number - 1] ?? 100),
    param(id + 1, ...name("Q"), 0.1, 10, 1),
    param(id + 2, ...name("DEPTH_DB"), -60, 0, [-9, -6, -6][number - 1] ?? -6),
    param(id + 3, ...name("THRESHOLD_DB"), -80, 0, -18),
    param(id + 4, ...name("RATIO"), 1, 100, 2),
    param(id + 5, ...name("KNEE_DB"), 0, 24, 6),
    param(id + 6, ...name("HOLD_MS"), 0, 1000, 0),
  ];
}

export const EXTRA_TYPES: readonly NodeTypeInfo[] = [
  {
    type: "spectral_ducker",
    inputChannels: 2,
    outputChannels: 2,
    hasKeyInput: true,
    params: [
      param(1, "MIX", "mix", 0, 1, 1),
      param(2, "BANDS", "bands", 0, 3, 2),
      ...band(1),
      ...band(2),
      ...band(3),
    ],
    texts: [
      {
        key: "applyMode",
        summary: "How.",
        isFile: false,
        isNeeded: false,
        choices: ["multiply", "dynamicEq"],
      },
      { key: "lookaheadMs", summary: "How far ahead.", isFile: false, isNeeded: false },
    ],
  },
  {
    type: "sampler",
    inputChannels: 0,
    outputChannels: 2,
    hasKeyInput: false,
    params: [
      {
        ...param(1, "MODE", "mode", 1, 3, 1),
        choices: [["one-shot", "oneshot"], ["loop"], ["gate"]],
      },
    ],
    texts: [
      { key: "file", summary: "A sound file.", isFile: true, isNeeded: true },
      { key: "load", summary: "Where from.", isFile: false, isNeeded: false, choices: ["auto", "memory"] },
    ],
  },
  {
    type: "wiretap",
    inputChannels: 2,
    outputChannels: 2,
    hasKeyInput: false,
    params: [param(1, "ENABLED", "enabled", 0, 1, 1)],
    texts: [{ key: "path", summary: "The file to write.", isFile: true, isNeeded: true }],
  },
  { type: "gain", inputChannels: 2, outputChannels: 2, hasKeyInput: false, params: [], hasAnyWidth: true },
  { type: "mono_drive", inputChannels: 1, outputChannels: 1, hasKeyInput: false, params: [] },
];

/** The only plug-in of this machine. */
export const PLUGIN_URI = "http://example.org/amp";

export const wideCatalog: NodeCatalog = catalogOf(
  [...testCatalog.names().map((name) => testCatalog.get(name) as NodeTypeInfo), ...EXTRA_TYPES],
  (name) => {
    if (name !== `lv2:${PLUGIN_URI}` && name !== "someone.amp") return `there is no ${name}.`;
    const params = [param(1, "DRIVE", "drive", 0, 10, 1)];
    return { type: name, inputChannels: 2, outputChannels: 2, hasKeyInput: false, params };
  },
);
