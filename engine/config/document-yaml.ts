// SPDX-License-Identifier: GPL-3.0-or-later
// YAML with the place of every value. The library reads the text; the walk here makes the value and
// keeps the limits: aliases count as often as they are used, keys stand once, depth ends somewhere.

import {
  type Alias,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type YAMLError,
  type Document as YamlDocument,
} from "yaml";
import { MAX_DOCUMENT_DEPTH, type ParsedText, type Place, type TextProblem } from "./parsed-text.ts";
import type { Path } from "./problem.ts";

/** Values in one file, each alias counted with all it stands for. */
const MAX_VALUES = 100_000;

export function parseYaml(text: string): ParsedText {
  const deep = tooDeepAt(text);
  if (deep >= 0) return failed({ offset: deep, ...TOO_DEEP });
  let parsed: YamlDocument.Parsed;
  try {
    // uniqueKeys compares every key with every other; the walk below does it with a map.
    parsed = parseDocument(text, { uniqueKeys: false, prettyErrors: false, merge: false, logLevel: "error" });
  } catch (error) {
    // The parser recurses: its stack ends before the text does.
    if (!(error instanceof RangeError)) throw error;
    return failed({ offset: 0, ...TOO_DEEP });
  }
  const mistakes = [...parsed.errors, ...parsed.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (mistakes.length > 0) {
    return { value: undefined, place: { offset: 0 }, problems: mistakes.slice(0, 20).map(textProblem) };
  }
  const walk = new Walk(parsed);
  const read = walk.read(parsed.contents, [], 0, []);
  return { ...read, problems: walk.problems };
}

const TOO_DEEP = { path: [], expected: `at most ${MAX_DOCUMENT_DEPTH} levels`, got: "many more", hint: "" };

/** Brackets that may stand open at once before the library is asked at all: it needs seconds for thousands. */
const MAX_OPEN_BRACKETS = 200;

/** A rough look, which counts brackets inside text too; -1 when nothing is suspicious. */
function tooDeepAt(text: string): number {
  const dashes = /(?:[-?] +){40}/.exec(text);
  if (dashes !== null) return dashes.index;
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) open += 1;
    else if (code === 0x5d || code === 0x7d) open = Math.max(0, open - 1);
    if (open > MAX_OPEN_BRACKETS) return at;
  }
  return -1;
}

class Walk {
  readonly problems: TextProblem[] = [];
  readonly #targets: ReadonlyMap<Alias, unknown>;
  #values = 0;

  constructor(document: YamlDocument.Parsed) {
    this.#targets = aliasTargets(document);
  }

  /** @param open - anchors whose value is being read: an alias to one of them would never end */
  read(
    node: unknown,
    path: Path,
    fallbackOffset: number,
    open: readonly string[],
  ): { value: unknown; place: Place } {
    const offset = offsetOf(node, fallbackOffset);
    this.#values += 1;
    if (this.#values > MAX_VALUES) return this.#stop(offset, path, `at most ${MAX_VALUES} values`, "more");
    if (path.length > MAX_DOCUMENT_DEPTH) {
      return this.#stop(offset, path, `at most ${MAX_DOCUMENT_DEPTH} levels`, "one more");
    }
    if (isAlias(node)) {
      if (open.includes(node.source))
        return this.#stop(offset, path, "a value", `*${node.source} inside itself`);
      const target = this.#targets.get(node);
      if (target === undefined)
        return this.#stop(offset, path, "the name of an anchor above", `*${node.source}`);
      // Problems inside are shown where the value is used.
      const { value } = this.read(target, path, offset, [...open, node.source]);
      return { value, place: { offset } };
    }
    const inside =
      isMap(node) || isSeq(node) ? (node.anchor === undefined ? open : [...open, node.anchor]) : open;
    if (isScalar(node)) return { value: node.value, place: { offset } };
    if (isSeq(node)) {
      const reads = node.items.map((item, index) => this.read(item, [...path, index], offset, inside));
      return {
        value: reads.map((read) => read.value),
        place: { offset, items: reads.map((read) => read.place) },
      };
    }
    if (!isMap(node)) return { value: null, place: { offset } };
    const entries: [string, unknown][] = [];
    const keys = new Map<string, { keyOffset: number; place: Place }>();
    for (const pair of node.items) {
      if (!isPair(pair)) continue;
      const keyOffset = offsetOf(pair.key, offset);
      if (!isScalar(pair.key) || typeof pair.key.value === "object") {
        this.#report(keyOffset, path, "a plain name as key", "something else");
        continue;
      }
      const key = String(pair.key.value);
      if (keys.has(key)) this.#report(keyOffset, [...path, key], "", key, "This key stands twice; keep one.");
      const { value, place } = this.read(pair.value, [...path, key], keyOffset, inside);
      keys.set(key, { keyOffset, place });
      entries.push([key, value]);
    }
    return { value: Object.fromEntries(entries), place: { offset, keys } };
  }

  #report(offset: number, path: Path, expected: string, got: string, hint = ""): void {
    if (this.problems.length < 20) this.problems.push({ offset, path, expected, got, hint });
  }

  #stop(offset: number, path: Path, expected: string, got: string): { value: unknown; place: Place } {
    if (!this.problems.some((problem) => problem.expected === expected))
      this.#report(offset, path, expected, got);
    return { value: null, place: { offset } };
  }
}

/** What each alias stands for: the last anchor of its name before it. One pass; the library makes one for each alias. */
function aliasTargets(document: YamlDocument.Parsed): ReadonlyMap<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) targets.set(node, anchors.get(node.source));
      else if ("anchor" in node && typeof node.anchor === "string") anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function offsetOf(node: unknown, fallback: number): number {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0] ?? fallback;
}

function textProblem(error: YAMLError): TextProblem {
  const hint = HINTS[error.code] ?? "";
  const got = GOT[error.code] ?? plainMessage(error.message);
  return { offset: error.pos[0], path: [], expected: "valid YAML", got, hint };
}

/** Where the library speaks to programmers. */
const GOT: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab",
  MULTIPLE_DOCS: "a second document",
};

const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "Indent with spaces.",
  BAD_INDENT: "Entries of one group begin in the same column.",
  MULTIPLE_DOCS: "One file holds one document: remove the line ---.",
};

/** The library's sentence as part of ours: small first letter, no full stop, no tab of the file's. */
function plainMessage(message: string): string {
  const line = (message.split("\n")[0] ?? "").replaceAll(/\s+/g, " ").trim();
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/[.:]$/, "");
}

function failed(problem: TextProblem): ParsedText {
  return { value: undefined, place: { offset: 0 }, problems: [problem] };
}
