// SPDX-License-Identifier: GPL-3.0-or-later
// A written profile, held to the schema part by part: every problem with its place, and what is good is
// kept. The short form of older files (`cc`, `range`, `curve`, `steps`, `name`) is the same schema.

import { z } from "zod";
import type { Checker } from "../config/check.ts";
import { type Path, showValue } from "../config/problem.ts";
import {
  ADDRESS_SCHEMAS,
  ADDRESS_TYPES,
  type AddressType,
  curveNameSchema,
  curveSchema,
  idSchema,
  MAX_PARAMETERS,
  PROFILE_VERSION,
  parameterSchema,
  profileSchema,
  type WrittenAddress,
  type WrittenParameter,
  type WrittenProfile,
} from "./schema.ts";

/** Parts that are checked by themselves, so that their own words are used. */
const outerProfileSchema = profileSchema.extend({
  parameters: z.record(z.string(), z.unknown()).optional(),
  description: z.string().max(4000).optional(),
});
const outerParameterSchema = parameterSchema.extend({
  addresses: z.array(z.unknown()).min(1).max(8).optional(),
  curve: z.unknown().optional(),
});
const typeSchema = z.enum(ADDRESS_TYPES as [AddressType, ...AddressType[]]);

/**
 * @param path - of the profile in the checker's document
 * @returns undefined when there is no group of keys at all; what is wrong has been noted and left out
 */
export function readProfile(checker: Checker, value: unknown, path: Path): WrittenProfile | undefined {
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > PROFILE_VERSION) {
    const hint = "This profile is for a newer Downbeat.";
    checker.error([...path, "version"], { expected: String(PROFILE_VERSION), got: showValue(version), hint });
    return undefined;
  }
  const outer = checker.parseGroup(outerProfileSchema, value, path);
  if (outer === undefined) return undefined;
  const { parameters, description, ...rest } = outer;
  const written: WrittenProfile = { ...rest };
  // The older files' word for notes.
  if (description !== undefined && written.notes === undefined) written.notes = description;
  if (parameters !== undefined)
    written.parameters = readParameters(checker, parameters, [...path, "parameters"]);
  return written;
}

function readParameters(
  checker: Checker,
  parameters: Readonly<Record<string, unknown>>,
  path: Path,
): Record<string, WrittenParameter | null> {
  const entries: [string, WrittenParameter | null][] = [];
  const all = Object.entries(parameters);
  if (all.length > MAX_PARAMETERS) {
    checker.error(path, { expected: `at most ${MAX_PARAMETERS} parameters`, got: String(all.length) });
  }
  for (const [id, value] of all.slice(0, MAX_PARAMETERS)) {
    const at = [...path, id];
    if (!idSchema.safeParse(id).success) {
      const expected = "a name of small letters, digits and _, a letter first";
      checker.error(at, { expected, got: showValue(id) }, "key");
      continue;
    }
    const read = value === null ? null : readParameter(checker, value, at);
    if (read !== undefined) entries.push([id, read]);
  }
  return Object.fromEntries(entries);
}

/** undefined when it cannot be used: half a parameter would send something else. */
function readParameter(checker: Checker, value: unknown, path: Path): WrittenParameter | undefined {
  const outer = checker.parse(outerParameterSchema, value, path);
  if (outer === undefined) return undefined;
  const { addresses, curve, ...rest } = outer;
  const parameter: WrittenParameter = { ...rest };
  if (addresses !== undefined) {
    const read = addresses.map((each, index) => readAddress(checker, each, [...path, "addresses", index]));
    if (read.includes(undefined)) return undefined;
    parameter.addresses = read as WrittenAddress[];
  }
  if (curve !== undefined) {
    const at = [...path, "curve"];
    const isNamed = typeof curve !== "object" || curve === null;
    const read = isNamed ? checker.parse(curveNameSchema, curve, at) : checker.parse(curveSchema, curve, at);
    if (read === undefined) return undefined;
    parameter.curve = read;
  }
  return parameter;
}

function readAddress(checker: Checker, value: unknown, path: Path): WrittenAddress | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    checker.error(path, { expected: "an address such as { type: cc, cc: 74 }", got: showValue(value) });
    return undefined;
  }
  const written = (value as { type?: unknown }).type;
  if (!typeSchema.safeParse(written).success) {
    checker.unknownName([...path, "type"], "a type of address", String(written ?? ""), ADDRESS_TYPES);
    return undefined;
  }
  const address = checker.parse(ADDRESS_SCHEMAS[written as AddressType], value, path) as
    | WrittenAddress
    | undefined;
  if (address?.type !== "nrpn" && address?.type !== "rpn") return address;
  const hasHalves = address.msb !== undefined && address.lsb !== undefined;
  if (hasHalves !== (address.number === undefined)) {
    const hint = "Write msb and lsb, or number.";
    checker.error(path, {
      expected: `which ${address.type} it is, once`,
      got: showValue(address.number),
      hint,
    });
    return undefined;
  }
  return address;
}
