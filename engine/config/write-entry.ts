// SPDX-License-Identifier: GPL-3.0-or-later
// Puts an entry into a list of the settings file, `mappings` or `scenes`, in place of others if it has to, and
// changes nothing else: comments, order and the rest stay.

import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isScalar, isSeq, parseDocument, type YAMLSeq } from "yaml";
import { AppError } from "../base/errors.ts";
import type { WrittenMapping, WrittenScene } from "./schema.ts";

/** What may be written into which list; null only takes others away. */
export type ListEntry =
  | { readonly list: "mappings"; readonly entry: WrittenMapping | null }
  | { readonly list: "scenes"; readonly entry: WrittenScene | null };

/**
 * The text of a settings file with the entry in it.
 *
 * @param replaced - ids of entries that go; the first of them makes room for the new one
 * @throws {AppError} `CONFIG_INVALID` when the text is no YAML
 */
export function withEntry(
  file: string,
  text: string,
  written: ListEntry,
  replaced: readonly string[],
): string {
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (mistake !== undefined)
    throw new AppError("CONFIG_INVALID", `${file}: ${mistake.message}. Nothing was written`);
  const wanted = wantedValue(document, written, replaced);
  // Lines are cut out and put in where that can be done: the library would move comments about.
  const byLines = withLines(text, document, written, replaced);
  if (byLines !== null && isSame(byLines, wanted)) return byLines;
  document.set(written.list, document.createNode(wanted[written.list]));
  return document.toString({ lineWidth: 0 });
}

/** The entry as it is written, line by line. */
export function entryLines(entry: NonNullable<ListEntry["entry"]>): readonly string[] {
  const document = new Document([entry]);
  // A value of a scene is one line.
  const values = document.getIn([0, "values"]);
  if (isSeq(values)) for (const value of values.items) if (isMap(value)) value.flow = true;
  return document.toString({ lineWidth: 0 }).trimEnd().split("\n");
}

function wantedValue(
  document: Document,
  { list, entry }: ListEntry,
  replaced: readonly string[],
): Record<string, unknown> {
  const value = (document.toJS() ?? {}) as Record<string, unknown>;
  const before = Array.isArray(value[list]) ? (value[list] as unknown[]) : [];
  const goes = (item: unknown): boolean => replaced.includes(String((item as { id?: unknown } | null)?.id));
  const at = before.findIndex(goes);
  const left = before.filter((item) => !goes(item));
  const place = at < 0 ? left.length : at;
  const added = entry === null ? [] : [entry];
  return { ...value, [list]: [...left.slice(0, place), ...added, ...left.slice(place)] };
}

function isSame(text: string, wanted: unknown): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted);
}

/** @returns null when the text is written in a way that lines cannot be put into */
function withLines(
  text: string,
  document: Document,
  { list, entry }: ListEntry,
  replaced: readonly string[],
): string | null {
  const { contents } = document;
  const newLine = text.includes("\r\n") ? "\r\n" : "\n";
  if (contents === null) return null;
  if (!isMap(contents) || contents.flow === true) return null;
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === list);
  if (pair === undefined) {
    const gap = text === "" || text.endsWith("\n") ? "" : newLine;
    return `${text}${gap}${list}:${newLine}${indented(entry, 2, newLine)}`;
  }
  if (isSeq(pair.value) && pair.value.flow !== true && pair.value.items.length > 0) {
    return inList(text, pair.value, entry, replaced, newLine);
  }
  const isEmpty = isScalar(pair.value) && pair.value.value === null && pair.value.source === "";
  const range = isScalar(pair.key) ? pair.key.range : null;
  if (!isEmpty || range === null || range === undefined) return null;
  const end = lineEnd(text, range[1]);
  return `${ended(text.slice(0, end), newLine)}${indented(entry, 2, newLine)}${text.slice(end)}`;
}

function inList(
  text: string,
  list: YAMLSeq,
  entry: ListEntry["entry"],
  replaced: readonly string[],
  newLine: string,
): string | null {
  const items: {
    readonly start: number;
    readonly end: number;
    readonly indent: number;
    readonly goes: boolean;
  }[] = [];
  for (const item of list.items) {
    if (!isMap(item) || item.range === null || item.range === undefined) return null;
    const start = text.lastIndexOf("\n", item.range[0] - 1) + 1;
    const before = /^( *)- +$/.exec(text.slice(start, item.range[0]));
    if (before === null) return null;
    const end = lineEnd(text, item.range[0] + written(text.slice(item.range[0], item.range[1])).length);
    items.push({
      start,
      end,
      indent: before[1]?.length ?? 0,
      goes: replaced.includes(String(item.get("id"))),
    });
  }
  const lines = indented(entry, items[0]?.indent ?? 2, newLine);
  const first = items.find(({ goes }) => goes);
  let result = text;
  for (const item of items.toReversed()) {
    if (item.goes) {
      result = `${result.slice(0, item.start)}${item === first ? lines : ""}${result.slice(item.end)}`;
    } else if (first === undefined && item === items.at(-1)) {
      result = `${ended(result.slice(0, item.end), newLine)}${lines}${result.slice(item.end)}`;
    }
  }
  return result;
}

/** A group of keys ends behind the comments that follow it; what is written in it ends before. */
function written(group: string): string {
  const lines = group.split("\n");
  while (lines.length > 1 && /^\s*(?:#.*)?$/.test(lines.at(-1) ?? "")) lines.pop();
  return lines.join("\n");
}

function indented(entry: ListEntry["entry"], indent: number, newLine: string): string {
  if (entry === null) return "";
  return entryLines(entry)
    .map((line) => `${" ".repeat(indent)}${line}${newLine}`)
    .join("");
}

/** Where the next line begins. */
function lineEnd(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at < 0 ? text.length : at + 1;
}

function ended(text: string, newLine: string): string {
  return text.endsWith("\n") ? text : `${text}${newLine}`;
}
