// SPDX-License-Identifier: GPL-3.0-or-later
// Strict JSON with the place of every value. `JSON.parse` says too little about where a mistake is
// and nothing about keys that stand twice, so this reads the text itself, once, left to right.

import { MAX_DOCUMENT_DEPTH, type ParsedText, type Place, type TextProblem } from "./parsed-text.ts";
import type { Path } from "./problem.ts";

/** Thrown inside this file only: the first mistake ends the reading. */
class Mistake {
  readonly problem: TextProblem;
  constructor(problem: TextProblem) {
    this.problem = problem;
  }
}

interface Read {
  readonly value: unknown;
  readonly place: Place;
}

export function parseJson(text: string): ParsedText {
  const reader = new JsonReader(text);
  try {
    const { value, place } = reader.document();
    return { value, place, problems: reader.doubled };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { value: undefined, place: { offset: 0 }, problems: [error.problem] };
  }
}

class JsonReader {
  /** Keys that stand twice in one group. */
  readonly doubled: TextProblem[] = [];
  readonly #text: string;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Read {
    const read = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail("the end of the file");
    return read;
  }

  #value(): Read {
    this.#skipSpace();
    const offset = this.#at;
    const first = this.#text[offset];
    if (first === "{") return this.#group(offset);
    if (first === "[") return this.#list(offset);
    if (first === '"') return { value: this.#string(), place: { offset } };
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, offset)) continue;
      this.#at += word.length;
      return { value, place: { offset } };
    }
    NUMBER.lastIndex = offset;
    const number = NUMBER.exec(this.#text);
    if (number === null) this.#fail("a value");
    this.#at += number[0].length;
    return { value: Number(number[0]), place: { offset } };
  }

  #group(offset: number): Read {
    this.#enter();
    const entries: [string, unknown][] = [];
    const keys = new Map<string, { keyOffset: number; place: Place }>();
    for (let isFirst = true; !this.#closes("}", isFirst, "a key in double quotes"); isFirst = false) {
      const keyOffset = this.#at;
      if (this.#text[keyOffset] !== '"') this.#fail("a key in double quotes");
      const key = this.#string();
      this.#skipSpace();
      if (this.#text[this.#at] !== ":") this.#fail('":" after the key');
      this.#at += 1;
      this.#path.push(key);
      if (keys.has(key)) {
        const hint = "This key stands twice; keep one.";
        this.doubled.push({ offset: keyOffset, path: [...this.#path], expected: "", got: key, hint });
      }
      const { value, place } = this.#value();
      this.#path.pop();
      keys.set(key, { keyOffset, place });
      entries.push([key, value]);
    }
    // Object.fromEntries makes "__proto__" a key like any other.
    return { value: Object.fromEntries(entries), place: { offset, keys } };
  }

  #list(offset: number): Read {
    this.#enter();
    const values: unknown[] = [];
    const items: Place[] = [];
    for (let isFirst = true; !this.#closes("]", isFirst, "a value"); isFirst = false) {
      this.#path.push(items.length);
      const { value, place } = this.#value();
      this.#path.pop();
      values.push(value);
      items.push(place);
    }
    return { value: values, place: { offset, items } };
  }

  #depth = 0;

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DOCUMENT_DEPTH) this.#fail(`at most ${MAX_DOCUMENT_DEPTH} levels`, "one more");
    this.#at += 1;
  }

  /** Is this the end of the group or list? Otherwise stands at the next entry, behind its comma. */
  #closes(bracket: string, isFirst: boolean, entry: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] === bracket) {
      this.#at += 1;
      this.#depth -= 1;
      return true;
    }
    if (isFirst) {
      if (this.#at >= this.#text.length) this.#fail(`${entry} or "${bracket}"`);
      return false;
    }
    if (this.#text[this.#at] !== ",") this.#fail(`"," or "${bracket}"`);
    this.#at += 1;
    this.#skipSpace();
    if (this.#text[this.#at] === bracket)
      this.#fail(entry, `"${bracket}"`, "JSON has no comma after the last entry.");
    return false;
  }

  #string(): string {
    STRING.lastIndex = this.#at;
    const found = STRING.exec(this.#text);
    if (found === null) this.#fail("text that ends with a double quote on its line");
    this.#at += found[0].length;
    try {
      return JSON.parse(found[0]) as string;
    } catch {
      this.#at -= found[0].length;
      this.#fail("text with valid escapes", "a wrong backslash escape");
    }
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
  }

  #fail(expected: string, got?: string, hint = ""): never {
    const next = this.#text.codePointAt(this.#at);
    const came = next === undefined ? "the end of the file" : JSON.stringify(String.fromCodePoint(next));
    const isComment = this.#text.startsWith("//", this.#at) || this.#text.startsWith("/*", this.#at);
    throw new Mistake({
      offset: this.#at,
      path: [...this.#path] satisfies Path,
      expected,
      got: got ?? came,
      hint: isComment ? "JSON has no comments; a .yaml file has." : hint,
    });
  }
}

const WORDS: readonly (readonly [string, unknown])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside text
const STRING = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
const SPACE = /[ \t\r\n]*/y;
