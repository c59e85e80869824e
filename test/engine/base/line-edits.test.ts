// SPDX-License-Identifier: GPL-3.0-or-later
// Edits of lines: together they are the whole difference, alone they can be taken or left, and those of two
// people come together only where they do not touch.

import fc from "fast-check";
import { expect, test } from "vitest";
import { lineEdits, mergeEdits, unifiedDiff, withEdits } from "../../../engine/base/line-edits.ts";

/** Few different lines, so that many are equal; with and without a last line end. */
const text = fc
  .tuple(fc.array(fc.constantFrom("a", "b", "  c: 1", "", "# d"), { maxLength: 12 }), fc.boolean())
  .map(([lines, isEnded]) => lines.join("\n") + (isEnded ? "\n" : ""));

test("all edits together are the text of after, none of them the text of before", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const edits = lineEdits(before, after);
      expect(withEdits(before, edits)).toBe(after);
      expect(withEdits(before, [])).toBe(before);
      expect(edits.length === 0).toBe(before === after);
    }),
  );
});

test("an edit says where it is in both texts", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const linesOf = (whole: string): string[] => whole.match(/[^\n]*\n|[^\n]+$/g) ?? [];
      for (const { at, removed, added, atAfter } of lineEdits(before, after)) {
        expect(linesOf(before).slice(at, at + removed.length)).toEqual(removed);
        expect(linesOf(after).slice(atAfter, atAfter + added.length)).toEqual(added);
      }
    }),
  );
});

test("what two people changed comes together whoever is asked first, or not at all", () => {
  fc.assert(
    fc.property(text, text, text, (before, one, other) => {
      const edits = [lineEdits(before, one), lineEdits(before, other)] as const;
      const there = mergeEdits(edits[0], edits[1]);
      const back = mergeEdits(edits[1], edits[0]);
      if (there === null || back === null) expect(there).toBe(back);
      else expect(withEdits(before, there)).toBe(withEdits(before, back));
    }),
  );
});

test("what nobody else changed is what one changed", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const edits = lineEdits(before, after);
      expect(mergeEdits(edits, [])).toEqual(edits);
      expect(mergeEdits(edits, edits)).toEqual(edits);
    }),
  );
});

test("two people who change lines far apart both get their way", () => {
  const before = "a\nb\nc\nd\ne\n";
  const edits = mergeEdits(lineEdits(before, "A\nb\nc\nd\ne\n"), lineEdits(before, "a\nb\nc\nd\nE\nf\n"));
  expect(edits).not.toBeNull();
  expect(withEdits(before, edits ?? [])).toBe("A\nb\nc\nd\nE\nf\n");
});

test("two people who change the same line are not brought together", () => {
  expect(mergeEdits(lineEdits("a\nb\n", "A\nb\n"), lineEdits("a\nb\n", "x\nb\n"))).toBeNull();
});

test("lines that were written over one by one can be taken one by one", () => {
  expect(lineEdits("a\nb\n", "A\nB\n")).toHaveLength(2);
});

test("the difference is told as diff -u tells it, and equal texts have none", () => {
  const one = { name: "one", text: "a\nb\n" };
  expect(unifiedDiff(one, { name: "two", text: "a\nB\n" })).toBe(
    "--- one\n+++ two\n@@ -1,2 +1,2 @@\n a\n-b\n+B\n",
  );
  expect(unifiedDiff(one, { ...one, name: "two" })).toBe("");
});
