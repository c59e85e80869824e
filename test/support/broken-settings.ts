// SPDX-License-Identifier: GPL-3.0-or-later
// Settings files that are broken: by hand, by accident and on purpose, and the shipped file broken in as many
// ways as wanted, the same in every run.
import { readFileSync } from "node:fs";
import { loadSettingsBytes } from "../../engine/config/load-settings.ts";

/** The shipped settings file. */
export const DEFAULT_SETTINGS_TEXT = readFileSync(
  new URL("../../config/downbeat.yaml", import.meta.url),
  "utf8",
);

const KIB_256 = 256 * 1024;
const bomb = (): string => {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const item = level === 0 ? "x" : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(9).fill(item).join(", ")}]`;
  });
  return levels.join("\n");
};

/** Name and content of files that no box may take. */
export const NASTY_SETTINGS: readonly (readonly [string, string | Buffer])[] = [
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
  ["a tab in what is no token", ">&a [\t"],
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

const isGood = (text: string): boolean =>
  loadSettingsBytes("box.yaml", Buffer.from(text), "play").state === "good";

/** The shipped file with a mistake; each number has its own. Neighbours are broken in different ways. */
export function mutatedSettings(number: number): string {
  const random = seeded(number + 1);
  const mutate = MUTATIONS[number % MUTATIONS.length] as Mutation;
  const lines = DEFAULT_SETTINGS_TEXT.split("\n");
  // Some mutations happen to make another good file (a line indented as before): then once more.
  for (let attempt = 0; attempt < 20 && isGood(lines.join("\n")); attempt += 1) mutate(lines, random);
  return lines.join("\n");
}
