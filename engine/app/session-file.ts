// SPDX-License-Identifier: GPL-3.0-or-later
// A session or rack file from disk to plan: where engine/session and engine/rack meet.

import { loadDocument, type ReadFile, readPlainFile } from "../config/load-document.ts";
import { whyUnreadable } from "../config/why-unreadable.ts";
import type { NodeCatalog } from "../rack/catalog.ts";
import type { FileProbe } from "../rack/rack-context.ts";
import { insertOf, settingOf } from "../rack/read-insert.ts";
import { rackOf } from "../rack/read-rack.ts";
import { readSession as readSessionWith, type SessionResult } from "../session/read-session.ts";
import type { SessionTools } from "../session/session-tools.ts";

/**
 * @param path - of a `.json`, `.yaml` or `.yml` file of kind session or rack
 * @param probe - asked for the samples and other files that nodes name
 * @param placeOf - where a file is read from that is asked for by this name
 * @returns the plan, or null and the problems that keep it from playing; warnings come with a plan
 */
export function readSession(
  path: string,
  catalog: NodeCatalog,
  readFile: ReadFile = readPlainFile,
  probe: FileProbe = whyUnreadable,
  placeOf: (path: string) => string = (name) => name,
): Promise<SessionResult> {
  return readSessionWith(path, sessionTools(catalog, readFile, probe, placeOf));
}

export function sessionTools(
  catalog: NodeCatalog,
  readFile: ReadFile = readPlainFile,
  probe: FileProbe = whyUnreadable,
  placeOf: (path: string) => string = (name) => name,
): SessionTools {
  return {
    load: (path) => loadDocument(placeOf(path), readFile),
    readRack: (document, id) => rackOf(document, id, catalog, probe),
    readInsert: (checker, path, written, id) => {
      const { type, uri, params = {}, mod } = written;
      const node = uri === undefined ? { type, params, mod } : { type, uri, params, mod };
      return insertOf(checker, path, node, id, catalog, probe);
    },
    readSetting: (checker, path, type, written) => settingOf(checker, path, type, written, catalog),
  };
}
