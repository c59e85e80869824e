// SPDX-License-Identifier: GPL-3.0-or-later
// What an edit touched: what needs a device reopened is reopened, nothing else.

import { isDeepStrictEqual } from "node:util";
import type { Settings } from "./schema.ts";

/** The top-level keys of the settings file, but its version. */
export const SETTINGS_SECTIONS = [
  "session",
  "audio",
  "link",
  "transport",
  "midi",
  "panel",
  "mappings",
  "scenes",
  "routes",
  "sequencer",
  "master",
  "http",
  "osc",
  "log",
  "profiles",
  "cc_profiles",
  "older",
] as const satisfies readonly (keyof Settings)[];

export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

/** @returns the sections that differ, in the order of the file */
export function diffSettings(before: Settings, after: Settings): readonly SettingsSection[] {
  return SETTINGS_SECTIONS.filter((section) => !isDeepStrictEqual(before[section], after[section]));
}
