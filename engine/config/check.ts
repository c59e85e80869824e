// SPDX-License-Identifier: GPL-3.0-or-later
// Holds a document to zod schemas, part by part, and says every disagreement with its place. A part
// that fails is undefined for the caller, who goes on with the others: all problems come at once.

import type { z } from "zod";
import { nearestName } from "../base/nearest-name.ts";
import type { Document, ProblemText } from "./document.ts";
import { expectation, keysOf, schemaAt } from "./expectation.ts";
import { type Path, type Problem, showValue } from "./problem.ts";

/** More are counted, not listed: a file with this many mistakes is another kind of file. */
const MAX_PROBLEMS = 200;

/** Names that are compared to find what was probably meant, in all of a file: a hint is not worth a wait. */
const MAX_COMPARISONS = 20_000;

/**
 * Issue parameter of a custom check: `refine(…, { params: { hint: "…", expected: "…" } })` replaces
 * the sentence that would be made from the schema.
 */
export interface IssueText {
  readonly expected?: string;
  readonly hint?: string;
}

export class Checker {
  readonly document: Document;
  readonly #problems: Problem[] = [];
  #errors = 0;
  #unlisted = 0;
  #comparisons = 0;

  constructor(document: Document) {
    this.document = document;
    for (const problem of document.problems) this.#add(problem);
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** In the order of the file. */
  get problems(): readonly Problem[] {
    const sorted = [...this.#problems].sort((a, b) => a.line - b.line || a.column - b.column);
    const last = sorted.at(-1);
    if (this.#unlisted > 0 && last !== undefined) {
      sorted.push({ ...last, path: "", expected: "", got: "", hint: `And ${this.#unlisted} more problems.` });
    }
    return sorted;
  }

  /**
   * @param value - what stands at `path` in the document
   * @returns the value as the schema makes it, or undefined after its problems were noted
   */
  parse<Schema extends z.ZodType>(schema: Schema, value: unknown, path: Path): z.output<Schema> | undefined {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.#issue(schema, value, path, issue);
    return undefined;
  }

  /**
   * As `parse`, for a group whose good keys are worth having although others are wrong: those are
   * noted and left out. undefined only when there is no group at all.
   */
  parseGroup<Schema extends z.ZodObject>(
    schema: Schema,
    value: unknown,
    path: Path,
  ): Partial<z.output<Schema>> | undefined {
    const result = schema.safeParse(value);
    if (result.success) return result.data as Partial<z.output<Schema>>;
    const wrong = new Set<PropertyKey>();
    for (const issue of result.error.issues) {
      this.#issue(schema, value, path, issue);
      const [first] = issue.path;
      if (first !== undefined) wrong.add(first);
      else if (issue.code === "unrecognized_keys") for (const key of issue.keys) wrong.add(key);
      else return undefined;
    }
    const good = Object.entries(value as object).filter(([key]) => !wrong.has(key));
    const again = partialOf(schema).safeParse(Object.fromEntries(good));
    return again.success ? (again.data as Partial<z.output<Schema>>) : undefined;
  }

  error(path: Path, what: ProblemText, part: "key" | "value" = "value"): void {
    if (this.#isFull("error")) return;
    this.#add(this.document.problemAt(path, part, what));
  }

  warn(path: Path, what: ProblemText, part: "key" | "value" = "value"): void {
    if (this.#isFull("warning")) return;
    this.#add(this.document.problemAt(path, part, { ...what, severity: "warning" }));
  }

  /** Something named `got` that does not exist, and what was probably meant. */
  unknownName(
    path: Path,
    kind: string,
    got: string,
    known: readonly string[],
    part: "key" | "value" = "value",
  ): void {
    if (this.#isFull("error")) return;
    const nearest = this.#nearestName(got, known);
    const list = known.length === 0 ? "none exist" : listOf(known);
    const hint = nearest === null ? "" : `Did you mean ${JSON.stringify(nearest)}?`;
    this.error(path, { expected: `${kind} (${list})`, got: showValue(got), hint }, part);
  }

  #issue(schema: z.ZodType, value: unknown, path: Path, issue: z.core.$ZodIssue): void {
    const inner = issue.path.filter((step) => typeof step !== "symbol");
    const at = [...path, ...inner];
    const found = valueAt(value, inner);
    const part = schemaAt(schema, inner);
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys)
        this.#unknownKey([...at, key], key, part === undefined ? [] : keysOf(part));
      return;
    }
    const text = issue.code === "custom" ? (issue.params as IssueText | undefined) : undefined;
    if (text?.hint !== undefined && text.expected === undefined) {
      this.error(at, { got: showValue(found), hint: text.hint }, "key");
      return;
    }
    const expected = text?.expected ?? (part === undefined ? issue.message : expectation(part));
    this.error(at, { expected, got: showValue(found), hint: text?.hint ?? "" });
  }

  #unknownKey(path: Path, key: string, known: readonly string[]): void {
    const nearest = this.#nearestName(key, known);
    const hint = nearest === null ? `Known here: ${listOf(known)}.` : `Did you mean "${nearest}"?`;
    this.error(path, { expected: "a key of the format", got: showValue(key), hint }, "key");
  }

  #nearestName(name: string, known: readonly string[]): string | null {
    this.#comparisons += known.length;
    return this.#comparisons > MAX_COMPARISONS ? null : nearestName(name, known);
  }

  #add(problem: Problem): void {
    if (this.#isFull(problem.severity)) return;
    if (problem.severity === "error") this.#errors += 1;
    this.#problems.push(problem);
  }

  /** Is the list full? Then the problem is counted, and that is all. */
  #isFull(severity: Problem["severity"]): boolean {
    if (this.#problems.length < MAX_PROBLEMS) return false;
    if (severity === "error") this.#errors += 1;
    this.#unlisted += 1;
    return true;
  }
}

const partials = new WeakMap<z.ZodObject, z.ZodObject>();

/** Made once for each schema: making one costs more than using it. */
function partialOf(schema: z.ZodObject): z.ZodObject {
  const known = partials.get(schema) ?? schema.partial();
  partials.set(schema, known);
  return known;
}

/** `a, b, c`, and the number of those that are too many to say. */
export function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Object.getOwnPropertyDescriptor(at, step)?.value;
  }
  return at;
}
