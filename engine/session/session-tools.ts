// SPDX-License-Identifier: GPL-3.0-or-later
// What a session needs of the rooms beside it: racks and nodes are read elsewhere, and engine/app
// brings both together.

import type { NodePlan, RackPlan } from "../binding/plan/rack-plan.ts";
import type { Checker } from "../config/check.ts";
import type { Document } from "../config/document.ts";
import type { Path, Problem } from "../config/problem.ts";

export interface SessionTools {
  /** Never throws: a file that cannot be read is a document that says why. */
  readonly load: (path: string) => Promise<Document>;
  /** A rack document as a plan. */
  readonly readRack: (document: Document, id: string) => ReadRack;
  /** The node that an insert is; null after the problem was noted. */
  readonly readInsert: (
    checker: Checker,
    path: Path,
    written: WrittenInsert,
    id: string,
  ) => ReadInsert | null;
  /** What a command sets of a node of this type; null after the problem was noted. */
  readonly readSetting: (
    checker: Checker,
    path: Path,
    type: string,
    written: WrittenSetting,
  ) => { readonly param: number; readonly value: number } | null;
}

export interface ReadRack {
  /** null when there was an error. */
  readonly plan: RackPlan | null;
  readonly facts: {
    readonly description: string;
    readonly sampleRate: number;
    readonly channels: number;
    readonly lengthBeats: number;
    readonly hasTransport: boolean;
  } | null;
  readonly problems: readonly Problem[];
  readonly missingFiles: readonly string[];
}

export interface WrittenInsert {
  readonly type: string;
  readonly uri?: unknown;
  readonly params?: unknown;
  readonly mod?: unknown;
}

export interface ReadInsert {
  readonly plan: NodePlan;
  readonly hasKeyInput: boolean;
  readonly missingFiles: readonly string[];
}

export interface WrittenSetting {
  readonly param?: string | undefined;
  readonly paramId?: number | undefined;
  readonly value?: unknown;
}
