// SPDX-License-Identifier: GPL-3.0-or-later
// A profile as an instrument definition of the Oxi One and Oxi E16.

import type { Parameter, Profile } from "../profile.ts";

interface OxiParameter {
  readonly type: "cc" | "cc14" | "nrpn";
  readonly name: string;
  readonly abbr: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly default_value: number;
  readonly nr1: number;
  readonly nr2: number;
  readonly value_labels: readonly string[];
}

export function oxiindefText(profile: Profile): string {
  const abbreviations = new Set<string>();
  const parameters = profile.parameters.flatMap((parameter) => oxiParameter(parameter, abbreviations) ?? []);
  const definition = {
    id: profile.id,
    name: profile.device.model || profile.name,
    abbr: abbreviated(profile.device.model || profile.name, new Set()),
    manufacturer: profile.device.maker,
    parameters,
    script: null,
  };
  return `${JSON.stringify(definition, null, 2)}\n`;
}

/** null for what its format does not have. */
function oxiParameter(parameter: Parameter, abbreviations: Set<string>): OxiParameter | null {
  const address = parameter.addresses.find(({ type }) => type === "cc" || type === "cc14" || type === "nrpn");
  if (address?.type !== "cc" && address?.type !== "cc14" && address?.type !== "nrpn") return null;
  const { name, min, max, default: start, values } = parameter;
  // One label for each value is all it can say.
  const isList = values.length === max - min + 1 && values.every(({ send }, index) => send === min + index);
  return {
    type: address.type,
    name,
    abbr: abbreviated(parameter.short, abbreviations),
    minimum: min,
    maximum: max,
    default_value: start ?? min,
    // Of an NRPN nr1 is the LSB.
    nr1: address.type === "nrpn" ? address.lsb : address.cc,
    nr2: address.type === "nrpn" ? address.msb : address.type === "cc14" ? address.lsb : 0,
    value_labels: isList ? values.map(({ label }) => label) : [],
  };
}

const LONGEST_ABBREVIATION = 4;

function abbreviated(name: string, used: Set<string>): string {
  const letters = name.replaceAll(/[^A-Za-z0-9]/g, "");
  const thin = letters.charAt(0) + letters.slice(1).replaceAll(/[aeiou]/g, "");
  const wanted = (thin.length >= 2 ? thin : letters || "P").slice(0, LONGEST_ABBREVIATION);
  let text = wanted;
  for (let number = 2; used.has(text); number += 1) {
    text = `${wanted.slice(0, LONGEST_ABBREVIATION - String(number).length)}${number}`;
  }
  used.add(text);
  return text;
}
