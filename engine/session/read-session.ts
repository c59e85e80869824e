// SPDX-License-Identifier: GPL-3.0-or-later
// A session file and the racks it names as the plan that the engine plays. A rack file is a session
// of one rack. One error anywhere, and there is no plan: what plays goes on playing.

import { basename, dirname, extname, resolve } from "node:path";
import { DEFAULT_TEMPO_BPM } from "../base/units.ts";
import type { MidiTrackPlan, RackPlan, SessionPlan, TempoPoint } from "../binding/plan.ts";
import { Checker } from "../config/check.ts";
import type { Document } from "../config/document.ts";
import { loadDocument, type ReadFile } from "../config/load-document.ts";
import type { Problem } from "../config/problem.ts";
import {
  DEFAULT_CEILING_DB,
  LIMITS,
  type SessionRackFile,
  sessionRackSchema,
  sessionSchema,
} from "./format.ts";
import { readMidiTracks } from "./read-midi-tracks.ts";

/** How a rack document becomes a plan; engine/app brings the one of engine/rack. */
export type RackReader = (document: Document, id: string) => ReadRack;

export interface ReadRack {
  readonly plan: RackPlan | null;
  readonly facts: {
    readonly description: string;
    readonly sampleRate: number;
    readonly channels: number;
    readonly lengthBeats: number;
    readonly hasTransport: boolean;
  } | null;
  readonly problems: readonly Problem[];
}

/** What the files say beside what is played. */
export interface SessionFacts {
  readonly description: string;
  /** Hz: the author's rate, which an offline render uses when no other is asked for. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Seconds that an offline render lasts; 0 is as long as `lengthBeats`. */
  readonly durationSec: number;
  /** Beats until everything written has been heard once. */
  readonly lengthBeats: number;
}

export interface SessionResult {
  /** null when there was an error. */
  readonly plan: SessionPlan | null;
  readonly facts: SessionFacts | null;
  readonly problems: readonly Problem[];
  /** Every file that was read or asked for, the given one first: a change in any of them matters. */
  readonly files: readonly string[];
}

/** Reads a session or rack file. Never throws for what is in the files. */
export async function readSession(
  path: string,
  readRack: RackReader,
  readFile: ReadFile,
): Promise<SessionResult> {
  const document = await loadDocument(path, readFile);
  const name = basename(path, extname(path));
  if (document.value === undefined)
    return { plan: null, facts: null, problems: document.problems, files: [path] };
  return isSession(document.value)
    ? sessionOf(document, name, readRack, readFile)
    : sessionOfRack(document, name, readRack);
}

/** A missing kind means rack, unless the file names racks and has no nodes. */
function isSession(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Object.hasOwn(value, "kind")) return (value as { kind: unknown }).kind === "session";
  return Object.hasOwn(value, "racks") && !Object.hasOwn(value, "nodes");
}

function sessionOfRack(document: Document, name: string, readRack: RackReader): SessionResult {
  const { plan, facts, problems } = readRack(document, name);
  const files = [document.file];
  if (plan === null || facts === null) return { plan: null, facts: null, problems, files };
  const session: SessionPlan = {
    name,
    seed: 0,
    tempoMap: plan.tempoMap,
    racks: [plan],
    midiTracks: [],
    master: { gain: 1, ceilingDb: DEFAULT_CEILING_DB },
  };
  return { plan: session, facts: { ...facts, durationSec: 0 }, problems, files };
}

async function sessionOf(
  document: Document,
  name: string,
  readRack: RackReader,
  readFile: ReadFile,
): Promise<SessionResult> {
  const checker = new Checker(document);
  const written = checker.parseGroup(sessionSchema, document.value, []);
  const file = { ...sessionSchema.parse({ version: 1 }), ...written };
  const racks = await readRacks(checker, file.racks, readRack, readFile);
  const midiTracks = readMidiTracks(checker, file.midiTracks);
  if (file.racks.length === 0 && file.midiTracks.length === 0) {
    checker.warn(["racks"], {
      expected: "a rack or a MIDI track",
      got: "none",
      hint: "This session is silent.",
    });
  }
  const events = racks.read.reduce(
    (sum, rack) => sum + (rack.plan === null ? 0 : patternEvents(rack.plan)),
    0,
  );
  if (events > LIMITS.patternEvents) {
    const expected = `at most ${LIMITS.patternEvents} hits and locks in all racks`;
    checker.error(["racks"], {
      expected,
      got: String(events),
      hint: "Use a smaller lengthBars in the racks.",
    });
  }
  const problems = [...checker.problems, ...racks.problems];
  const files = [document.file, ...racks.files];
  if (problems.some((problem) => problem.severity === "error")) {
    return { plan: null, facts: null, problems, files };
  }
  const rackTempo = racks.read.find((rack) => rack.facts?.hasTransport)?.plan?.tempoMap;
  const plans = racks.read.flatMap((rack) => (rack.plan === null ? [] : [rack.plan]));
  const plan: SessionPlan = {
    name: file.name ?? name,
    seed: file.randomSeed,
    tempoMap: file.bpm === undefined ? (rackTempo ?? STEADY_TEMPO) : [{ beat: 0, bpm: file.bpm }],
    racks: plans,
    midiTracks,
    master: file.master,
  };
  const lengths = [...racks.read.map((rack) => rack.facts?.lengthBeats ?? 0), ...midiTracks.map(trackBeats)];
  const facts: SessionFacts = {
    description: file.description ?? "",
    sampleRate: file.sampleRate,
    channels: file.channels,
    durationSec: file.durationSec,
    lengthBeats: Math.max(0, ...lengths),
  };
  return { plan, facts, problems, files };
}

const STEADY_TEMPO: readonly TempoPoint[] = [{ beat: 0, bpm: DEFAULT_TEMPO_BPM }];

interface ReadRacks {
  readonly read: readonly ReadRack[];
  readonly problems: readonly Problem[];
  readonly files: readonly string[];
}

async function readRacks(
  checker: Checker,
  entries: readonly unknown[],
  readRack: RackReader,
  readFile: ReadFile,
): Promise<ReadRacks> {
  const read: ReadRack[] = [];
  const problems: Problem[] = [];
  const documents = new Map<string, Document>();
  const ids = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const path = ["racks", index];
    const rack = checker.parse(sessionRackSchema, entry, path);
    if (rack === undefined) continue;
    if (ids.has(rack.id)) {
      const expected = "an id that no other rack has";
      checker.error([...path, "id"], { expected, got: JSON.stringify(rack.id) });
    }
    ids.add(rack.id);
    const file = resolve(dirname(checker.document.file), rack.path);
    const known = documents.get(file);
    const document = known ?? (await loadDocument(file, readFile));
    documents.set(file, document);
    if (document.unreadable !== null) {
      const hint = `Looked for ${file}.`;
      checker.error([...path, "path"], { expected: "a rack file", got: document.unreadable, hint });
      continue;
    }
    const result = readRack(document, rack.id);
    // A file that is used twice has its mistakes once.
    if (known === undefined) problems.push(...result.problems);
    read.push(withLevel(result, rack));
  }
  return { read, problems, files: [...documents.keys()] };
}

function withLevel(result: ReadRack, rack: SessionRackFile): ReadRack {
  if (result.plan === null) return result;
  const { gain, muted, solo: soloed } = rack;
  return {
    ...result,
    plan: { ...result.plan, gain, muted, soloed, seed: rack.randomSeed ?? result.plan.seed },
  };
}

function patternEvents(rack: RackPlan): number {
  return rack.patterns.reduce((sum, pattern) => sum + pattern.hits.length + pattern.locks.length, 0);
}

function trackBeats(track: MidiTrackPlan): number {
  return (track.lengthSteps / track.resolution) * 4;
}
