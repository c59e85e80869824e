// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of JSON and YAML give back: a value, the place of each of its parts, mistakes.

import type { Path } from "./problem.ts";

/** Levels of lists and groups inside each other. */
export const MAX_DOCUMENT_DEPTH = 32;

/** Where the parts of a value stand in its text; offsets in UTF-16 units. */
export interface Place {
  readonly offset: number;
  /** Of a group: where each key stands, and its value. Of a list: its items. */
  readonly keys?: ReadonlyMap<string, { readonly keyOffset: number; readonly place: Place }>;
  readonly items?: readonly Place[];
}

/** A mistake of the format itself, before anybody asks what the keys mean. */
export interface TextProblem {
  readonly offset: number;
  readonly path: Path;
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
}

export interface ParsedText {
  readonly value: unknown;
  readonly place: Place;
  readonly problems: readonly TextProblem[];
}
