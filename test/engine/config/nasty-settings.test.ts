// SPDX-License-Identifier: GPL-3.0-or-later
// Files that were broken by hand, by accident or on purpose: each is answered with a position and a
// sentence, in less than a second, and there is always something to play.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS, settingsSchema } from "../../../engine/config/schema.ts";
import { type Checked, check } from "./settings-check.ts";

const DEFAULT_FILE = readFileSync(new URL("../../../config/downbeat.yaml", import.meta.url), "utf8");

/** The promise. */
const MAX_CPU_MS = 1000;

function expectAnswer(checked: Checked): void {
  expect(checked.cpuMs).toBeLessThan(MAX_CPU_MS);
  expect(settingsSchema.safeParse(checked.settings).success).toBe(true);
  for (const sentence of checked.sentences) {
    expect(sentence).toMatch(/^box\.yaml:\d+:\d+: \S/);
    expect(sentence).toMatch(/[.?]$/);
    expect(sentence.length).toBeLessThan(1000);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach a terminal
    expect(sentence).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  }
}

function expectRefusal(checked: Checked): void {
  expectAnswer(checked);
  expect(checked.state).not.toBe("good");
  expect(checked.problems.some(({ severity }) => severity === "error")).toBe(true);
}

const KIB_256 = 256 * 1024;
const bomb = (): string => {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const item = level === 0 ? "x" : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(9).fill(item).join(", ")}]`;
  });
  return levels.join("\n");
};

const NASTY: readonly (readonly [string, string | Buffer])[] = [
  ["nothing", ""],
  ["spaces", "  \n \n"],
  ["only comments", "# nothing here\n"],
  ["a list", "- audio\n- link\n"],
  ["a word", "audio"],
  ["a number", "5"],
  ["null", "null"],
  ["an alias bomb", bomb()],
  ["an alias inside itself", "audio: &a {device: *a}"],
  ["an alias without anchor", "audio: *nobody"],
  ["a tab for indentation", "audio:\n\tblockFrames: 64\n"],
  ["a key that stands twice", "audio: {blockFrames: 64}\naudio: {blockFrames: 32}\n"],
  ["a 10 MB scalar", `session: ${"x".repeat(10_000_000)}\n`],
  ["a 200 kB scalar", `session: ${"x".repeat(200_000)}\n`],
  ["a 200 kB key", `${"x".repeat(200_000)}: 1\n`],
  ["__proto__ as a key", "__proto__: {enabled: true}\naudio: {__proto__: {blockFrames: 8}}\n"],
  ["constructor as a key", "constructor: {prototype: {enabled: true}}\n"],
  ["deep brackets", "[".repeat(KIB_256 - 1)],
  ["deep braces", "{a: ".repeat(30_000)],
  ["deep dashes", "- ".repeat(100_000)],
  ["deep questions", "? ".repeat(100_000)],
  ["deep indentation", Array.from({ length: 600 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
  ["a byte order mark and a mistake", "\uFEFFaudio: {blockFrames: 8}\n"],
  ["CRLF and a mistake", "audio:\r\n  blockFrames: 8\r\n"],
  ["a NUL byte", "audio:\n  device: a\0b\n"],
  ["an escape character", "audio:\n  device: \u001b[31m\n"],
  ["Latin-1", Buffer.from("audio:\n  device: Lautsprecher f\xfcr Gro\xdfe\n", "latin1")],
  ["UTF-16", Buffer.from("\uFEFFaudio: {blockFrames: 64}\n", "utf16le")],
  ["half a UTF-8 character", Buffer.from([0x61, 0x3a, 0x20, 0xc3])],
  ["random bytes", Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256))],
  ["an unclosed double quote", 'audio:\n  device: "hifi\nlink: {enabled: true}\n'],
  ["an unclosed single quote", "audio:\n  device: 'hifi\n"],
  ["an unclosed bracket", "midi:\n  ports: [\n"],
  ["an unclosed brace", "audio: {blockFrames: 64\nlink:\n"],
  ["anchors without end", "&a ".repeat(4500)],
  ["a merge key", "audio: &a {blockFrames: 64}\nlink: {<<: *a}\n"],
  ["numbers as strings", 'audio: {blockFrames: "64"}'],
  ["1e400", "audio: {latencyOffsetMs: 1e400}"],
  [".nan", "audio: {latencyOffsetMs: .nan}"],
  [".inf", "audio: {latencyOffsetMs: .inf}"],
  ["-0 where 16 is least", "audio: {blockFrames: -0}"],
  ["a huge integer", `audio: {blockFrames: ${"9".repeat(400)}}`],
  ["a huge hexadecimal", `audio: {blockFrames: 0x${"f".repeat(400)}}`],
  ["two documents", "version: 1\n---\nversion: 1\n"],
  ["a tag", "audio: !!binary aGVsbG8=\n"],
  ["a tag of our own", "audio: !loud {blockFrames: 64}\n"],
  ["a set", "audio: !!set {blockFrames}\n"],
  ["a directive", "%YAML 9.9\n---\nversion: 1\nnothing: 1\n"],
  ["directives without end", "%\n".repeat(4500)],
  ["a key that is a list", "? [a, b]\n: 1\n"],
  ["a key that is empty", ": 1\n"],
  ["commas", `[${",".repeat(9_500)}`],
  ["colons", `a${":".repeat(200_000)}`],
  ["20,000 keys", Array.from({ length: 20_000 }, (_, index) => `k${index}:`).join("\n")],
  ["3,000 keys", Array.from({ length: 3000 }, (_, index) => `k${index}: 1`).join("\n")],
  [
    "3,000 keys in one group",
    `audio:\n${Array.from({ length: 3000 }, (_, index) => ` k${index}: 1`).join("\n")}`,
  ],
  ["1,000 ports", `midi:\n  ports: [${"{id: a, kind: match, name: x}, ".repeat(1000)}]\n`],
  ["1,000 empty ports", `midi:\n  ports: [${"{}, ".repeat(1000)}]\n`],
  ["JSON with a mistake", '{"audio": {"blockFrames": 8}}'],
  ["a shell script", "#!/bin/sh\nset -e\nfor a in 1 2; do echo $a; done\n"],
  ["a version of the future", "version: 99\n"],
  ["a version that is text", "version: one\n"],
  ["version 0", "version: 0\n"],
];

describe("nasty files", () => {
  test.each(NASTY)("%s", (_name, content) => {
    expectRefusal(check(content));
    expectRefusal(check(content, "check"));
  });

  test("nothing of ours is touched by __proto__", () => {
    check(
      "__proto__: {polluted: 1}\naudio: {__proto__: {polluted: 1}}\nconstructor: {prototype: {polluted: 1}}\n",
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(DEFAULT_SETTINGS).not.toHaveProperty("polluted");
  });

  test.each([
    ["a byte order mark", `\uFEFF${DEFAULT_FILE}`],
    ["CRLF", DEFAULT_FILE.replaceAll("\n", "\r\n")],
    ["no line end at the end", DEFAULT_FILE.trimEnd()],
    ["an explicit document start", `---\n${DEFAULT_FILE}`],
  ])("%s is not a mistake", (_name, content) => {
    const checked = check(content);
    expect(checked.sentences).toEqual([]);
    expect(checked.settings).toEqual(DEFAULT_SETTINGS);
  });

  test("positions are right behind a byte order mark, with CRLF, and for bytes that are no text", () => {
    const bom = check("\uFEFFaudio: {blockFrames: 8}\r\nlink: {quantum: 99}\r\n");
    expect(bom.problems.map(({ line, column }) => [line, column])).toEqual([
      [1, 22],
      [2, 17],
    ]);
    expect(check(Buffer.from("audio:\n  device: f\xfcr\n", "latin1")).problems[0]).toMatchObject({
      line: 2,
      column: 12,
    });
    expect(check("audio:\n  device: \0\n").problems[0]).toMatchObject({ line: 2, column: 11 });
  });
});

/** A small generator with a seed: the same files in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Mutation = (lines: string[], random: (below: number) => number) => void;

/** Line numbers of settings with a value. */
const settingLines = (lines: readonly string[]): number[] =>
  [...lines.keys()].filter((index) => /^ *\w+: \S/.test(lines[index] ?? ""));

const pick = <T>(items: readonly T[], random: (below: number) => number): T =>
  items[random(items.length)] as T;

const VALUES = [
  "banana",
  "-1e9",
  "[1, 2]",
  "{a: 1}",
  '"',
  "'",
  "*a",
  "&a",
  "!!x y",
  "1e400",
  ".nan",
  "@",
  "`",
  "- -",
];

const MUTATIONS: readonly Mutation[] = [
  (lines, random) => {
    const at = pick(settingLines(lines), random);
    lines[at] = (lines[at] ?? "").replace(/: .*/, `: ${pick(VALUES, random)}`);
  },
  (lines, random) => {
    const at = pick(settingLines(lines), random);
    lines[at] = (lines[at] ?? "").replace(/(\w+):/, (_all, key: string) => `${key}x${random(10)}:`);
  },
  (lines, random) => {
    const at = pick(settingLines(lines), random);
    lines.splice(at, 0, lines[at] ?? "");
  },
  (lines, random) => {
    const at = pick(settingLines(lines), random);
    lines[at] = `\t${(lines[at] ?? "").trim()}`;
  },
  (lines, random) => {
    const at = pick(settingLines(lines), random);
    lines[at] = (lines[at] ?? "").replace(":", "");
  },
  (lines, random) => {
    const at = pick(settingLines(lines), random);
    lines[at] = ` ${" ".repeat(random(4) * 2)}${lines[at]}`;
  },
  (lines, random) => {
    const at = pick(settingLines(lines), random);
    lines[at] = `${lines[at]}${String.fromCharCode(1 + random(8))}`;
  },
  (lines, random) => {
    const at = random(lines.length);
    lines[at] =
      `${pick(["}", "]", "%", "@x", "]: 1", "{", "? [", "<<<<<<< HEAD"], random)}${lines[at]?.replace(/#/g, "")}`;
  },
];

describe("the default file, broken in 200 ways", () => {
  test.each(Array.from({ length: 200 }, (_, index) => [index]))("mutation %i", (index) => {
    const random = seeded(index + 1);
    const mutate = MUTATIONS[index % MUTATIONS.length] as Mutation;
    // Some mutations happen to make another good file (a line indented as before): then once more.
    const lines = DEFAULT_FILE.split("\n");
    for (let attempt = 0; attempt < 20 && check(lines.join("\n")).state === "good"; attempt += 1)
      mutate(lines, random);
    const checked = check(lines.join("\n"));
    expectRefusal(checked);
    expect(checked.problems[0]?.line).toBeLessThanOrEqual(lines.length + 1);
  });

  test("cut off anywhere, it is good or answered", () => {
    for (let length = 0; length < DEFAULT_FILE.length; length += 97)
      expectAnswer(check(DEFAULT_FILE.slice(0, length)));
  });
});

describe("whatever comes", () => {
  test("any text is answered", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expectAnswer(check(text));
      }),
      { numRuns: 300 },
    );
  });

  test("any bytes are answered", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expectAnswer(check(Buffer.from(bytes)));
      }),
      { numRuns: 200 },
    );
  });

  test("any text of YAML's own signs is answered", () => {
    const sign = fc.constantFrom(
      ..."[]{}:,-?&*!|>'\"%@`# \n\t0a".split(""),
      "audio:",
      "\n  ",
      "<<: ",
      "&a ",
      "*a ",
      "---\n",
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 80 }), (signs) => {
        expectAnswer(check(signs.join("")));
      }),
      { numRuns: 500 },
    );
  });

  test("any value in any setting is answered, and what is good is kept", () => {
    const groups = ["audio", "link", "transport", "midi", "master", "http", "log"] as const;
    fc.assert(
      fc.property(fc.constantFrom(...groups), fc.nat(), fc.jsonValue(), (group, number, value) => {
        const keys = Object.keys(DEFAULT_SETTINGS[group]);
        const key = keys[number % keys.length] as string;
        const checked = check(JSON.stringify({ session: "mine.json", [group]: { [key]: value } }));
        expectAnswer(checked);
        expect(checked.settings.session).toBe("mine.json");
      }),
      { numRuns: 300 },
    );
  });
});
