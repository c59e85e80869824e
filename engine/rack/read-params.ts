// SPDX-License-Identifier: GPL-3.0-or-later
// What stands under `params` of a node: parameters of its type as numbers, and what it is told in
// words.

import { dirname, resolve } from "node:path";
import type { NodePlan } from "../binding/plan/rack-plan.ts";
import { type Path, showValue } from "../config/problem.ts";
import { findParam, findText, fold, type NodeTypeInfo, type ParamInfo, type TextInfo } from "./catalog.ts";
import { LIMITS } from "./format.ts";
import { paramValue } from "./param-value.ts";
import type { NodeContext } from "./rack-context.ts";

export interface ReadParams {
  readonly params: NodePlan["params"];
  readonly texts: NodePlan["texts"];
  /** Of a type with any width, when it says a number; otherwise null. */
  readonly channels: number | null;
}

/** The key of a file that a node writes: it need not be there. */
const WRITTEN_FILE = "path";

const MAX_TEXT_BYTES = 4096;

/**
 * @param path - of `params`
 * @param written - its keys and values
 */
export function readParams(
  context: NodeContext,
  path: Path,
  type: NodeTypeInfo,
  written: readonly (readonly [string, unknown])[],
): ReadParams {
  const reader = new ParamsReader(context, path, type);
  for (const [key, value] of written) reader.read(key, value);
  reader.wantNeeded();
  return { params: [...reader.values], texts: [...reader.texts], channels: reader.channels };
}

class ParamsReader {
  readonly values = new Map<number, number>();
  readonly texts = new Map<string, string>();
  channels: number | null = null;
  readonly #context: NodeContext;
  readonly #path: Path;
  readonly #type: NodeTypeInfo;
  /** Texts that stand there, right or wrong. */
  readonly #written = new Set<string>();

  constructor(context: NodeContext, path: Path, type: NodeTypeInfo) {
    this.#context = context;
    this.#path = path;
    this.#type = type;
  }

  read(key: string, value: unknown): void {
    const type = this.#type;
    const path = [...this.#path, key];
    if (Array.isArray(value) && fold(key) === "bands" && findParam(type, bandName(1, "Q")) !== undefined) {
      this.#readBands(path, value);
      return;
    }
    const param = findParam(type, key);
    if (param !== undefined) {
      this.#set(path, key, param, value);
      return;
    }
    const text = findText(type, key);
    if (text !== undefined) {
      this.#readText(path, key, text, value);
      return;
    }
    if (type.hasAnyWidth === true && fold(key) === "channels") {
      this.#readChannels(path, value);
      return;
    }
    const keys = [...type.params.map((known) => known.key), ...(type.texts ?? []).map((known) => known.key)];
    this.#context.checker.unknownName(path, `a parameter of ${type.type}`, key, keys, "key");
  }

  /** Says what is missing of that without which the node cannot play. */
  wantNeeded(): void {
    for (const text of this.#type.texts ?? []) {
      if (!text.isNeeded || this.#written.has(text.key)) continue;
      const expected = `"${text.key}" for a ${this.#type.type}`;
      this.#context.checker.error(this.#path, { expected, got: "nothing", hint: text.summary });
    }
  }

  #set(path: Path, key: string, param: ParamInfo, value: unknown): void {
    if (this.values.has(param.id)) {
      const hint = `This is ${param.name}, which stands here twice; keep one of the two spellings.`;
      this.#context.checker.error(path, { got: key, hint }, "key");
      return;
    }
    const number = paramValue(this.#context.checker, path, this.#type, param, value);
    if (number !== undefined) this.values.set(param.id, number);
  }

  /**
   * `bands: [{ centerHz: 60 }]` is BAND1_CENTER_HZ, and how many there are is BANDS. What a band does not
   * say is the same for all of them: the default of the last in the table, for the first ones have
   * defaults of their own that count when there is no list at all.
   */
  #readBands(path: Path, bands: readonly unknown[]): void {
    const { checker } = this.#context;
    const type = this.#type;
    let most = 0;
    while (findParam(type, bandName(most + 1, "Q")) !== undefined) most += 1;
    if (bands.length > most) {
      checker.error(path, { expected: `a list of at most ${most} bands`, got: showValue(bands) });
      return;
    }
    const count = findParam(type, "BANDS");
    if (count !== undefined) this.#set(path, "bands", count, bands.length);
    for (const [index, band] of bands.entries()) {
      const at = [...path, index];
      if (typeof band !== "object" || band === null || Array.isArray(band)) {
        checker.error(at, { expected: "a group of keys", got: showValue(band) });
        continue;
      }
      for (const [key, value] of Object.entries(band)) {
        const name = Object.hasOwn(BAND_KEYS, key) ? BAND_KEYS[key] : undefined;
        const param = name === undefined ? undefined : findParam(type, bandName(index + 1, name));
        if (param === undefined)
          checker.unknownName([...at, key], "a key of a band", key, Object.keys(BAND_KEYS), "key");
        else this.#set([...at, key], key, param, value);
      }
      this.#fillBand(index + 1, most);
    }
  }

  #fillBand(number: number, most: number): void {
    for (const name of Object.values(BAND_KEYS)) {
      const param = findParam(this.#type, bandName(number, name));
      const plain = findParam(this.#type, bandName(most, name));
      if (param !== undefined && plain !== undefined && !this.values.has(param.id))
        this.values.set(param.id, plain.initial);
    }
  }

  #readText(path: Path, key: string, text: TextInfo, value: unknown): void {
    const { checker } = this.#context;
    if (this.#written.has(text.key)) {
      const hint = `This is "${text.key}", which stands here twice; keep one of the two spellings.`;
      checker.error(path, { got: key, hint }, "key");
      return;
    }
    this.#written.add(text.key);
    // A number may be meant as its digits.
    const words = typeof value === "number" && Number.isFinite(value) ? String(value) : value;
    if (typeof words !== "string" || Buffer.byteLength(words) > MAX_TEXT_BYTES || words.includes("\0")) {
      checker.error(path, { expected: `text, at most ${MAX_TEXT_BYTES} bytes`, got: showValue(value) });
      return;
    }
    if (words === "" && !text.isNeeded) return;
    const meant = text.isFile ? this.#fileOf(path, text, words) : this.#wordsOf(path, text, words);
    if (meant !== null) this.texts.set(text.key, meant);
  }

  #fileOf(path: Path, text: TextInfo, words: string): string | null {
    const { checker, whyUnreadable, missingFiles } = this.#context;
    const file = resolve(dirname(checker.document.file), words);
    if (words !== "" && text.key === WRITTEN_FILE) return file;
    const reason = words === "" ? "nothing" : whyUnreadable(file);
    if (reason === null) return file;
    missingFiles.push(file);
    checker.error(path, { expected: "a file that can be read", got: reason, hint: `Looked for ${file}.` });
    return null;
  }

  #wordsOf(path: Path, text: TextInfo, words: string): string | null {
    const known = text.choices;
    if (known === undefined && words !== "") return words;
    const found = known?.find((choice) => fold(choice) === fold(words));
    if (found !== undefined) return found;
    this.#context.checker.unknownName(path, `a choice of ${text.key}`, words, known ?? []);
    return null;
  }

  #readChannels(path: Path, value: unknown): void {
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= LIMITS.channels) {
      this.channels = value;
      return;
    }
    const expected = `a whole number from 1 to ${LIMITS.channels} channels`;
    this.#context.checker.error(path, { expected, got: showValue(value) });
  }
}

const BAND_KEYS: Readonly<Record<string, string>> = {
  centerHz: "CENTER_HZ",
  q: "Q",
  depthDb: "DEPTH_DB",
  thresholdDb: "THRESHOLD_DB",
  ratio: "RATIO",
  kneeDb: "KNEE_DB",
  holdMs: "HOLD_MS",
};

function bandName(number: number, name: string): string {
  return `BAND${number}_${name}`;
}
