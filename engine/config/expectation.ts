// SPDX-License-Identifier: GPL-3.0-or-later
// A zod schema in words: "a whole number from 1 to 192". The unit comes from `.meta({ unit })`, a
// sentence of its own from `.meta({ expected })`.

import { z } from "zod";
import type { Path } from "./problem.ts";

declare module "zod" {
  interface GlobalMeta {
    /** Of a number: "bpm", "ms", "%". */
    unit?: string;
    /** Replaces the words made from the schema. */
    expected?: string;
  }
}

/** What a person is asked to write. */
export function expectation(schema: z.ZodType): string {
  const meta = metaOf(schema);
  if (meta?.expected !== undefined) return meta.expected;
  const core = unwrap(schema);
  if (core instanceof z.ZodNumber) return numberWords(core, meta?.unit);
  if (core instanceof z.ZodString) {
    const most = core.maxLength === null ? "" : `, at most ${core.maxLength} characters`;
    return core.minLength !== null && core.minLength > 0 ? `text, not empty${most}` : `text${most}`;
  }
  if (core instanceof z.ZodBoolean) return "true or false";
  if (core instanceof z.ZodNull) return "null";
  if (core instanceof z.ZodEnum) return alternatives(core.options.map((option) => JSON.stringify(option)));
  if (core instanceof z.ZodLiteral)
    return alternatives([...core.values].map((value) => JSON.stringify(value)));
  if (core instanceof z.ZodUnion)
    return alternatives(core.options.map((option) => expectation(option as z.ZodType)));
  if (core instanceof z.ZodArray || core instanceof z.ZodTuple) return "a list";
  if (core instanceof z.ZodObject || core instanceof z.ZodRecord) return "a group of keys";
  return "a value";
}

/** The keys that an object schema knows; none for other schemas. */
export function keysOf(schema: z.ZodType): string[] {
  const core = unwrap(schema);
  return core instanceof z.ZodObject ? Object.keys(core.shape) : [];
}

/** The schema of the part at `path`, with its own wrappers, or undefined. */
export function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  let at: z.ZodType | undefined = schema;
  for (const step of path) {
    if (at === undefined) return undefined;
    const core = unwrap(at);
    if (core instanceof z.ZodObject && typeof step === "string") {
      at = Object.hasOwn(core.shape, step) ? (core.shape[step] as z.ZodType) : undefined;
    } else if (core instanceof z.ZodArray) at = core.element as z.ZodType;
    else if (core instanceof z.ZodRecord) at = core.valueType as z.ZodType;
    else at = undefined;
  }
  return at;
}

function unwrap(schema: z.ZodType): z.ZodType {
  let at = schema;
  for (;;) {
    if (at instanceof z.ZodDefault || at instanceof z.ZodPrefault) at = at.def.innerType as z.ZodType;
    else if (at instanceof z.ZodOptional || at instanceof z.ZodNullable) at = at.def.innerType as z.ZodType;
    else if (at instanceof z.ZodReadonly) at = at.def.innerType as z.ZodType;
    else if (at instanceof z.ZodPipe) at = at.def.in as z.ZodType;
    else return at;
  }
}

/** Of the outermost wrapper that has any. */
function metaOf(schema: z.ZodType): z.GlobalMeta | undefined {
  let at = schema;
  for (;;) {
    const meta = at.meta();
    if (meta?.unit !== undefined || meta?.expected !== undefined) return meta;
    const inner = (at.def as { innerType?: z.ZodType }).innerType;
    if (inner === undefined) return undefined;
    at = inner;
  }
}

function numberWords(schema: z.ZodNumber, unit: string | undefined): string {
  const kind = schema.isInt ? "a whole number" : "a number";
  const suffix = unit === undefined ? "" : ` ${unit}`;
  const min = limit(schema.minValue);
  const max = limit(schema.maxValue);
  const bounds = exclusiveBounds(schema);
  if (min !== null && bounds.aboveMin) {
    return max === null ? `${kind} above ${min}${suffix}` : `${kind} above ${min}, up to ${max}${suffix}`;
  }
  if (min !== null && max !== null) return `${kind} from ${min} to ${max}${suffix}`;
  if (min !== null) return `${kind} of at least ${min}${suffix}`;
  if (max !== null) return `${kind} of at most ${max}${suffix}`;
  return suffix === "" ? kind : `${kind} (${suffix.trim()})`;
}

/** zod bounds whole numbers by what a double can hold; that is no news to anybody. */
function limit(value: number | null): number | null {
  return value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
}

function exclusiveBounds(schema: z.ZodNumber): { readonly aboveMin: boolean } {
  const checks = schema.def.checks ?? [];
  const isAbove = (check: z.core.$ZodCheck<never>): boolean => {
    const def = check._zod.def as { check: string; inclusive?: boolean };
    return def.check === "greater_than" && def.inclusive === false;
  };
  return { aboveMin: checks.some((check) => isAbove(check as z.core.$ZodCheck<never>)) };
}

function alternatives(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
