// SPDX-License-Identifier: GPL-3.0-or-later
// What may stand where on the command line, from the same tree that reads it: so that the TAB key never
// knows less, or more, than the command.
import type { Command } from "commander";
import type { OfferedKind } from "../app/offered-words.ts";

/** Where a word comes from: the shell knows files and folders; `plain` is whatever somebody writes. */
export const SHELL_KINDS = ["file", "folder", "plain"] as const;
/** What only Downbeat knows: `downbeat completion values KIND` prints it. */
export type WordKind = (typeof SHELL_KINDS)[number] | OfferedKind;

export interface CompletedVerb {
  /** "profile show"; empty for the command itself. */
  readonly path: string;
  readonly verbs: readonly string[];
  readonly flags: readonly string[];
  /** Options that take a value, with every spelling. */
  readonly valued: readonly { readonly flags: readonly string[]; readonly kind: WordKind }[];
  /** In their order; the last one repeats when `isEndless`. */
  readonly words: readonly WordKind[];
  readonly isEndless: boolean;
}

/** By the names that verbs and options give to what they take; `verb name` where one name means two things. */
const KINDS: Readonly<Record<string, WordKind>> = {
  action: "plain",
  address: "plain",
  board: "board",
  bytes: "plain",
  "edit file": "editable",
  file: "file",
  folder: "folder",
  frames: "plain",
  from: "snapshot",
  hz: "plain",
  id: "port",
  "panel watch id": "plain",
  "profile show id": "profile",
  "profile export id": "profile",
  kind: "plain",
  name: "plain",
  number: "plain",
  "settings restore number": "snapshot",
  "map learn param": "targetParameter",
  "profile bytes parameter": "profileParameter",
  "profile send parameter": "synthParameter",
  "track set parameter": "trackParameter",
  path: "file",
  profile: "profile",
  scene: "scene",
  seconds: "plain",
  target: "target",
  to: "snapshot",
  track: "track",
  value: "plain",
  when: "plain",
  words: "plain",
};

/** Of a name that a verb uses for what it takes; null for one that is not known here. */
export function kindOf(path: string, name: string): WordKind | null {
  return KINDS[`${path} ${name}`] ?? KINDS[name] ?? null;
}

/** Every verb that `--help` shows, the command itself first. */
export function completedVerbs(command: Command, path = ""): readonly CompletedVerb[] {
  const shown = command.createHelp().visibleCommands(command);
  const options = command.createHelp().visibleOptions(command);
  const spellings = (option: (typeof options)[number]): readonly string[] =>
    [option.short, option.long].filter((flag) => flag !== undefined && flag !== null);
  const valued = options
    .filter((option) => option.required || option.optional)
    .map((option) => {
      const name = /[<[]([\w-]+)/.exec(option.flags)?.[1] ?? "";
      return { flags: spellings(option), kind: kindOf(path, name) ?? "plain" };
    });
  const own: CompletedVerb = {
    path,
    verbs: shown.map((verb) => verb.name()),
    flags: options.flatMap((option) => spellings(option).filter((flag) => flag.startsWith("--"))),
    valued,
    words: command.registeredArguments.map((word) => kindOf(path, word.name()) ?? "plain"),
    isEndless: command.registeredArguments.some((word) => word.variadic),
  };
  const below = shown
    .filter((verb) => verb.name() !== "help")
    .flatMap((verb) => completedVerbs(verb, path === "" ? verb.name() : `${path} ${verb.name()}`));
  return [own, ...below];
}

/** Names that verbs may use for what they take. */
export function knownNames(): ReadonlySet<string> {
  return new Set(Object.keys(KINDS).map((place) => place.slice(place.lastIndexOf(" ") + 1)));
}
