// SPDX-License-Identifier: GPL-3.0-or-later
// What editors know of a profile while it is written.

import { documentSchema } from "../config/document-schema.ts";
import { profileSchema } from "./schema.ts";

export function profileEditorSchema(): string {
  return documentSchema("A Downbeat profile", profileSchema);
}
