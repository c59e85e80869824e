// SPDX-License-Identifier: GPL-3.0-or-later
// Puts an entry into `mappings` of the settings file, in place of others if it has to, and changes nothing
// else: comments, order and the rest stay.

import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isScalar, isSeq, parseDocument, stringify, type YAMLSeq } from "yaml";
import { AppError } from "../base/errors.ts";
import type { WrittenMapping } from "./schema.ts";

/**
 * The text of a settings file with `entry` in it.
 *
 * @param replaced - ids of entries that go; the first of them makes room for the new one
 * @throws {AppError} `CONFIG_INVALID` when the text is no YAML
 */
export function withMapping(
  file: string,
  text: string,
  entry: WrittenMapping,
  replaced: readonly string[],
): string {
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (mistake !== undefined)
    throw new AppError("CONFIG_INVALID", `${file}: ${mistake.message}. Nothing was written`);
  const wanted = wantedValue(document, entry, replaced);
  // Lines are cut out and put in where that can be done: the library would move comments about.
  const byLines = withLines(text, document, entry, replaced);
  if (byLines !== null && isSame(byLines, wanted)) return byLines;
  document.set("mappings", document.createNode((wanted as { mappings: unknown }).mappings));
  return document.toString({ lineWidth: 0 });
}

/** The entry as it is written, line by line. */
export function mappingLines(entry: WrittenMapping): readonly string[] {
  return stringify([entry], { lineWidth: 0 }).trimEnd().split("\n");
}

function wantedValue(document: Document, entry: WrittenMapping, replaced: readonly string[]): unknown {
  const value = (document.toJS() ?? {}) as Record<string, unknown>;
  const before = Array.isArray(value.mappings) ? (value.mappings as unknown[]) : [];
  const goes = (item: unknown): boolean => replaced.includes(String((item as { id?: unknown } | null)?.id));
  const at = before.findIndex(goes);
  const left = before.filter((item) => !goes(item));
  const place = at < 0 ? left.length : at;
  return { ...value, mappings: [...left.slice(0, place), entry, ...left.slice(place)] };
}

function isSame(text: string, wanted: unknown): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted);
}

/** @returns null when the text is written in a way that lines cannot be put into */
function withLines(
  text: string,
  document: Document,
  entry: WrittenMapping,
  replaced: readonly string[],
): string | null {
  const { contents } = document;
  const newLine = text.includes("\r\n") ? "\r\n" : "\n";
  if (contents === null) return null;
  if (!isMap(contents) || contents.flow === true) return null;
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === "mappings");
  if (pair === undefined) {
    const gap = text === "" || text.endsWith("\n") ? "" : newLine;
    return `${text}${gap}mappings:${newLine}${indented(entry, 2, newLine)}`;
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
  entry: WrittenMapping,
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

function indented(entry: WrittenMapping, indent: number, newLine: string): string {
  return mappingLines(entry)
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
