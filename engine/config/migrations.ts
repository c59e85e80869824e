// SPDX-License-Identifier: GPL-3.0-or-later
// Old settings become new ones, one version at a time, comments kept.

import { type Document, parseDocument } from "yaml";
import { hasOlderShape, takeOverOlderShape } from "./older-shape.ts";

export interface Migration {
  /** Makes version `from` + 1 out of version `from`. */
  readonly from: number;
  /** Changes the document in place; the version is written by the caller. */
  readonly change: (document: Document) => void;
  /** Of a version that had no number yet: is this one? */
  readonly isMeant?: (document: Document) => boolean;
}

/** Each entry has a test of its own. Version 0 is the shape of other boxes, from before this one. */
export const MIGRATIONS: readonly Migration[] = [
  { from: 0, change: takeOverOlderShape, isMeant: hasOlderShape },
];

export interface MigratedText {
  readonly text: string;
  readonly from: number;
}

/**
 * @param text - settings that parse; anything else is for the check to report
 * @param current - the version to arrive at
 * @returns null when there is nothing to do: current, newer, no version, or no way from there
 */
export function migrateText(
  text: string,
  migrations: readonly Migration[],
  current: number,
): MigratedText | null {
  if (migrations.length === 0) return null;
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  if (document.errors.length > 0) return null;
  const from = versionOf(document, migrations);
  if (typeof from !== "number" || !Number.isInteger(from) || from >= current) return null;
  for (let version = from; version < current; version += 1) {
    const migration = migrations.find((candidate) => candidate.from === version);
    if (migration === undefined) return null;
    migration.change(document);
    document.set("version", version + 1);
  }
  return { text: document.toString({ lineWidth: 0 }), from };
}

function versionOf(document: Document, migrations: readonly Migration[]): unknown {
  const written = document.get("version");
  // Nobody wrote the number of a version that had none.
  if (migrations.some(({ from, isMeant }) => isMeant !== undefined && from === written)) return undefined;
  if (written !== undefined) return written;
  return migrations.find(({ isMeant }) => isMeant?.(document) === true)?.from;
}
