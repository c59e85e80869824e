// SPDX-License-Identifier: GPL-3.0-or-later
// Writes what is made from the schema: `node engine/config/generate.ts`. With `--check` it writes nothing,
// and ends with 1 when a file is stale.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { atomicWrite } from "../base/atomic-write.ts";
import { annotatedYaml } from "./annotated-yaml.ts";
import { editorSchema } from "./editor-schema.ts";
import { SETTING_FACTS } from "./setting-facts.ts";
import { settingsPage } from "./settings-page.ts";

export interface GeneratedFile {
  /** From the root of the project. */
  readonly path: string;
  readonly content: string;
}

export function generatedFiles(): readonly GeneratedFile[] {
  return [
    { path: "config/downbeat.yaml", content: annotatedYaml(SETTING_FACTS) },
    { path: "config/downbeat.schema.json", content: editorSchema() },
    { path: "docs/settings.md", content: settingsPage(SETTING_FACTS) },
  ];
}

/** @returns the paths of files that are missing or differ */
export function staleFiles(root: string, files = generatedFiles()): readonly string[] {
  return files.filter(({ path, content }) => contentOf(join(root, path)) !== content).map(({ path }) => path);
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/**
 * Writes what is stale, or says so, as the command line asks.
 *
 * @param command - how this generator is called, for the sentence
 * @returns the exit code
 */
export async function runGenerator(
  files: readonly GeneratedFile[],
  command: string,
  args: readonly string[],
): Promise<number> {
  const unknown = args.filter((arg) => arg !== "--check");
  if (unknown.length > 0) {
    process.stderr.write(`generate: expected --check or nothing, got ${unknown.join(" ")}\n`);
    return 2;
  }
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const stale = staleFiles(root, files);
  if (args.includes("--check")) {
    for (const path of stale) process.stderr.write(`${path} is stale: run ${command}\n`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const { path, content } of files) {
    if (!stale.includes(path)) continue;
    await atomicWrite(join(root, path), content);
    process.stdout.write(`${path} written\n`);
  }
  return 0;
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  process.exitCode = await runGenerator(generatedFiles(), "node engine/config/generate.ts", args);
}
