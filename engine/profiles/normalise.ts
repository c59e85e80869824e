// SPDX-License-Identifier: GPL-3.0-or-later
// From the written form to the normal form: every default filled in, and what one key cannot know alone
// is checked: values in their range, zones beside each other, addresses wide enough.

import type { Checker } from "../config/check.ts";
import { type Path, showValue } from "../config/problem.ts";
import { normalCurve } from "./normal-curve.ts";
import { evenSteps, normalValues } from "./normal-values.ts";
import { type Address, addressLimit, type Parameter, type Profile, type SysexPart } from "./profile.ts";
import type { WrittenAddress, WrittenParameter, WrittenProfile } from "./schema.ts";

const LONGEST_SHORT = 8;
const ALL_NOTES_OFF = { cc: 123, value: 0 };
const DEFAULT_PRIORITY = 5;

/** @param written - with what it extends already in it */
export function normalise(checker: Checker, written: WrittenProfile, id: string, path: Path): Profile {
  const { device, limits } = written;
  const parameters: Parameter[] = [];
  for (const [name, parameter] of Object.entries(written.parameters ?? {})) {
    const normal =
      parameter === null ? null : normalParameter(checker, name, parameter, [...path, "parameters", name]);
    if (normal !== null) parameters.push(normal);
  }
  return {
    id,
    name: written.name ?? ([device?.maker, device?.model].filter(Boolean).join(" ") || id),
    isCommunity: written.community ?? false,
    device: {
      maker: device?.maker ?? "",
      model: device?.model ?? "",
      identity:
        device?.identity === undefined
          ? null
          : {
              manufacturer: device.identity.manufacturer,
              family: device.identity.family ?? [],
              member: device.identity.member ?? [],
            },
      ports: device?.ports ?? [],
      settings: (device?.settings ?? []).map(({ help = "", ...setting }) => ({ ...setting, help })),
    },
    channel: written.channel === undefined ? null : written.channel - 1,
    limits: {
      bytesPerSecond: limits?.bytesPerSecond ?? null,
      minGapMs: limits?.minGapMs ?? 0,
      sysexGapMs: limits?.sysexGapMs ?? 0,
      runningStatus: limits?.runningStatus ?? false,
    },
    receives: written.receives ?? [],
    sends: written.sends ?? [],
    panic: written.panic ?? [ALL_NOTES_OFF],
    parameters: withKnownConditions(checker, parameters, path),
    sources: (written.sources ?? []).map(({ title, url = "", notes = "" }) => ({ title, url, notes })),
    unverified: written.unverified ?? [],
    notes: written.notes ?? "",
  };
}

function normalParameter(
  checker: Checker,
  id: string,
  written: WrittenParameter,
  path: Path,
): Parameter | null {
  const addresses = normalAddresses(checker, written, path);
  if (addresses === null) return null;
  const limit = Math.max(...addresses.map(addressLimit));
  const [preferred] = addresses;
  const [min, max] = written.range ?? [0, preferred === undefined ? limit : addressLimit(preferred)];
  if (min >= max || max > limit) {
    const expected = `the smaller first, at most ${limit} at this address`;
    checker.error([...path, "range"], { expected, got: `${min} to ${max}` });
    return null;
  }
  const values =
    written.values === undefined
      ? written.steps === undefined
        ? []
        : evenSteps(written.steps, min, max)
      : normalValues(checker, written.values, { min, max }, [...path, "values"]);
  const curve = normalCurve(checker, written, values !== null && values.length > 0, path);
  if (values === null || curve === null) return null;
  const start = normalDefault(checker, written.default, { min, max, values }, [...path, "default"]);
  if (start === undefined) return null;
  const centre = normalCentre(checker, written, { min, max }, path);
  if (centre === undefined) return null;
  const name = written.name ?? spoken(id);
  return {
    id,
    name,
    short: written.short ?? shortened(name),
    group: written.group ?? "",
    role: written.role ?? null,
    addresses,
    min,
    max,
    default: start,
    polarity: written.polarity ?? "unipolar",
    centre,
    curve,
    values,
    flow: {
      priority: written.flow?.priority ?? DEFAULT_PRIORITY,
      minIntervalMs: written.flow?.minIntervalMs ?? 0,
      smoothingMs: written.flow?.smoothingMs ?? 0,
      deadband: written.flow?.deadband ?? 0,
    },
    when: written.when ?? null,
    isUnverified: written.unverified ?? false,
    notes: written.notes ?? "",
  };
}

function normalAddresses(
  checker: Checker,
  { cc, addresses }: WrittenParameter,
  path: Path,
): readonly Address[] | null {
  if (addresses !== undefined && cc !== undefined) {
    const hint = "cc is short for one address of type cc: keep one of the two.";
    checker.error([...path, "cc"], { hint }, "key");
    return null;
  }
  if (cc !== undefined) return [{ type: "cc", cc, channel: null }];
  if (addresses !== undefined) return addresses.map(normalAddress);
  checker.error(path, { expected: "cc or addresses", got: "neither", hint: "Where is it sent?" });
  return null;
}

function normalAddress(written: WrittenAddress): Address {
  const channel = written.channel === undefined ? null : written.channel - 1;
  switch (written.type) {
    case "cc14":
      return { ...written, order: written.order ?? "msbFirst", channel };
    case "nrpn":
    case "rpn": {
      const { type, bits = 14, order = "msbFirst", number } = written;
      const msb = written.msb ?? (number ?? 0) >> 7;
      const lsb = written.lsb ?? (number ?? 0) & 127;
      const which = { msb, lsb, bits, order, channel };
      return type === "nrpn" ? { type, ...which } : { type, ...which };
    }
    case "pressure":
      return { type: "pressure", note: written.note ?? null, channel };
    case "program":
      return {
        type: "program",
        bankMsb: written.bankMsb ?? null,
        bankLsb: written.bankLsb ?? null,
        channel,
      };
    case "sysex":
      return { type: "sysex", template: written.template.split(" ").map(sysexPart), channel };
    default:
      return { ...written, channel };
  }
}

function sysexPart(word: string): SysexPart {
  if (word === "value" || word === "msb" || word === "lsb") return { type: word };
  if (word.endsWith("n")) return { type: "channel", base: Number.parseInt(word.slice(0, 1), 16) << 4 };
  return { type: "byte", byte: Number.parseInt(word, 16) };
}

interface Within {
  readonly min: number;
  readonly max: number;
}

/** undefined after a problem was noted. */
function normalDefault(
  checker: Checker,
  written: number | string | undefined,
  { min, max, values }: Within & { readonly values: Parameter["values"] },
  path: Path,
): number | null | undefined {
  if (written === undefined) return null;
  if (typeof written === "string") {
    const step = values.find(({ label }) => label === written);
    if (step !== undefined) return step.send;
    checker.unknownName(
      path,
      "a label of this parameter",
      written,
      values.map(({ label }) => label),
    );
    return undefined;
  }
  if (written >= min && written <= max) return written;
  checker.error(path, { expected: `${min} to ${max}`, got: showValue(written) });
  return undefined;
}

/** undefined after a problem was noted. */
function normalCentre(
  checker: Checker,
  { polarity, centre }: WrittenParameter,
  { min, max }: Within,
  path: Path,
): number | null | undefined {
  if (polarity !== "bipolar") {
    if (centre === undefined) return null;
    checker.error([...path, "centre"], { hint: "Only a bipolar parameter has a centre." }, "key");
    return undefined;
  }
  const middle = centre ?? min + Math.ceil((max - min) / 2);
  if (middle > min && middle < max) return middle;
  checker.error([...path, "centre"], { expected: `more than ${min}, less than ${max}`, got: String(middle) });
  return undefined;
}

/** A condition on what is not there can never be true. */
function withKnownConditions(
  checker: Checker,
  parameters: readonly Parameter[],
  path: Path,
): readonly Parameter[] {
  const ids = parameters.map(({ id }) => id);
  return parameters.filter(({ id, when }) => {
    if (when === null) return true;
    const at = [...path, "parameters", id, "when"];
    const other = parameters.find((parameter) => parameter.id === when.parameter);
    if (other === undefined) {
      checker.unknownName([...at, "parameter"], "a parameter of this profile", when.parameter, ids);
      return false;
    }
    const labels = other.values.map(({ label }) => label);
    const stranger = when.values.findIndex((label) => !labels.includes(label));
    if (stranger < 0) return true;
    const got = when.values[stranger] ?? "";
    checker.unknownName([...at, "values", stranger], `a label of ${other.id}`, got, labels);
    return false;
  });
}

/** `filter_cutoff` is Filter cutoff. */
function spoken(id: string): string {
  const words = id.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Words lose their later vowels first, then their ends. */
function shortened(name: string): string {
  if (name.length <= LONGEST_SHORT) return name;
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const thin = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1).replace(/[aeiou]/gi, ""));
  const room = Math.max(1, Math.floor(LONGEST_SHORT / Math.max(1, thin.length)));
  const text = thin.map((word) => word.slice(0, room)).join("");
  return (text === "" ? name : text).slice(0, LONGEST_SHORT);
}
