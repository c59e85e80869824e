// SPDX-License-Identifier: GPL-3.0-or-later
// A text that was edited, as edits of its lines: to take some of them, to bring those of two people together,
// and to show them.

import { createTwoFilesPatch, diffArrays, FILE_HEADERS_ONLY } from "diff";

/** Lines with their ends. */
export interface LineEdit {
  /** Lines before it in the text of before. */
  readonly at: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Lines before it in the text of after. */
  readonly atAfter: number;
}

/** Two texts that have nothing in common are one edit then. */
const LONGEST_DIFF_MS = 3000;

/** What makes `after` of `before`, from the top. Lines that were written over one by one are edits of their own. */
export function lineEdits(before: string, after: string): readonly LineEdit[] {
  const from = linesOf(before);
  const to = linesOf(after);
  const changes = diffArrays(from, to, { timeout: LONGEST_DIFF_MS });
  if (changes === undefined) return [{ at: 0, removed: from, added: to, atAfter: 0 }];
  const edits: LineEdit[] = [];
  let at = 0;
  let atAfter = 0;
  let removed: readonly string[] = [];
  let added: readonly string[] = [];
  const close = (): void => {
    edits.push(...splitEdit({ at, removed, added, atAfter }));
    at += removed.length;
    atAfter += added.length;
    removed = [];
    added = [];
  };
  for (const change of changes) {
    if (change.removed) removed = [...removed, ...change.value];
    else if (change.added) added = [...added, ...change.value];
    else {
      close();
      at += change.value.length;
      atAfter += change.value.length;
    }
  }
  close();
  return edits;
}

/** @param edits - of `before`, from the top */
export function withEdits(before: string, edits: readonly LineEdit[]): string {
  const lines = linesOf(before);
  const text: string[] = [];
  let done = 0;
  for (const { at, removed, added } of edits) {
    text.push(...lines.slice(done, at), ...added);
    done = at + removed.length;
  }
  return [...text, ...lines.slice(done)].join("");
}

/** Both, from the top; null where they touch each other. */
export function mergeEdits(
  ours: readonly LineEdit[],
  theirs: readonly LineEdit[],
): readonly LineEdit[] | null {
  const isSame = (one: LineEdit, other: LineEdit): boolean =>
    one.at === other.at &&
    one.removed.length === other.removed.length &&
    one.added.join("") === other.added.join("");
  const others = theirs.filter((their) => !ours.some((our) => isSame(our, their)));
  const touch = (one: LineEdit, other: LineEdit): boolean =>
    one.at <= other.at + other.removed.length && other.at <= one.at + one.removed.length;
  if (others.some((their) => ours.some((our) => touch(our, their)))) return null;
  return [...ours, ...others].sort((one, other) => one.at - other.at);
}

/** As `diff -u` says it; empty when they are equal. */
export function unifiedDiff(
  before: { readonly name: string; readonly text: string },
  after: { readonly name: string; readonly text: string },
): string {
  if (before.text === after.text) return "";
  const patch = createTwoFilesPatch(before.name, after.name, before.text, after.text, undefined, undefined, {
    context: 3,
    timeout: LONGEST_DIFF_MS,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch ?? `--- ${before.name}\n+++ ${after.name}\nthey have next to nothing in common\n`;
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function splitEdit(edit: LineEdit): readonly LineEdit[] {
  const { at, removed, added, atAfter } = edit;
  if (removed.length === 0 && added.length === 0) return [];
  if (removed.length !== added.length) return [edit];
  return removed.map((line, index) => ({
    at: at + index,
    removed: [line],
    added: [added[index] ?? ""],
    atAfter: atAfter + index,
  }));
}
