// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat settings`: the settings of before, what differs, and one of them put back. No daemon is needed.
import { findPlaces } from "../app/places.ts";
import { restoreSettings, settingsDifference, settingsHistory } from "../app/settings-history.ts";
import { visibleText } from "../base/visible-text.ts";
import { formatProblem } from "../config/problem.ts";
import { wholeNumberOption } from "./numbers.ts";
import { table } from "./table.ts";

interface SettingsOptions {
  readonly config?: string;
  readonly state?: string;
  readonly json?: boolean;
}

export async function listVerb(options: SettingsOptions): Promise<number> {
  const history = await settingsHistory(findPlaces(options));
  if (options.json === true) {
    const facts = history.map(({ takenAtMs, ...rest }) => ({
      ...rest,
      takenAt: new Date(takenAtMs).toISOString(),
    }));
    print(JSON.stringify(facts, null, 2));
    return 0;
  }
  if (history.length === 0) {
    print("There are none yet: one is taken whenever settings are good.");
    return 0;
  }
  const rows = history.map(({ number, takenAtMs, kind, isNow, sections }) => [
    String(number),
    timeText(takenAtMs),
    [kind === "good" ? "" : "has mistakes", isNow ? "now" : ""].filter((word) => word !== "").join(", ") ||
      "-",
    sectionsText(sections),
  ]);
  print(table([["number", "taken", "", "what differs from the one below"], ...rows]));
  return 0;
}

export async function diffVerb(
  from: string | undefined,
  to: string | undefined,
  options: SettingsOptions,
): Promise<number> {
  const difference = await settingsDifference(findPlaces(options), numberOf(from), numberOf(to));
  const { sections, patch } = difference;
  if (options.json === true) {
    const side = ({ number, name }: typeof difference.from) => ({
      number,
      file: number === null ? name : null,
    });
    const facts = { from: side(difference.from), to: side(difference.to), sections, patch };
    print(JSON.stringify(facts, null, 2));
    return 0;
  }
  if (patch === "") print(`${difference.from.name} and ${visibleText(difference.to.name)} are the same.`);
  else process.stdout.write(patch.split("\n").map(visibleText).join("\n"));
  return 0;
}

export async function restoreVerb(number: string, options: SettingsOptions): Promise<number> {
  const places = findPlaces(options);
  const wanted = wholeNumberOption("NUMBER", number, 1, MOST_SNAPSHOTS, "");
  const { replaced, isChanged, problems } = await restoreSettings(places, wanted);
  const file = visibleText(places.settingsFile);
  if (options.json === true) {
    print(
      JSON.stringify({ number: wanted, file: places.settingsFile, isChanged, replaced, problems }, null, 2),
    );
    return 0;
  }
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (!isChanged) print(`${file} says what snapshot ${wanted} says already.`);
  else print(`${file} is snapshot ${wanted} again, comments and all.`);
  if (replaced !== null && "number" in replaced)
    print(
      `What it replaced is snapshot ${replaced.number}: \`downbeat settings restore ${replaced.number}\` takes it back.`,
    );
  if (replaced !== null && "file" in replaced) print(`What it replaced is ${visibleText(replaced.file)}.`);
  return 0;
}

const MOST_SNAPSHOTS = 999_999_999;

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : wholeNumberOption("NUMBER", text, 1, MOST_SNAPSHOTS, "");
}

function sectionsText(sections: readonly string[] | null): string {
  if (sections === null) return "";
  return sections.length === 0 ? "comments" : sections.join(", ");
}

/** "2026-11-22 15:05:08", by the clock and the time zone of this machine. */
function timeText(ms: number): string {
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19).replace("T", " ");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
