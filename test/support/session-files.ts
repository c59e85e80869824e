// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions that exist only in a test: two racks from files, and whatever a test adds.

import { readSession } from "../../engine/app/session-file.ts";
import type { SessionPlan } from "../../engine/binding/plan/plan.ts";
import { formatProblem } from "../../engine/config/problem.ts";
import type { SessionResult } from "../../engine/session/read-session.ts";
import { diskOf, probeOf } from "./rack-files.ts";
import { wideCatalog } from "./wide-catalog.ts";

/** A kick on every beat for two bars, at 120 bpm and from bar 2 on at 60. */
export const DRUMS = {
  version: 1,
  nodes: [
    { id: "kick", type: "kick" },
    { id: "room", type: "reverb" },
  ],
  transport: {
    bpm: 120,
    lengthBars: 2,
    tempoRamps: [{ bar: 1, bpm: 60 }],
    patterns: [{ nodeId: "kick", steps: "x..." }],
  },
};

/** One note on the third beat of one bar, at 120 bpm. */
export const BASS = {
  version: 1,
  nodes: [{ id: "acid", type: "tb303_ext" }],
  transport: { bpm: 120, patterns: [{ nodeId: "acid", steps: "........x......." }] },
};

/** A bus with a compressor that can be keyed and a delay that cannot. */
export const DRUM_BUS = {
  id: "glue",
  inserts: [
    { id: "squash", type: "compressor", params: { thresholdDb: -20 } },
    { id: "echo", type: "delay" },
  ],
};

/** Drums and bass; `more` is put over it. */
export function pairSession(more: object = {}) {
  return {
    kind: "session",
    version: 1,
    racks: [
      { id: "drums", path: "drums.json" },
      { id: "bass", path: "bass.json" },
    ],
    ...more,
  };
}

/** @param more - other files by their paths */
export function readPair(session: object, more: object = {}): Promise<SessionResult> {
  const files = { "/songs/s.json": session, "/songs/drums.json": DRUMS, "/songs/bass.json": BASS, ...more };
  return readSession("/songs/s.json", wideCatalog, diskOf(files), probeOf([]));
}

/** The plan of a session that must have no errors; warnings are `remarks`. */
export async function pairPlan(
  session: object,
): Promise<{ readonly plan: SessionPlan; readonly remarks: string[]; readonly lengthBeats: number }> {
  const { plan, facts, problems } = await readPair(session);
  const remarks = problems.map((problem) => problem.path);
  if (plan === null || facts === null) throw new Error(problems.map(formatProblem).join("\n"));
  return { plan, remarks, lengthBeats: facts.lengthBeats };
}

/** `path: sentence` of every error; the plan must be null. */
export async function pairErrors(
  session: object,
  more: object = {},
): Promise<{ readonly paths: string[]; readonly text: string }> {
  const { plan, problems } = await readPair(session, more);
  if (plan !== null) throw new Error("this session has a plan");
  const errors = problems.filter((problem) => problem.severity === "error");
  return { paths: errors.map((problem) => problem.path), text: errors.map(formatProblem).join("\n") };
}
