// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat route`: MIDI from inputs to outputs, as it is set and as it plays.

import { findPlaces } from "../app/places.ts";
import { carriedText, listRoutes, routeText, waysText } from "../app/route-desk.ts";
import { formatProblem } from "../config/problem.ts";
import { table } from "./table.ts";

interface ListOptions {
  readonly config?: string;
  readonly state?: string;
  readonly json?: boolean;
}

export async function listVerb(options: ListOptions): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const { routes, hasEngine, problems } = await listRoutes(settingsFile, stateFolder);
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (options.json === true) {
    const facts = routes.map(({ settings, playing }) => ({ ...settings, playing }));
    print(JSON.stringify({ routes: facts, hasEngine }, null, 2));
    return 0;
  }
  const rows = routes.map(({ settings, playing }) => [
    settings.id,
    waysText(settings),
    routeText(settings),
    playing !== null ? carriedText(playing) : hasEngine ? "not taken yet" : "no engine plays",
  ]);
  if (rows.length > 0) print(table([["id", "way", "what", "carried"], ...rows]));
  else print("Nothing is routed. `routes` in the settings does it: docs/routing.md.");
  return 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
