// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from "vitest";
import { parseDocument } from "../../../engine/config/document.ts";
import { formatProblem } from "../../../engine/config/problem.ts";

/** Levels of aliases that stand for nine each: billions of values in a few hundred bytes. */
const ALIAS_BOMB = Array.from({ length: 12 }, (_, level) => {
  const name = String.fromCharCode(97 + level);
  const inner = level === 0 ? "x" : `*${String.fromCharCode(96 + level)}`;
  return `${name}: &${name} [${Array.from({ length: 9 }, () => inner).join(", ")}]`;
}).join("\n");

const NASTY: readonly (readonly [what: string, file: string, text: string, place: string, says: string])[] = [
  ["nothing at all", "a.json", "", "1:1", "got the end of the file"],
  ["a comma too many", "a.json", '{\n  "a": 1,\n}', "3:1", "no comma after the last entry"],
  ["a comma too few", "a.json", '{ "a": 1 "b": 2 }', "1:10", 'expected "," or "}"'],
  ["a comment", "a.json", '{ // tempo\n "a": 1 }', "1:3", "a .yaml file has"],
  ["single quotes", "a.json", "{ 'a': 1 }", "1:3", "a key in double quotes"],
  ["no colon", "a.json", '{ "a" 1 }', "1:7", 'expected ":"'],
  ["an open text", "a.json", '{ "a": "x }', "1:8", "ends with a double quote"],
  ["a line end in a text", "a.json", '{ "a": "x\n" }', "1:8", "on its line"],
  ["a wrong escape", "a.json", '{ "a": "\\q" }', "1:8", "backslash"],
  ["a leading zero", "a.json", '{ "a": 007 }', "1:8", "a value"],
  ["a plus sign", "a.json", '{ "a": +1 }', "1:8", "a value"],
  ["not a number", "a.json", '{ "a": NaN }', "1:8", "a value"],
  ["text behind the end", "a.json", "{}\n{}", "2:1", "the end of the file"],
  ["a key that stands twice", "a.json", '{ "a": 1,\n  "a": 2 }', "2:3", "stands twice"],
  ["a million brackets", "a.json", "[".repeat(1_000_000), "1:33", "at most 32 levels"],
  ["five megabytes", "a.json", `"${"x".repeat(5 * 1024 * 1024)}"`, "1:1", "at most 4096 KiB"],
  ["tabs", "a.yaml", "a:\n\tb: 1", "2:1", "Indent with spaces"],
  ["a key that stands twice", "a.yaml", "a: 1\nb: 2\na: 3", "3:1", "stands twice"],
  ["two documents", "a.yaml", "a: 1\n---\nb: 2", "2:1", "One file holds one document"],
  ["an open list", "a.yaml", "a: [1, 2\nb: 3", "2:1", "valid YAML"],
  ["an unknown tag", "a.yaml", "a: !!python/object 1", "1:4", "unresolved tag"],
  ["an alias of nothing", "a.yaml", "a: *b", "1:4", "an anchor above"],
  ["an alias inside itself", "a.yaml", "a: &a [*a]", "1:8", "inside itself"],
  ["an alias bomb", "a.yaml", ALIAS_BOMB, "", "values"],
  ["a group as key", "a.yaml", "? {a: 1}\n: 2", "1:3", "a plain name"],
  ["ten thousand brackets", "a.yaml", "[".repeat(10_000), "", "at most 32 levels"],
  ["ten thousand dashes", "a.yaml", "- ".repeat(10_000), "1:1", "at most 32 levels"],
  ["two hundred levels", "a.yaml", `a: ${"[".repeat(150)}${"]".repeat(150)}`, "1:36", "at most 32 levels"],
  ["a megabyte", "a.yaml", `a: ${"x".repeat(1024 * 1024)}`, "1:1", "at most 512 KiB"],
];

describe("a file with", () => {
  test.each(NASTY)(
    "%s (%s) has one value less and one sentence more, in a moment",
    (_what, file, text, place, says) => {
      // Of the processor, so that a busy machine does not count.
      const before = process.cpuUsage();
      const document = parseDocument(file, text);
      const { user, system } = process.cpuUsage(before);
      expect(document.value).toBeUndefined();
      const sentences = document.problems.map(formatProblem);
      expect(sentences.join("\n")).toContain(says);
      expect(sentences[0]).toContain(`${file}:${place}`);
      expect((user + system) / 1000).toBeLessThan(2000);
    },
  );
});

describe("a document", () => {
  test("has the value that JSON.parse has", () => {
    const text =
      '\uFEFF{"a": [1, -2.5e3, 0.1, true, false, null, "q\\u00e9\\n\\"\\\\"], "b": {"": {}}, "__proto__": [ ]\t}\r\n';
    expect(parseDocument("a.json", text).value).toEqual(JSON.parse(text.slice(1)));
  });

  test("keeps `__proto__` as a key like any other", () => {
    for (const [file, text] of [
      ["a.json", '{"__proto__": {"x": 1}}'],
      ["a.yaml", "__proto__: {x: 1}"],
    ] as const) {
      const { value } = parseDocument(file, text);
      expect(Object.keys(value as object)).toEqual(["__proto__"]);
      expect((value as { x?: unknown }).x).toBeUndefined();
    }
  });

  test("knows the line and column of values and keys, from 1, and of the group for what is missing", () => {
    const document = parseDocument("a.json", '{\n  "ü": [\n    1, {"b": 2}\n  ]\n}');
    const place = (path: (string | number)[], part: "key" | "value") => {
      const { line, column } = document.problemAt(path, part, {});
      return [line, column];
    };
    expect(place(["ü"], "key")).toEqual([2, 3]);
    expect(place(["ü"], "value")).toEqual([2, 8]);
    expect(place(["ü", 1, "b"], "key")).toEqual([3, 9]);
    expect(place(["ü", 1, "b"], "value")).toEqual([3, 14]);
    expect(place(["ü", 1, "missing"], "value")).toEqual([3, 8]);
    expect(place([], "value")).toEqual([1, 1]);
  });

  test("in YAML may use anchors for what is used again", () => {
    const document = parseDocument("a.yaml", "soft: &soft {gain: 0.5}\nkick: *soft\nlist: [*soft, *soft]");
    expect(document.value).toEqual({
      soft: { gain: 0.5 },
      kick: { gain: 0.5 },
      list: [{ gain: 0.5 }, { gain: 0.5 }],
    });
    expect(document.problems).toEqual([]);
  });

  test("that is not UTF-8 is refused", () => {
    const { problems } = parseDocument("a.json", Uint8Array.of(0x22, 0xff, 0xfe, 0x22));
    expect(problems.map(formatProblem)).toEqual([
      "a.json:1:1: expected text in UTF-8, got other bytes. Save the file as UTF-8.",
    ]);
  });
});
