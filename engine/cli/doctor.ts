// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat doctor`: why is it silent?
import { diagnose, type Finding } from "../app/diagnosis.ts";
import { readFoundSynths } from "../app/found-synths.ts";
import type { Front } from "../app/front-diagnosis.ts";
import { findPlaces } from "../app/places.ts";
import { readTrouble } from "../app/strike-book.ts";
import { messageOf } from "../base/errors.ts";
import { listDevices, machineFacts } from "../binding/engine-facts.ts";
import { formatProblem } from "../config/problem.ts";
import { askDaemon } from "./ask-daemon.ts";
import { checkFile } from "./check.ts";
import { engineStatus } from "./engine-state.ts";
import { table } from "./table.ts";

const MARKS = { ok: "ok", warning: "warning", problem: "PROBLEM" } as const;

export async function doctorVerb(options: {
  config?: string;
  state?: string;
  json?: boolean;
}): Promise<number> {
  const places = findPlaces(options);
  const [settings, machine, devices, status, found, trouble, front] = await Promise.all([
    checkFile(places.settingsFile, places.stateFolder, places),
    machineFacts(places.stateFolder),
    listDevices().catch((error: unknown) => messageOf(error)),
    engineStatus(places.stateFolder, "downbeat doctor"),
    readFoundSynths(places.stateFolder),
    readTrouble(places.stateFolder),
    readFront(options),
  ]);
  const findings = diagnose({
    settingsFile: places.settingsFile,
    settingsProblems: settings.problems.filter((problem) => problem.severity === "error").map(formatProblem),
    machine,
    devices: typeof devices === "string" ? null : devices,
    devicesFailure: typeof devices === "string" ? devices : "",
    status,
    found,
    trouble,
    front,
    stateFolder: places.stateFolder,
  });
  process.stdout.write(
    options.json === true ? `${JSON.stringify(findings, null, 2)}\n` : `${findingsText(findings)}\n`,
  );
  return findings.some((finding) => finding.verdict === "problem") ? 1 : 0;
}

/** What the daemon knows of the front; null when it is away, which is said by others. */
async function readFront(options: { readonly config?: string }): Promise<Front | null> {
  try {
    const [panel, display] = await Promise.all(
      ["/panel", "/panel/display"].map(async (path) => {
        const { response } = await askDaemon(options, "GET", path);
        return response.json();
      }),
    );
    return { panel, display } as Front;
  } catch {
    return null;
  }
}

function findingsText(findings: readonly Finding[]): string {
  const rows = findings.flatMap((finding) => {
    const first = [MARKS[finding.verdict], finding.about, finding.sentence];
    return finding.advice === "" ? [first] : [first, ["", "", `-> ${finding.advice}`]];
  });
  const problems = findings.filter((finding) => finding.verdict === "problem").length;
  const summary =
    problems === 0
      ? "Nothing stands in the way of sound."
      : problems === 1
        ? "1 problem."
        : `${problems} problems.`;
  return `${table(rows)}\n\n${summary}`;
}
