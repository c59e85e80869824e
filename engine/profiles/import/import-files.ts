// SPDX-License-Identifier: GPL-3.0-or-later
// A file or a whole folder of other programs' definitions: each becomes profiles, and everything that could
// not be used has its reason.

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, messageOf, systemCodeOf } from "../../base/errors.ts";
import { readBounded } from "../../config/bounded-read.ts";
import { Checker } from "../../config/check.ts";
import { parseDocument } from "../../config/document.ts";
import { formatProblem } from "../../config/problem.ts";
import { normalise } from "../normalise.ts";
import { readProfile } from "../read-profile.ts";
import { profileYaml } from "../yaml-text.ts";
import { IMPORT_ENDINGS, importText } from "./import-text.ts";
import type { ImportedProfile, Rejected } from "./imported.ts";
import { joinProfiles } from "./midi-guide.ts";

const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MAX_FILES = 20_000;
const MAX_FOLDER_DEPTH = 8;

export interface ImportedFile {
  readonly id: string;
  readonly parameters: number;
  /** The files it is from. */
  readonly from: readonly string[];
  /** Ready to be written. */
  readonly yaml: string;
}

export interface ImportReport {
  /** Looked at. */
  readonly files: number;
  readonly profiles: readonly ImportedFile[];
  readonly rejected: readonly Rejected[];
}

/** @throws {AppError} `FILE_MISSING` or `FILE_READ_FAILED` for a path that is not there */
export async function importFiles(path: string): Promise<ImportReport> {
  const files = await filesAt(path);
  const collected = new Map<string, { from: string[]; imported: ImportedProfile }>();
  const rejected: Rejected[] = [];
  for (const file of files) {
    const result = await importFile(file);
    rejected.push(...result.rejected);
    for (const imported of result.profiles) collect(collected, rejected, file, imported);
  }
  const profiles: ImportedFile[] = [];
  for (const { from, imported } of collected.values()) {
    const yaml = profileYaml(imported.profile, null);
    const mistake = mistakeOf(imported.id, yaml);
    const parameters = Object.keys(imported.profile.parameters ?? {}).length;
    if (mistake === null) profiles.push({ id: imported.id, parameters, from, yaml });
    else rejected.push({ file: from[0] ?? "", line: 0, what: imported.id, reason: mistake });
  }
  return { files: files.length, profiles, rejected };
}

async function importFile(file: string): ReturnType<typeof importBytes> {
  try {
    const bytes = await readBounded(file, MAX_FILE_BYTES);
    return await importBytes(file, bytes);
  } catch (error) {
    return { profiles: [], rejected: [{ file, line: 0, what: "", reason: `${messageOf(error)}.` }] };
  }
}

async function importBytes(
  file: string,
  bytes: Buffer,
): Promise<{ readonly profiles: readonly ImportedProfile[]; readonly rejected: readonly Rejected[] }> {
  if (bytes.length > MAX_FILE_BYTES) {
    return { profiles: [], rejected: [{ file, line: 0, what: "", reason: "It is larger than 4 MiB." }] };
  }
  return importText({ file, text: textOf(bytes) });
}

/** Old files are in the letters of their time. */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}

/** One device may have a table of parameters and one of triggers. */
function collect(
  collected: Map<string, { from: string[]; imported: ImportedProfile }>,
  rejected: Rejected[],
  file: string,
  imported: ImportedProfile,
): void {
  const other = collected.get(imported.id);
  if (other === undefined) {
    collected.set(imported.id, { from: [file], imported });
    return;
  }
  const isOneDevice = [file, ...other.from].some((name) => name.endsWith(".triggers.csv"));
  if (isOneDevice) {
    const profile = joinProfiles(other.imported.profile, imported.profile);
    collected.set(imported.id, { from: [...other.from, file], imported: { id: imported.id, profile } });
    return;
  }
  const reason = `Another file has this device already: ${other.from[0]}.`;
  rejected.push({ file, line: 0, what: imported.id, reason });
}

/** What is written must be readable: the last guard against a file that nobody thought of. */
function mistakeOf(id: string, yaml: string): string | null {
  const checker = new Checker(parseDocument(`${id}.yaml`, yaml));
  const written = readProfile(checker, checker.document.value, []);
  if (written !== undefined) normalise(checker, written, id, []);
  const [problem] = checker.problems;
  return problem === undefined ? null : `It makes no good profile: ${formatProblem(problem)}`;
}

async function filesAt(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
  } catch (error) {
    const code = systemCodeOf(error) === "ENOENT" ? "FILE_MISSING" : "FILE_READ_FAILED";
    throw new AppError(code, `${path}: ${messageOf(error)}`, { cause: error });
  }
  const files: string[] = [];
  await walk(path, 0, files);
  return files.sort();
}

async function walk(folder: string, depth: number, files: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (files.length >= MAX_FILES) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < MAX_FOLDER_DEPTH && !entry.name.startsWith(".")) {
      await walk(path, depth + 1, files);
    } else if (entry.isFile() && IMPORT_ENDINGS.some((ending) => entry.name.toLowerCase().endsWith(ending))) {
      files.push(path);
    }
  }
}
