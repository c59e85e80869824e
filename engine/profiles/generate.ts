// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the schema for editors of profiles: `node engine/profiles/generate.ts`. With `--check` it writes
// nothing, and ends with 1 when the file is stale.

import { type GeneratedFile, runGenerator } from "../config/generate.ts";
import { profileEditorSchema } from "./editor-schema.ts";

export function generatedProfileFiles(): readonly GeneratedFile[] {
  return [{ path: "profiles/profile.schema.json", content: profileEditorSchema() }];
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  process.exitCode = await runGenerator(generatedProfileFiles(), "node engine/profiles/generate.ts", args);
}
