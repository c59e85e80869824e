// SPDX-License-Identifier: GPL-3.0-or-later
// What the schema says about each setting, in a form that messages, the default file and the reference
// page can read: taken from zod's own JSON schema, so there is nothing to keep in step.

import { z } from "zod";
import type { Path } from "./problem.ts";
import { settingsSchema } from "./schema.ts";

/** A part of zod's JSON schema, with our own facts in it. */
interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly unit?: string;
  readonly expected?: string;
  readonly example?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
}

export type SettingKind = "group" | "map" | "list" | "number" | "integer" | "boolean" | "choice" | "text";

export interface SettingFacts {
  readonly key: string;
  readonly kind: SettingKind;
  readonly help: string;
  /** What belongs there: `16 to 2048 frames`. */
  readonly expected: string;
  /** undefined when it has to be given. */
  readonly default: unknown;
  readonly example: unknown;
  readonly isNullable: boolean;
  /** Of a group. */
  readonly children: readonly SettingFacts[];
  /** Of a list. */
  readonly item: SettingFacts | null;
  /** Of a map: what stands at each of its names. */
  readonly value: SettingFacts | null;
}

export const SETTING_FACTS: SettingFacts = factsOf(
  "",
  z.toJSONSchema(settingsSchema, { io: "input", target: "draft-7" }) as SchemaNode,
);

/** @returns undefined when there is no such setting */
export function factsAt(path: Path): SettingFacts | undefined {
  let facts: SettingFacts | undefined = SETTING_FACTS;
  for (const step of path) {
    facts =
      typeof step === "number"
        ? (facts?.item ?? undefined)
        : (facts?.children.find(({ key }) => key === step) ?? facts?.value ?? undefined);
  }
  return facts;
}

function factsOf(key: string, node: SchemaNode): SettingFacts {
  const isNullable = node.anyOf?.some(({ type }) => type === "null") ?? false;
  const own: SchemaNode = { ...node.anyOf?.find(({ type }) => type !== "null"), ...node };
  const kind = kindOf(own);
  const expected = own.expected ?? (isNullable ? `null or ${expectedOf(own, kind)}` : expectedOf(own, kind));
  return {
    key,
    kind,
    help: own.description ?? "",
    expected,
    default: own.default,
    example: own.example,
    isNullable,
    children: Object.entries(own.properties ?? {}).map(([name, child]) => factsOf(name, child)),
    item: own.items === undefined ? null : factsOf("", own.items),
    value:
      kind === "map" && typeof own.additionalProperties === "object"
        ? factsOf("", own.additionalProperties)
        : null,
  };
}

function kindOf(node: SchemaNode): SettingKind {
  if (node.enum !== undefined || node.const !== undefined) return "choice";
  switch (node.type) {
    case "object":
      return node.properties === undefined ? "map" : "group";
    case "array":
      return "list";
    case "number":
    case "integer":
    case "boolean":
      return node.type;
    default:
      return "text";
  }
}

function expectedOf(node: SchemaNode, kind: SettingKind): string {
  const unit = node.unit === undefined ? "" : ` ${node.unit}`;
  switch (kind) {
    case "group":
      return "settings, indented below it";
    case "map":
      return "names of your own, indented below it";
    case "list":
      return node.maxItems === undefined ? "a list" : `a list of at most ${node.maxItems}`;
    case "number":
    case "integer": {
      const steps = node.multipleOf === undefined ? "" : ` in steps of ${node.multipleOf}`;
      return `${node.minimum} to ${node.maximum}${unit}${steps}`;
    }
    case "boolean":
      return "true or false";
    case "choice":
      return `${oneOf(node.enum ?? [node.const])}${unit}`;
    case "text":
      return `text of ${node.minLength ?? 0} to ${node.maxLength} characters`;
  }
}

/** `a, b or c` */
function oneOf(values: readonly unknown[]): string {
  const words = values.map(String);
  const last = words.pop() ?? "";
  return words.length === 0 ? last : `${words.join(", ")} or ${last}`;
}
