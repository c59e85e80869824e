// SPDX-License-Identifier: GPL-3.0-or-later
// A session file and the racks it names as the plan that the engine plays. A rack file is a session
// of one rack. One error anywhere, and there is no plan: what plays goes on playing.

import { basename, extname } from "node:path";
import { DEFAULT_TEMPO_BPM } from "../base/units.ts";
import type { SessionPlan, TempoPoint } from "../binding/plan/plan.ts";
import type { RackPlan } from "../binding/plan/rack-plan.ts";
import { Checker } from "../config/check.ts";
import type { Document } from "../config/document.ts";
import { planIdOf } from "../config/plan-id.ts";
import type { Problem } from "../config/problem.ts";
import { checkTotals } from "./check-totals.ts";
import { DEFAULT_CEILING_DB, sessionSchema } from "./format.ts";
import { readBuses } from "./read-buses.ts";
import { readCommands } from "./read-commands.ts";
import { readMidiTracks } from "./read-midi-tracks.ts";
import { readRacks } from "./read-racks.ts";
import { readRoutes, warnOfSilentBuses } from "./read-routes.ts";
import { busesWith, readSidechains } from "./read-sidechains.ts";
import { readXfaders } from "./read-xfaders.ts";
import { beatOfSeconds, type SessionContext } from "./session-context.ts";
import { sessionBeats } from "./session-length.ts";
import type { SessionTools } from "./session-tools.ts";

/** What counts when a file does not say. */
const PLAIN_SESSION = sessionSchema.parse({ version: 1 });

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
export async function readSession(path: string, tools: SessionTools): Promise<SessionResult> {
  return sessionOf(await tools.load(path), tools);
}

/** The same for a document that is already parsed. */
export async function sessionOf(document: Document, tools: SessionTools): Promise<SessionResult> {
  if (document.value === undefined)
    return { plan: null, facts: null, problems: document.problems, files: [document.file] };
  const name = basename(document.file, extname(document.file));
  return isSession(document.value)
    ? sessionOfRacks(document, name, tools)
    : sessionOfRack(document, name, tools);
}

/** A missing kind means rack, unless the file names racks and has no nodes. */
function isSession(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Object.hasOwn(value, "kind")) return (value as { kind: unknown }).kind === "session";
  return Object.hasOwn(value, "racks") && !Object.hasOwn(value, "nodes");
}

function sessionOfRack(document: Document, name: string, tools: SessionTools): SessionResult {
  const { plan, facts, problems, missingFiles } = tools.readRack(document, planIdOf(name));
  const files = [document.file, ...missingFiles];
  if (plan === null || facts === null) return { plan: null, facts: null, problems, files };
  const session: SessionPlan = {
    name,
    seed: 0,
    tempoMap: plan.tempoMap,
    racks: [plan],
    buses: [],
    routes: [],
    xfaders: [],
    commands: [],
    loopBeats: 0,
    midiTracks: [],
    master: { gain: 1, ceilingDb: DEFAULT_CEILING_DB },
  };
  const { description, sampleRate, channels, lengthBeats } = facts;
  const sessionFacts = { description, sampleRate, channels, lengthBeats, durationSec: 0 };
  return { plan: session, facts: sessionFacts, problems, files };
}

async function sessionOfRacks(document: Document, name: string, tools: SessionTools): Promise<SessionResult> {
  const checker = new Checker(document);
  const written = checker.parseGroup(sessionSchema, document.value, []);
  const file = { ...PLAIN_SESSION, ...written };
  const options = { sampleRate: file.sampleRate, isAligned: file.alignTransports };
  const racks = await readRacks(checker, tools, file.racks, options);
  const tempoMap = tempoMapOf(file.bpm, racks.withTempo);
  const context: SessionContext = {
    checker,
    tools,
    tempoMap,
    racks: racks.byId,
    areRacksKnown: racks.areIdsKnown,
  };
  const midiTracks = readMidiTracks(checker, file.midiTracks);
  const buses = readBuses(context, file.buses);
  const sidechains = readSidechains(context, buses, file.sidechains);
  const routes = readRoutes(context, buses, file.routes, sidechains);
  const xfaders = readXfaders(context, file.xfaders);
  const commands = readCommands(context, buses, xfaders, file.commands);
  const plans = [...racks.byId.values()].filter((rack) => rack !== null);
  const busPlans = busesWith(buses, sidechains);
  warnOfSilentBuses(context, buses, routes);
  if (file.racks.length === 0 && file.midiTracks.length === 0) {
    const hint = "This session is silent.";
    checker.warn(["racks"], { expected: "a rack or a MIDI track", got: "none", hint });
  }
  checkTotals(checker, { racks: plans, buses: busPlans, routes, midiTracks });
  const problems = [...checker.problems, ...racks.problems];
  const files = [document.file, ...racks.files, ...buses.missingFiles];
  if (problems.some((problem) => problem.severity === "error")) {
    return { plan: null, facts: null, problems, files };
  }
  const parts = { tempoMap, racks: plans, ownBeats: racks.ownBeats, commands, midiTracks };
  const durationBeats = beatOfSeconds(tempoMap, file.durationSec);
  // A tail would make the loop end between two beats.
  const loopBeats = durationBeats > 0 ? durationBeats : sessionBeats(parts, false);
  const plan: SessionPlan = {
    name: file.name ?? name,
    seed: file.randomSeed,
    tempoMap,
    racks: plans,
    buses: busPlans,
    routes,
    xfaders: xfaders.plans,
    commands,
    loopBeats: file.loop ? loopBeats : 0,
    midiTracks,
    master: file.master,
  };
  const facts: SessionFacts = {
    description: file.description ?? "",
    sampleRate: file.sampleRate,
    channels: file.channels,
    durationSec: file.durationSec,
    lengthBeats: sessionBeats(parts, true),
  };
  return { plan, facts, problems, files };
}

const STEADY_TEMPO: readonly TempoPoint[] = [{ beat: 0, bpm: DEFAULT_TEMPO_BPM }];

/** Its own, else that of its first rack with one. */
function tempoMapOf(bpm: number | undefined, rack: RackPlan | null): readonly TempoPoint[] {
  return bpm === undefined ? (rack?.tempoMap ?? STEADY_TEMPO) : [{ beat: 0, bpm }];
}
