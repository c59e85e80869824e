// SPDX-License-Identifier: GPL-3.0-or-later
// What editors know of a board while it is written.

import { documentSchema } from "../config/document-schema.ts";
import { boardSchema } from "./board-schema.ts";

export function boardEditorSchema(): string {
  return documentSchema("A Downbeat board", boardSchema);
}
