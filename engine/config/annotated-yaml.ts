// SPDX-License-Identifier: GPL-3.0-or-later
// The default settings file, made from the schema: every key under its help, range and default.

import type { SettingFacts } from "./setting-facts.ts";

const LINE_LENGTH = 100;

export function annotatedYaml(root: SettingFacts): string {
  const lines = [
    "# yaml-language-server: $schema=./downbeat.schema.json",
    "#",
    "# Downbeat's settings, as they are when nothing is set. Change what you like and save: it takes effect",
    "# at once. After a mistake the last good settings play on, and the mistake is named with its line;",
    "# `downbeat check` shows them all. What you delete takes its default again.",
    "",
  ];
  for (const child of root.children) lines.push(...settingLines(child, ""), "");
  return `${lines.join("\n").trimEnd()}\n`;
}

function settingLines(facts: SettingFacts, indent: string): string[] {
  const comment = wrapped(facts.help, `${indent}# `);
  if (facts.kind === "group") {
    const children = facts.children.flatMap((child) => settingLines(child, `${indent}  `));
    return [...comment, `${indent}${facts.key}:`, ...children];
  }
  if (facts.kind === "map") return [...comment, `${indent}${facts.key}:`];
  if (facts.kind === "list" && facts.item !== null) {
    // Without a value, so that entries below it can be uncommented as they are.
    return [...comment, `${indent}${facts.key}:`, ...listExample(facts.item, indent)];
  }
  return [
    ...comment,
    ...wrapped(rangeSentence(facts), `${indent}# `),
    `${indent}${facts.key}: ${scalar(facts.default)}`,
  ];
}

/** One entry, with all its keys when it has some, as a comment: take away each first # and it is one. */
function listExample(item: SettingFacts, indent: string): string[] {
  if (item.kind !== "group") {
    return [`${indent}#     # ${capital(item.expected)}.`, `${indent}#   - ${scalar(item.example)}`];
  }
  const lines: string[] = [];
  for (const [index, child] of item.children.entries()) {
    const value = scalar(child.example ?? child.default);
    const setting = `${index === 0 ? "  - " : "    "}${child.key}: ${value}`;
    const range = child.default === undefined ? `${child.expected}` : rangeSentence(child).replace(/\.$/, "");
    lines.push(...wrapped(`${child.help} ${capital(range)}.`, `${indent}#     # `), `${indent}# ${setting}`);
  }
  return lines;
}

/** `16 to 2048 frames; default 128.` */
export function rangeSentence(facts: SettingFacts): string {
  return `${capital(facts.expected)}; default ${scalar(facts.default)}.`;
}

/** A value as it stands in YAML, on one line; our defaults need no quotes. */
export function scalar(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(scalar).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).map(([key, one]) => `${key}: ${scalar(one)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function capital(text: string): string {
  // "auto, null or …" and "true or false" are values: they keep their letters.
  return /^(?:a|an|the|text|settings)\b/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function wrapped(text: string, prefix: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && prefix.length + line.length + 1 + word.length > LINE_LENGTH) {
      lines.push(prefix + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(prefix + line);
  return lines;
}
