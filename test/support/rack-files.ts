// SPDX-License-Identifier: GPL-3.0-or-later
// Files that exist only in a test: a disk of texts, and a small rack that every test may bend.

import { parseDocument } from "../../engine/config/document.ts";
import type { ReadFile } from "../../engine/config/load-document.ts";
import type { FileProbe } from "../../engine/rack/rack-context.ts";
import { type RackResult, rackOf } from "../../engine/rack/read-rack.ts";
import { testCatalog } from "./node-catalog.ts";
import { wideCatalog } from "./wide-catalog.ts";

/** A disk that holds these files and no others; objects are written as JSON. */
export function diskOf(files: Readonly<Record<string, unknown>>): ReadFile {
  return async (path) => {
    const file = files[path];
    if (file === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: "ENOENT" });
    return typeof file === "string" ? file : JSON.stringify(file, null, 2);
  };
}

/** Reads `file` (text, or an object that is written as JSON) as a rack named "r". */
export function readRackText(file: unknown, name = "r.json"): RackResult {
  const text = typeof file === "string" ? file : JSON.stringify(file, null, 2);
  return rackOf(parseDocument(name, text), "r", testCatalog);
}

/** The same with the types that have everything; `files` are the ones that can be read. */
export function readWideRack(file: unknown, files: readonly string[] = []): RackResult {
  const document = parseDocument("/songs/r.json", JSON.stringify(file, null, 2));
  return rackOf(document, "r", wideCatalog, probeOf(files));
}

/** A disk that holds these files and no others. */
export function probeOf(files: readonly string[]): FileProbe {
  return (path) => (files.includes(path) ? null : "no such file");
}

/** Kick and bass into a delay, with mixer, pattern, lock and command: something of everything. */
export function smallRack() {
  return {
    kind: "rack",
    version: 1,
    sampleRate: 48_000,
    channels: 2,
    randomSeed: 7,
    nodes: [
      { id: "kick", type: "kick", params: { f0: 120, pitchDecayMs: 55, loop: false } },
      { id: "bass", type: "tb303_ext", params: { cutoff: 900, decay: 220 } },
      { id: "echo", type: "delay", params: { delayMs: 375, mix: 1 } },
    ],
    connections: [{ from: "bass", to: "echo", gainPercent: 50 }],
    mixer: {
      masterPercent: 90,
      softClip: false,
      inputs: [
        { id: "kick", gainPercent: 80 },
        { id: "bass", gainPercent: 70 },
        { id: "echo", gainPercent: 30 },
      ],
    },
    transport: {
      bpm: 120,
      lengthBars: 2,
      resolution: 16,
      swingPercent: 20,
      swingExponent: 1.5,
      tempoRamps: [{ bar: 2, bpm: 60 }],
      patterns: [
        { nodeId: "kick", steps: "x...x...x...x..." },
        {
          nodeId: "bass",
          steps: "x..x..",
          locks: [
            { step: 16, param: "note_semitones", value: 36 },
            { step: 3, paramId: 4, value: 1200, rampMs: 80 },
          ],
        },
      ],
    },
    commands: [
      { sampleTime: 24_000, nodeId: "kick", type: "SetParam", param: "GAIN", value: 0.5 },
      { sampleTime: 0, nodeId: "kick", type: "Trigger" },
    ],
  };
}
