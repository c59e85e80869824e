// SPDX-License-Identifier: GPL-3.0-or-later
// A session or rack file from disk to plan: where engine/session and engine/rack meet.

import { type ReadFile, readPlainFile } from "../config/load-document.ts";
import type { NodeCatalog } from "../rack/catalog.ts";
import { rackOf } from "../rack/read-rack.ts";
import { readSession as readSessionWith, type SessionResult } from "../session/read-session.ts";

/**
 * @param path - of a `.json`, `.yaml` or `.yml` file of kind session or rack
 * @returns the plan, or null and the problems that keep it from playing; warnings come with a plan
 */
export function readSession(
  path: string,
  catalog: NodeCatalog,
  readFile: ReadFile = readPlainFile,
): Promise<SessionResult> {
  return readSessionWith(path, (document, id) => rackOf(document, id, catalog), readFile);
}
