// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat check`: every mistake in the settings, and in the session and racks that they name. A
// session or rack file may be named instead.

import { existsSync } from "node:fs";
import path from "node:path";
import { loadPanelBoard } from "../app/board-source.ts";
import { readFoundSynths } from "../app/found-synths.ts";
import { findPlaces } from "../app/places.ts";
import { loadProfiles } from "../app/profile-source.ts";
import { buildPlan, loadSession, sessionFile } from "../app/session-source.ts";
import { visibleText } from "../base/visible-text.ts";
import { loadDocument, readPlainFile } from "../config/load-document.ts";
import { checkSettingsFile } from "../config/load-settings.ts";
import { formatProblem, type Problem } from "../config/problem.ts";

export async function checkVerb(file: string | undefined, options: { json?: boolean }): Promise<number> {
  const places = findPlaces({});
  const target = path.resolve(file ?? places.settingsFile);
  const { problems, files } = await checkFile(target, places.stateFolder);
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

/** The problems of a settings file with its session and the synths that were found, or of a session or rack. */
export async function checkFile(
  file: string,
  stateFolder: string,
): Promise<{ problems: readonly Problem[]; files: readonly string[] }> {
  if (existsSync(file) && (await isMusic(file))) {
    const session = await loadSession(file);
    return { problems: session.problems, files: session.files };
  }
  const checked = await checkSettingsFile(file);
  if (checked.state !== "good") return { problems: checked.problems, files: [file] };
  const { settings } = checked;
  const session = await loadSession(sessionFile(settings, file));
  const profiles = await loadProfiles(settings, file, null, await readFoundSynths(stateFolder));
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
    files: [file, ...session.files],
  };
}

/** What is no mistake in the file, and cannot be played with this session and these synths. */
function warningOf(file: string, sentence: string): Problem {
  return { severity: "warning", file, line: 1, column: 1, path: "", expected: "", got: "", hint: sentence };
}

/** A rack or session rather than settings: by what is in it. */
async function isMusic(file: string): Promise<boolean> {
  if (file.endsWith(".json")) return true;
  const { value } = await loadDocument(file, readPlainFile);
  if (typeof value !== "object" || value === null) return false;
  return ["kind", "nodes", "racks"].some((key) => Object.hasOwn(value, key));
}
