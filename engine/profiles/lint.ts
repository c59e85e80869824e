// SPDX-License-Identifier: GPL-3.0-or-later
// What is no mistake in a profile and still probably not meant: warnings for those who write one.

import type { Address, Parameter, Profile } from "./profile.ts";

export interface LintFinding {
  /** Of a parameter; null for the profile as a whole. */
  readonly parameter: string | null;
  readonly sentence: string;
}

/** Controllers that say how to read others; 96 and 97 do too, and some makers gave them away. */
const PROTOCOL = new Map([
  [6, "data entry"],
  [38, "data entry"],
  [98, "NRPN select"],
  [99, "NRPN select"],
  [100, "RPN select"],
  [101, "RPN select"],
]);
const FIRST_CHANNEL_MODE = 120;

export function lintProfile(profile: Profile): readonly LintFinding[] {
  return [
    ...profileFindings(profile),
    ...profile.parameters.flatMap((parameter) =>
      parameterSentences(parameter).map((sentence) => ({ parameter: parameter.id, sentence })),
    ),
    ...sharedAddresses(profile),
    ...sharedNames(profile),
  ];
}

function profileFindings(profile: Profile): readonly LintFinding[] {
  const findings: string[] = [];
  if (profile.parameters.length === 0) findings.push("It has no parameters.");
  if (profile.sources.length === 0) findings.push("It does not say where its numbers are from: add sources.");
  if (profile.device.model !== "" && profile.device.ports.length === 0) {
    findings.push("It does not say what its MIDI port is called: add device.ports.");
  }
  const isOpen = profile.parameters.some(({ isUnverified }) => isUnverified);
  if (isOpen && profile.unverified.length === 0) {
    findings.push("Parameters are unverified: say under unverified what nobody has confirmed.");
  }
  return findings.map((sentence) => ({ parameter: null, sentence }));
}

function parameterSentences(parameter: Parameter): readonly string[] {
  const sentences: string[] = [];
  for (const address of parameter.addresses) {
    const controllers =
      address.type === "cc" ? [address.cc] : address.type === "cc14" ? [address.cc, address.lsb] : [];
    for (const cc of controllers) {
      const meaning = PROTOCOL.get(cc);
      if (meaning !== undefined) sentences.push(`Controller ${cc} is ${meaning}: it is no parameter.`);
      if (cc >= FIRST_CHANNEL_MODE)
        sentences.push(`Controller ${cc} is a channel mode message: it is no parameter.`);
    }
  }
  const { values, min, max } = parameter;
  if (values.length > 0 && values.every(({ label }, index) => label === String(index + 1))) {
    sentences.push("Only the number of steps is known: values with labels and zones are better.");
  } else if (values.length > 0) {
    const zones = [...values].sort((a, b) => a.from - b.from);
    const gap = zones.find((zone, index) => zone.from !== (zones[index - 1]?.to ?? min - 1) + 1);
    const isNamed = zones.some(({ from, to }) => from !== to);
    if (isNamed && gap !== undefined)
      sentences.push(`No value has the numbers before ${gap.from} (${gap.label}).`);
    if (isNamed && zones.at(-1)?.to !== max) sentences.push(`No value has the numbers up to ${max}.`);
  }
  return sentences;
}

/** Two at one address are one to the synth, unless a condition keeps them apart. */
function sharedAddresses({ parameters }: Profile): readonly LintFinding[] {
  const owners = new Map<string, Parameter>();
  const findings: LintFinding[] = [];
  for (const parameter of parameters) {
    for (const key of parameter.addresses.flatMap(addressKeys)) {
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, parameter);
      else if (owner !== parameter && !areApart(owner, parameter)) {
        const sentence = `It has the address of ${owner.id} (${key}): only one can be received. A condition (when) keeps them apart.`;
        findings.push({ parameter: parameter.id, sentence });
      }
    }
  }
  return findings;
}

function areApart(a: Parameter, b: Parameter): boolean {
  if (a.when === null || b.when === null || a.when.parameter !== b.when.parameter) return false;
  return !a.when.values.some((label) => b.when?.values.includes(label));
}

function addressKeys(address: Address): readonly string[] {
  const channel = address.channel === null ? "" : ` on channel ${address.channel + 1}`;
  switch (address.type) {
    case "cc":
      return [`cc ${address.cc}${channel}`];
    case "cc14":
      return [`cc ${address.cc}${channel}`, `cc ${address.lsb}${channel}`];
    case "nrpn":
    case "rpn":
      return [`${address.type} ${address.msb}:${address.lsb}${channel}`];
    case "note":
      return [`note ${address.note}${channel}`];
    case "pressure":
      return [`pressure${address.note === null ? "" : ` of note ${address.note}`}${channel}`];
    case "program":
      return [`program of bank ${address.bankMsb ?? "-"}:${address.bankLsb ?? "-"}${channel}`];
    case "pitchBend":
      return [`pitch bend${channel}`];
    case "sysex":
      return [JSON.stringify(address.template)];
  }
}

function sharedNames({ parameters }: Profile): readonly LintFinding[] {
  const roles = new Map<string, string>();
  const findings: LintFinding[] = [];
  for (const { id, role, when } of parameters) {
    if (role === null || when !== null) continue;
    const owner = roles.get(role);
    if (owner === undefined) roles.set(role, id);
    else
      findings.push({
        parameter: id,
        sentence: `${owner} has the role ${role} too: only that one is found by it.`,
      });
  }
  return findings;
}
