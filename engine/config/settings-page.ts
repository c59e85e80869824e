// SPDX-License-Identifier: GPL-3.0-or-later
// The reference page of all settings, made from the schema.

import { scalar } from "./annotated-yaml.ts";
import type { SettingFacts } from "./setting-facts.ts";

export function settingsPage(root: SettingFacts): string {
  const single = root.children.filter(({ kind }) => kind !== "group");
  const sections = root.children.filter(({ kind, item }) => kind === "group" || item?.kind === "group");
  const parts = [
    "<!-- Generated from engine/config/schema.ts by `node engine/config/generate.ts`. Do not edit. -->",
    "# Settings",
    [
      "One file in YAML: `config/downbeat.yaml` while developing, `/etc/downbeat/downbeat.yaml` on the box. Save it and it",
      "takes effect within 300 ms; only what needs a device reopened is interrupted. A key that is absent has its default.",
    ].join("\n"),
    [
      "`downbeat check [FILE]` names every mistake as `file:line:column: key: expected …, got …` and ends with 1 when there is",
      "one. A file with mistakes changes nothing: the last good settings play on, also after a restart (they are kept as",
      "`settings.last-good.yaml` in the state folder). Without any, a bad value takes its default.",
    ].join("\n"),
    "Editors with a YAML language server complete and check the file by its first line.",
    table(single),
    ...sections.flatMap((section) => [`## ${section.key}`, section.help, ...sectionTables(section)]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function sectionTables(group: SettingFacts): string[] {
  if (group.item !== null) return ["Of each entry:", table(group.item.children)];
  return [table(group.children.filter(({ kind }) => kind !== "group")), ...partsOf(group, group.key)];
}

/** Groups and lists inside a group, each under its path. */
function partsOf(group: SettingFacts, path: string): string[] {
  return group.children.flatMap((child) => {
    const title = `### ${path}.${child.key}`;
    if (child.kind === "group") return [title, child.help, table(child.children)];
    if (child.item === null) return [];
    if (child.item.kind === "group") {
      const parts = partsOf(child.item, `${path}.${child.key}`);
      return [title, "Of each entry:", table(child.item.children), ...parts];
    }
    return [title, `Each entry: ${child.item.expected}, such as \`${scalar(child.item.example)}\`.`];
  });
}

function table(settings: readonly SettingFacts[]): string {
  const rows = settings.map(
    (facts) => `| \`${facts.key}\` | ${cell(facts.expected)} | ${defaultCell(facts)} | ${cell(facts.help)} |`,
  );
  return ["| key | values | default | |", "|---|---|---|---|", ...rows].join("\n");
}

function defaultCell(facts: SettingFacts): string {
  if (facts.default === undefined) return "must be given";
  const isEmpty = ["[]", "{}"].includes(scalar(facts.default));
  return isEmpty ? "empty" : `\`${scalar(facts.default)}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
