// SPDX-License-Identifier: GPL-3.0-or-later
// From the settings to the plan of what they name: the session, its racks, and the devices.
import { existsSync } from "node:fs";
import path from "node:path";
import { nodeTypes } from "../binding/addon.ts";
import { projectFolder } from "../binding/places.ts";
import { PLAN_VERSION, type Plan, type SessionPlan } from "../binding/plan.ts";
import { readPlainFile } from "../config/load-document.ts";
import { toPlanParts } from "../config/plan-parts.ts";
import type { Settings } from "../config/schema.ts";
import { sessionPlace } from "../config/session-place.ts";
import { catalogOf } from "../rack/catalog.ts";
import { rackOf } from "../rack/read-rack.ts";
import { readSession, type SessionResult } from "../session/read-session.ts";

/** The file that `session` in the settings means. */
export function sessionFile(settings: Settings, settingsFile: string): string {
  return sessionPlace({
    session: settings.session,
    settingsFile,
    shippedFolder: path.join(projectFolder(), "config"),
    exists: existsSync,
  });
}

/** Reads a session or rack file with its racks. Never throws for what is in the files. */
export function loadSession(file: string): Promise<SessionResult> {
  const catalog = catalogOf(nodeTypes());
  return readSession(file, (document, id) => rackOf(document, id, catalog), readPlainFile);
}

/** @param isNull - play into the null driver, whatever the settings say */
export function buildPlan(settings: Settings, session: SessionPlan, isNull = false): Plan {
  const { audio, link, transport, midi, master } = toPlanParts(settings);
  return {
    version: PLAN_VERSION,
    audio: isNull ? { ...audio, device: "null" } : audio,
    link,
    transport,
    midi,
    // What the file says and what the owner set both count.
    session: {
      ...session,
      master: {
        gain: Math.min(4, session.master.gain * master.gain),
        ceilingDb: Math.min(session.master.ceilingDb, master.ceilingDb),
      },
    },
  };
}
