// SPDX-License-Identifier: GPL-3.0-or-later
// What the `profile` verb asks of the profiles: one to look at, its mistakes, its bytes, files in and out.

import path from "node:path";
import { atomicWrite } from "../base/atomic-write.ts";
import { AppError, isAppError } from "../base/errors.ts";
import { readBounded } from "../config/bounded-read.ts";
import { parseDocument } from "../config/document.ts";
import { loadDocument, readPlainFile } from "../config/load-document.ts";
import { loadTolerant } from "../config/load-settings.ts";
import { formatProblem, type Problem } from "../config/problem.ts";
import { encodeParameter, type Messages } from "../profiles/encode.ts";
import { hapaxText } from "../profiles/export/hapax-text.ts";
import { oxiindefText } from "../profiles/export/oxiindef-text.ts";
import { type ImportReport, importFiles } from "../profiles/import/import-files.ts";
import { lintProfile } from "../profiles/lint.ts";
import { findParameter, type Profile } from "../profiles/profile.ts";
import { type FoundProfile, Shelf, unknownProfileHint } from "../profiles/shelf.ts";
import { stepNamed } from "../profiles/value.ts";
import { type FoundSynths, profileIdAt } from "./found-synths.ts";
import { builtInProfiles, openShelf, profileFolder } from "./profile-source.ts";

export type { Messages, Profile };

/** The profiles that the settings of this box can ask for. */
export async function shelfOf(settingsFile: string): Promise<Shelf> {
  const { settings } = await loadTolerant(settingsFile);
  return openShelf(settings, settingsFile);
}

/** @throws {AppError} `PROFILE_UNKNOWN` with near names, or `PROFILE_INVALID` when nothing of it can be read */
export async function findProfile(shelf: Shelf, id: string): Promise<FoundProfile> {
  const found = await shelf.find(id);
  if (found !== null) return found;
  const [problem] = await shelf.problemsOf(id);
  if (problem !== undefined) throw new AppError("PROFILE_INVALID", formatProblem(problem));
  throw new AppError("PROFILE_UNKNOWN", `There is no profile "${id}". ${unknownProfileHint(shelf, id)}`);
}

/** Ports of the settings by the profile of the synth that is there, named or found. */
export async function portsByProfile(
  settingsFile: string,
  found: FoundSynths,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { settings } = await loadTolerant(settingsFile);
  const byProfile = new Map<string, string[]>();
  for (const port of settings.midi.ports) {
    const profile = profileIdAt(port, found);
    if (profile !== null) byProfile.set(profile, [...(byProfile.get(profile) ?? []), port.id]);
  }
  return byProfile;
}

/** Every profile that can be read, by id. */
export async function allProfiles(shelf: Shelf): Promise<readonly FoundProfile[]> {
  const all: FoundProfile[] = [];
  for (const { id } of shelf.entries) {
    const found = await shelf.find(id);
    if (found !== null) all.push(found);
  }
  return all;
}

/**
 * Mistakes of a profile file, and warnings about what is probably not meant, in the order of the file.
 *
 * @param text - in place of what the file says
 */
export async function lintFile(file: string, text?: string): Promise<readonly Problem[]> {
  const document = text === undefined ? await loadDocument(file, readPlainFile) : parseDocument(file, text);
  if (document.problems.length > 0) return document.problems;
  const shelf = await Shelf.open({
    builtInFolder: builtInProfiles(),
    folder: path.dirname(file),
    settings: null,
    ...(text === undefined ? {} : { draft: { file, text } }),
  });
  const id = path.basename(file).replace(/\.ya?ml$/, "");
  const found = await shelf.find(id);
  if (found === null) {
    const problems = await shelf.problemsOf(id);
    if (problems.length > 0) return problems;
    const named = shelf.problems.find((problem) => path.resolve(problem.file) === path.resolve(file));
    return [
      named ??
        document.problemAt([], "value", { expected: "a file that ends in .yaml", got: path.basename(file) }),
    ];
  }
  const warnings = lintProfile(found.profile).map(({ parameter, sentence }) =>
    document.problemAt(parameter === null ? [] : ["parameters", parameter], "key", {
      severity: "warning",
      hint: sentence,
    }),
  );
  return [...found.problems, ...warnings];
}

/**
 * @param value - a label of the parameter, else a number from 0 to 1
 * @param channel - 0 to 15, or null for the profile's
 * @throws {AppError} `PARAMETER_UNKNOWN`, `LABEL_UNKNOWN`, or `WRONG_USE` for a number out of range
 */
export function bytesOf(
  profile: Profile,
  parameter: string,
  value: string,
  channel: number | null,
): Messages {
  const options = channel === null ? {} : { channel };
  const found = findParameter(profile, parameter);
  const isLabel = found !== null && stepNamed(found, value) !== null;
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (isLabel || Number.isNaN(number)) return encodeParameter(profile, parameter, value, options);
  if (number < 0 || number > 1) throw new AppError("WRONG_USE", `expected 0 to 1 or a label, got "${value}"`);
  return encodeParameter(profile, parameter, number, options);
}

export const EXPORTS: Readonly<Record<string, (profile: Profile) => string>> = {
  hapax: hapaxText,
  oxiindef: oxiindefText,
};

export interface WrittenImport extends ImportReport {
  readonly folder: string;
}

/**
 * Makes profiles of what is at `from` and writes them; a file that is there, and a profile that is built
 * in, is not replaced unless that is asked for.
 *
 * @throws {AppError} `FILE_MISSING`, `FILE_READ_FAILED` or `FILE_WRITE_FAILED`
 */
export async function importInto(
  from: string,
  options: { readonly settingsFile: string; readonly out: string | undefined; readonly replaces: boolean },
): Promise<WrittenImport> {
  const { settings } = await loadTolerant(options.settingsFile);
  const folder = path.resolve(options.out ?? profileFolder(settings, options.settingsFile));
  const report = await importFiles(from);
  const builtIn = await Shelf.open({ builtInFolder: builtInProfiles(), folder: null, settings: null });
  const taken = new Set(builtIn.entries.map(({ id }) => id));
  const profiles: ImportReport["profiles"][number][] = [];
  const rejected = [...report.rejected];
  for (const profile of report.profiles) {
    const target = path.join(folder, `${profile.id}.yaml`);
    const reason = options.replaces ? null : await whyNot(target, profile.yaml, taken.has(profile.id));
    if (reason !== null) {
      rejected.push({ file: profile.from[0] ?? from, line: 0, what: profile.id, reason });
      continue;
    }
    await atomicWrite(target, profile.yaml);
    profiles.push(profile);
  }
  return { ...report, profiles, rejected, folder };
}

async function whyNot(target: string, yaml: string, isBuiltIn: boolean): Promise<string | null> {
  if (isBuiltIn) return "Downbeat has a profile of this name, which it would replace: --replace does so.";
  try {
    const there = await readBounded(target, Buffer.byteLength(yaml));
    return there.equals(Buffer.from(yaml)) ? null : `${target} is there already: --replace writes over it.`;
  } catch (error) {
    if (isAppError(error, "FILE_MISSING")) return null;
    throw error;
  }
}
