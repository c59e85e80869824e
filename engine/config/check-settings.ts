// SPDX-License-Identifier: GPL-3.0-or-later
// Holds a settings document to the schema: every problem at once, each with its place, and settings that
// can be played whatever came. A bad value takes its default, a bad list entry is left out.

import type { z } from "zod";
import { nearestName } from "../base/nearest-name.ts";
import { Checker } from "./check.ts";
import { crossProblems } from "./cross-checks.ts";
import { type Path, type Problem, showValue } from "./problem.ts";
import { DEFAULT_SETTINGS, SETTINGS_VERSION, type Settings, settingsSchema } from "./schema.ts";
import { factsAt, SETTING_FACTS, type SettingFacts } from "./setting-facts.ts";
import type { SettingsText } from "./settings-text.ts";
import {
  type Container,
  type Indexes,
  inFile,
  kindOfValue,
  prepared,
  remove,
  valueAt,
  withoutLeftOut,
} from "./settings-tree.ts";
import { hintFor, leadingZeroHint } from "./yaml-hints.ts";

/** `check` only says what the defaults are, `play` says that they are played. */
export type CheckMode = "check" | "play";

export interface CheckedSettings {
  /** good: as written. badValues: with defaults where it was wrong. unusable: all defaults. */
  readonly state: "good" | "badValues" | "unusable";
  readonly settings: Settings;
  /** In the order of the file. A good file may have warnings. */
  readonly problems: readonly Problem[];
}

export function checkSettings(source: SettingsText, mode: CheckMode): CheckedSettings {
  if (source.type === "text") return new SettingsCheck(source, mode).run();
  return { state: "unusable", settings: DEFAULT_SETTINGS, problems: [source.problem] };
}

const MOST_HINTS = 200;

class SettingsCheck {
  readonly #checker: Checker;
  readonly #lines: readonly string[];
  readonly #mode: CheckMode;
  readonly #value: unknown;
  #unknownKeys = 0;

  constructor({ document, text }: SettingsText & { readonly type: "text" }, mode: CheckMode) {
    this.#checker = new Checker(document);
    this.#lines = text.split("\n");
    this.#mode = mode;
    this.#value = document.problems.length > 0 ? undefined : document.value;
  }

  run(): CheckedSettings {
    const root = this.#value;
    if (root === undefined) return this.#unusable();
    if (root === null) {
      this.#checker.error([], { expected: "settings", got: "nothing but comments" });
      return this.#unusable();
    }
    if (kindOfValue(root) !== "group") {
      this.#checker.error([], {
        expected: "settings such as audio:, each on its line",
        got: showValue(root),
      });
      return this.#unusable();
    }
    const version = (root as Container).version;
    if (typeof version === "number" && version > SETTINGS_VERSION) {
      const hint = "These settings are for a newer Downbeat.";
      this.#checker.error(["version"], { expected: String(SETTINGS_VERSION), got: showValue(version), hint });
      return this.#unusable();
    }
    const working = prepared(root, SETTING_FACTS) as Container;
    this.#warnOfZeros(root, SETTING_FACTS, []);
    // Once for the values, once for what they say together, and once more for what that took away.
    for (let round = 0; round < 4; round += 1) {
      const { candidate, indexes } = withoutLeftOut(working);
      const result = settingsSchema.safeParse(candidate);
      if (!result.success) {
        for (const issue of firstOfEach(result.error.issues)) this.#issue(working, issue, indexes);
        continue;
      }
      if (this.#cross(working, result.data, indexes)) return this.#answer(result.data);
    }
    return this.#unusable();
  }

  #answer(settings: Settings): CheckedSettings {
    const state = this.#checker.hasErrors ? "badValues" : "good";
    return { state, settings, problems: this.#checker.problems };
  }

  #unusable(): CheckedSettings {
    return { state: "unusable", settings: DEFAULT_SETTINGS, problems: this.#checker.problems };
  }

  #issue(working: Container, issue: z.core.$ZodIssue, indexes: Indexes): void {
    const path = inFile(
      issue.path.filter((step) => typeof step !== "symbol"),
      indexes,
    );
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) {
        this.#unknownKey(path, key);
        remove(working, [...path, key]);
      }
      return;
    }
    const facts = factsAt(path) ?? SETTING_FACTS;
    const value = valueAt(this.#value, path);
    const consequence = this.#consequence(working, path);
    if (value === undefined) {
      const what = { expected: `${facts.key}: ${facts.expected}`, got: "nothing", hint: consequence };
      this.#checker.error(path, what);
      return;
    }
    const source = this.#sourceAt(path);
    const got = typeof value === "number" ? source : showValue(value);
    const hint = [hintFor(facts, value, source), consequence].filter((text) => text !== "").join(" ");
    this.#checker.error(path, { expected: facts.expected, got, hint });
  }

  /** @returns true when nothing had to be taken away */
  #cross(working: Container, settings: Settings, indexes: Indexes): boolean {
    let isGood = true;
    for (const problem of crossProblems(settings)) {
      const path = inFile(problem.path, indexes);
      const got = showValue(valueAt(this.#value, path) ?? factsAt(path)?.default);
      if (problem.severity === "warning") {
        this.#checker.warn(path, { expected: problem.expected, got, hint: problem.hint });
        continue;
      }
      isGood = false;
      // What is wrong with one entry of a list costs the entry.
      const lost = typeof path.at(-2) === "number" ? path.slice(0, -1) : path;
      const consequence = this.#consequence(working, lost);
      const hint = [problem.hint, consequence].filter((text) => text !== "").join(" ");
      this.#checker.error(path, { expected: problem.expected, got, hint });
    }
    return isGood;
  }

  /** Takes the value, or the entry it belongs to, out of `working`; says what is played instead. */
  #consequence(working: Container, path: Path): string {
    for (let length = path.length; length > 0; length -= 1) {
      const at = path.slice(0, length);
      const facts = factsAt(at);
      if (typeof at.at(-1) === "number") {
        remove(working, at);
        return this.#mode === "play" ? "This entry is left out." : "";
      }
      if (facts !== undefined && facts.default !== undefined) {
        remove(working, at);
        return this.#defaultSentence(facts);
      }
    }
    return "";
  }

  #defaultSentence(facts: SettingFacts): string {
    const isPlaying = this.#mode === "play";
    if (facts.kind === "group") return isPlaying ? "Playing with the defaults of this group." : "";
    if (facts.kind === "list" || facts.kind === "map") return isPlaying ? "Playing without any." : "";
    return isPlaying ? `Playing with the default of ${facts.default}.` : `The default is ${facts.default}.`;
  }

  #unknownKey(path: Path, key: string): void {
    const siblings = (factsAt(path)?.children ?? []).map((child) => child.key);
    const left = this.#mode === "play" ? " It is ignored." : "";
    this.#unknownKeys += 1;
    // Whoever has so many of them has another kind of file, and no use for what each was meant to be.
    const hint = this.#unknownKeys > MOST_HINTS ? knownHere(siblings) : meant(key, siblings);
    this.#checker.error(
      [...path, key],
      { expected: "the name of a setting", got: showValue(key), hint: `${hint}${left}` },
      "key",
    );
  }

  /** Numbers such as 0777 that are in range, but perhaps not what was meant. */
  #warnOfZeros(value: unknown, facts: SettingFacts, path: Path): void {
    if (typeof value === "number") {
      const hint = leadingZeroHint(this.#sourceAt(path));
      if (hint !== "")
        this.#checker.warn(path, {
          expected: "a number without a leading 0",
          got: this.#sourceAt(path),
          hint,
        });
    }
    if (facts.kind === "list" && facts.item !== null && Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.#warnOfZeros(item, facts.item, [...path, index]);
    }
    if (facts.kind !== "group" || kindOfValue(value) !== "group") return;
    for (const child of facts.children) {
      this.#warnOfZeros(valueAt(value, [child.key]), child, [...path, child.key]);
    }
  }

  /** The value as it is written, to its end, a comma or a comment. */
  #sourceAt(path: Path): string {
    const { line, column } = this.#checker.document.problemAt(path, "value", {});
    const rest = (this.#lines[line - 1] ?? "").slice(column - 1, column + 100);
    return /^(?:"[^"]*"?|'[^']*'?|[^\s,\]}#]+(?: [^\s,\]}#]+)*)/.exec(rest)?.[0].slice(0, 40) ?? "";
  }
}

/** One value may break two rules, and is one problem. */
function firstOfEach(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const seen = new Set<string>();
  return issues.filter((issue) => {
    const id = `${issue.code === "unrecognized_keys"} ${issue.path.map(String).join("/")}`;
    return !seen.has(id) && seen.add(id);
  });
}

/** What an unknown key was probably meant to be: a neighbour, or a setting of another group. */
function meant(key: string, siblings: readonly string[]): string {
  if (key === "<<") return "Merge keys are not read here: write the settings out.";
  const sibling = nearestName(key, siblings);
  if (sibling !== null) return `Did you mean ${sibling}?`;
  for (const group of SETTING_FACTS.children) {
    const child = nearestName(
      key,
      group.children.map((candidate) => candidate.key),
    );
    if (child !== null && child.toLowerCase() === key.toLowerCase().replace(/[_\-\s.]/g, "")) {
      return `Did you mean ${group.key}.${child}?`;
    }
  }
  return knownHere(siblings);
}

function knownHere(siblings: readonly string[]): string {
  return `Known here: ${siblings.join(", ")}.`;
}
