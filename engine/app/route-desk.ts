// SPDX-License-Identifier: GPL-3.0-or-later
// What the `route` verb does: routes as they are set, with what the engine has carried through them.

import { isAppError } from "../base/errors.ts";
import { EngineClient } from "../binding/engine-client.ts";
import type { EngineStatus, MidiRouteStatus } from "../binding/engine-status.ts";
import { loadTolerant } from "../config/load-settings.ts";
import type { Problem } from "../config/problem.ts";
import type { RouteSettings } from "../config/schema.ts";
import { carriedText, routeText, waysText } from "../midi/route-words.ts";

export { carriedText, routeText, waysText };

export interface ListedRoute {
  readonly settings: RouteSettings;
  /** null: the engine does not have it, or there is none. */
  readonly playing: MidiRouteStatus | null;
}

export interface ListedRoutes {
  readonly routes: readonly ListedRoute[];
  readonly hasEngine: boolean;
  readonly problems: readonly Problem[];
}

export async function listRoutes(settingsFile: string, stateFolder: string): Promise<ListedRoutes> {
  const { settings, problems } = await loadTolerant(settingsFile);
  const playing = await playingRoutes(stateFolder);
  const routes = settings.routes.map((route) => ({
    settings: route,
    playing: playing?.find(({ id }) => id === route.id) ?? null,
  }));
  return { routes, hasEngine: playing !== null, problems };
}

/** null: no engine plays from there. */
async function playingRoutes(stateFolder: string): Promise<readonly MidiRouteStatus[] | null> {
  try {
    const client = await EngineClient.connect(stateFolder, "observer", "downbeat route");
    try {
      return ((await client.request("status")).status as EngineStatus).midi.routes ?? [];
    } finally {
      client.close();
    }
  } catch (error) {
    if (isAppError(error, "ENGINE_AWAY")) return null;
    throw error;
  }
}
