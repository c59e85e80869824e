// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the schema for editors of boards: `node engine/panel/generate.ts`. With `--check` it writes nothing,
// and ends with 1 when the file is stale.

import { type GeneratedFile, runGenerator } from "../config/generate.ts";
import { boardEditorSchema } from "./editor-schema.ts";

export function generatedBoardFiles(): readonly GeneratedFile[] {
  return [{ path: "hardware/boards/board.schema.json", content: boardEditorSchema() }];
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  process.exitCode = await runGenerator(generatedBoardFiles(), "node engine/panel/generate.ts", args);
}
