// SPDX-License-Identifier: GPL-3.0-or-later
// Where settings and state are: in the sources while developing, in /etc and /var on the box.
import path from "node:path";
import { isSourceTree, projectFolder } from "../binding/places.ts";

export interface Places {
  readonly settingsFile: string;
  readonly stateFolder: string;
}

const INSTALLED_SETTINGS = "/etc/downbeat/downbeat.yaml";
const INSTALLED_STATE = "/var/lib/downbeat";

/** @param given - what the command line said; the rest is found */
export function findPlaces(given: {
  readonly config?: string | undefined;
  readonly state?: string | undefined;
}): Places {
  const isInstalled = !isSourceTree();
  const settings = isInstalled ? INSTALLED_SETTINGS : path.join(projectFolder(), "config", "downbeat.yaml");
  const state = isInstalled ? INSTALLED_STATE : path.join(projectFolder(), ".downbeat");
  return {
    settingsFile: path.resolve(given.config ?? settings),
    stateFolder: path.resolve(given.state ?? state),
  };
}
