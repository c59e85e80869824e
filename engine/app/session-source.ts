// SPDX-License-Identifier: GPL-3.0-or-later
// From the settings to the plan of what they name: the session, its racks, and the devices.
import { existsSync } from "node:fs";
import path from "node:path";
import { describeNodeType, nodeTypes } from "../binding/addon.ts";
import { projectFolder } from "../binding/places.ts";
import { PLAN_VERSION, type Plan, type SessionPlan } from "../binding/plan/plan.ts";
import type { TrackPlan } from "../binding/plan/track-plan.ts";
import { type ReadFile, readPlainFile } from "../config/load-document.ts";
import { toPlanParts } from "../config/plan-parts.ts";
import { DEFAULT_SETTINGS, type Settings } from "../config/schema.ts";
import { sessionPlace } from "../config/session-place.ts";
import { whyUnreadable } from "../config/why-unreadable.ts";
import { buildRoutes } from "../midi/build-routes.ts";
import type { Board } from "../panel/board.ts";
import { catalogOf, type NodeCatalog } from "../rack/catalog.ts";
import type { SessionResult } from "../session/read-session.ts";
import { panelPart } from "./board-source.ts";
import { curveShape, mappingOf } from "./mapping-source.ts";
import { OwnFiles } from "./own-files.ts";
import type { PortProfile } from "./profile-source.ts";
import { tracksOf } from "./sequencer-source.ts";
import { readSession } from "./session-file.ts";

/** The file that `session` in the settings means. */
export function sessionFile(settings: Settings, settingsFile: string): string {
  return sessionPlace({
    session: settings.session,
    settingsFile,
    shippedFolder: path.join(projectFolder(), "config"),
    exists: existsSync,
  });
}

/** The session that comes with Downbeat. */
export function shippedSession(): string {
  return path.join(projectFolder(), "config", DEFAULT_SETTINGS.session);
}

export interface SessionReading {
  /** Files beside these settings stand in for those that came with Downbeat. */
  readonly settingsFile?: string;
  /** Reads in place of the disk. */
  readonly readFile?: ReadFile;
}

/** Reads a session or rack file with its racks. Never throws for what is in the files. */
export async function loadSession(file: string, reading: SessionReading = {}): Promise<SessionResult> {
  const { settingsFile, readFile = readPlainFile } = reading;
  if (settingsFile === undefined) return readSession(file, ourCatalog(), readFile);
  const own = new OwnFiles(path.dirname(settingsFile), path.join(projectFolder(), "config"));
  const result = await readSession(file, ourCatalog(), readFile, whyUnreadable, (name) => own.placeOf(name));
  return { ...result, files: [...new Set([...result.files, ...own.wanted])] };
}

/** The node types of this box. */
export function ourCatalog(): NodeCatalog {
  return catalogOf(nodeTypes(), describeNodeType);
}

export interface BuiltPlan {
  readonly plan: Plan;
  /** Sentences for the player: what of session and mappings this box cannot play. */
  readonly warnings: readonly string[];
}

export interface PlanOptions {
  /** The synths at the ports; null while their profiles are not read. */
  readonly profiles?: readonly PortProfile[] | null;
  /** What is on the front; null: no panel. */
  readonly board?: Board | null;
  /** Play into the null driver, whatever the settings say. */
  readonly isNull?: boolean;
  /** Asked only when something is mapped, or locked by a live track. */
  readonly catalog?: () => NodeCatalog;
  /** What has become of live tracks since they were written. */
  readonly change?: (tracks: readonly TrackPlan[]) => readonly TrackPlan[];
}

export function buildPlan(settings: Settings, session: SessionPlan, options: PlanOptions = {}): BuiltPlan {
  const { audio, link, transport, midi, master } = toPlanParts(
    settings,
    panelPart(options.board ?? null, settings),
  );
  const ports = new Set(midi.ports.map((port) => port.id));
  const known = [...ports].join(", ") || "none";
  // A session made on another box may name synths that this one does not have.
  const strangers = session.midiTracks.filter((track) => !ports.has(track.port));
  const sequencer = builtTracks(settings, session, options);
  const living: SessionPlan = { ...session, ...sequencer.plan };
  const mapping = builtMapping(settings, living, options);
  const plan: Plan = {
    version: PLAN_VERSION,
    audio: options.isNull === true ? { ...audio, device: "null" } : audio,
    link,
    transport,
    midi,
    mapping: mapping.plan,
    routing: { routes: buildRoutes(settings.routes, curveShape) },
    session: {
      ...living,
      midiTracks: session.midiTracks.filter((track) => ports.has(track.port)),
      // What the file says and what the owner set both count.
      master: {
        gain: Math.min(4, session.master.gain * master.gain),
        ceilingDb: Math.min(session.master.ceilingDb, master.ceilingDb),
      },
    },
  };
  const silent = strangers.map(
    (track) =>
      `MIDI track ${track.id} is silent: expected a port of the settings (${known}), got "${track.port}". Add it under midi.ports`,
  );
  return { plan, warnings: [...silent, ...sequencer.warnings, ...mapping.warnings] };
}

function builtTracks(
  settings: Settings,
  session: SessionPlan,
  { profiles = [], catalog = ourCatalog, change = (tracks) => tracks }: PlanOptions,
): { readonly plan: Pick<SessionPlan, "tracks" | "ambience">; readonly warnings: readonly string[] } {
  if (settings.sequencer.tracks.length === 0) return { plan: {}, warnings: [] };
  const { tracks, ambience, warnings } = tracksOf({ settings, session, catalog, profiles });
  return { plan: { tracks: change(tracks), ambience }, warnings };
}

function builtMapping(
  settings: Settings,
  session: SessionPlan,
  { profiles = [], catalog = ourCatalog, board = null }: PlanOptions,
): ReturnType<typeof mappingOf> {
  if (settings.mappings.length === 0 && settings.scenes.length === 0)
    return { plan: { entries: [], banks: [], modifiers: [], scenes: [] }, warnings: [] };
  return mappingOf({ settings, session, catalog: catalog(), profiles, board });
}
