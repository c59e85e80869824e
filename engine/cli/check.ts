// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat check`: every mistake in the settings, and in the session and racks that they name. A
// session or rack file may be named instead.

import { existsSync } from "node:fs";
import path from "node:path";
import { boardProblems, loadPanelBoard } from "../app/board-source.ts";
import { readFoundSynths } from "../app/found-synths.ts";
import { findPlaces } from "../app/places.ts";
import { loadProfiles } from "../app/profile-source.ts";
import { lintFile } from "../app/profile-tools.ts";
import { buildPlan, loadSession, sessionFile } from "../app/session-source.ts";
import { visibleText } from "../base/visible-text.ts";
import { loadDocument, type ReadFile, readPlainFile } from "../config/load-document.ts";
import { checkSettingsFile, loadSettingsBytes } from "../config/load-settings.ts";
import { formatProblem, type Problem } from "../config/problem.ts";

export async function checkVerb(file: string | undefined, options: { json?: boolean }): Promise<number> {
  const places = findPlaces({});
  const target = path.resolve(file ?? places.settingsFile);
  const { settingsFile } = places;
  const { problems, files } = await checkFile(target, places.stateFolder, { settingsFile });
  const errors = problems.filter((problem) => problem.severity === "error").length;
  if (options.json === true) {
    process.stdout.write(
      `${JSON.stringify({ files, errors, warnings: problems.length - errors, problems }, null, 2)}\n`,
    );
  } else {
    for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
    process.stdout.write(
      errors === 0
        ? `${visibleText(files.join(", "))}: fine\n`
        : `${errors} ${errors === 1 ? "mistake" : "mistakes"}\n`,
    );
  }
  return errors === 0 ? 0 : 1;
}

export interface CheckOptions {
  /** The box's, which is never taken for something else; beside it are the owner's sessions and racks. */
  readonly settingsFile?: string;
  /** What the file is going to say. */
  readonly text?: string;
}

/**
 * The problems of a settings file with its session and the synths that were found, of a session or rack, of a
 * profile, or of a board.
 */
export async function checkFile(
  file: string,
  stateFolder: string,
  { settingsFile, text }: CheckOptions = {},
): Promise<{ problems: readonly Problem[]; files: readonly string[] }> {
  const readFile: ReadFile =
    text === undefined ? readPlainFile : async (name) => (name === file ? text : readPlainFile(name));
  const kind = file === settingsFile ? "settings" : await kindOf(file, readFile);
  if (kind === "music") {
    const session = await loadSession(file, { settingsFile: settingsFile ?? file, readFile });
    return { problems: session.problems, files: session.files.filter((name) => existsSync(name)) };
  }
  if (kind === "board") return { problems: await boardProblems(file, readFile), files: [file] };
  if (kind === "profile") return { problems: await lintFile(file, text), files: [file] };
  const checked =
    text === undefined ? await checkSettingsFile(file) : loadSettingsBytes(file, Buffer.from(text), "check");
  if (checked.state !== "good") return { problems: checked.problems, files: [file] };
  const { settings } = checked;
  const session = await loadSession(sessionFile(settings, file), { settingsFile: file, readFile });
  const found = await readFoundSynths(stateFolder);
  const profiles = await loadProfiles(settings, file, null, found, readFile);
  const panel = await loadPanelBoard(settings, file);
  const built =
    session.plan === null
      ? null
      : buildPlan(settings, session.plan, { profiles: profiles.ports, board: panel.board });
  const notPlayed = (built?.warnings ?? []).map((sentence) => warningOf(file, sentence));
  return {
    problems: [
      ...checked.problems,
      ...profiles.problems,
      ...panel.problems,
      ...session.problems,
      ...notPlayed,
    ],
    files: [file, ...session.files.filter((name) => existsSync(name))],
  };
}

/** What is no mistake in the file, and cannot be played with this session and these synths. */
function warningOf(file: string, sentence: string): Problem {
  return { severity: "warning", file, line: 1, column: 1, path: "", expected: "", got: "", hint: sentence };
}

const MUSIC_KEYS = ["kind", "nodes", "racks"];
const PROFILE_KEYS = ["device", "extends", "parameters"];
const BOARD_KEYS = ["controls", "detect", "devices", "uart"];

/** By what is in it: settings have none of these keys. */
async function kindOf(file: string, readFile: ReadFile): Promise<"music" | "profile" | "board" | "settings"> {
  const { value, unreadable } = await loadDocument(file, readFile);
  if (file.endsWith(".json")) return unreadable === null ? "music" : "settings";
  if (typeof value !== "object" || value === null) return "settings";
  const hasOne = (keys: readonly string[]): boolean => keys.some((key) => Object.hasOwn(value, key));
  if (hasOne(MUSIC_KEYS)) return "music";
  if (hasOne(PROFILE_KEYS)) return "profile";
  return hasOne(BOARD_KEYS) ? "board" : "settings";
}
