// SPDX-License-Identifier: GPL-3.0-or-later
// A profile as an instrument definition of the Squarp Hapax. What its format cannot say is a comment.

import type { Parameter, Profile } from "../profile.ts";

export function hapaxText(profile: Profile): string {
  const channel = profile.channel === null ? "NULL" : String(profile.channel + 1);
  const lines = [
    `# ${plain(profile.name)}, from Downbeat`,
    "VERSION 1",
    `TRACKNAME ${plain(profile.name)}`,
    "TYPE NULL",
    "OUTPORT NULL",
    `OUTCHAN ${channel}`,
    "INPORT NULL",
    "INCHAN NULL",
    "MAXRATE NULL",
    ...section("DRUMLANES", drumLanes(profile)),
    ...section("PC", []),
    ...section("CC", controllers(profile)),
    ...section("NRPN", nrpns(profile)),
    ...section("ASSIGN", []),
    ...section("AUTOMATION", []),
  ];
  const left = profile.parameters.filter((parameter) => !isSaid(parameter));
  for (const { id } of left) lines.push(`# left out: ${id}`);
  return `${lines.join("\n")}\n`;
}

const MAX_LANES = 8;

function section(name: string, lines: readonly string[]): readonly string[] {
  return ["", `[${name}]`, ...lines, `[/${name}]`];
}

/** The first eight: it has no more rows. */
function drumLanes({ parameters }: Profile): readonly string[] {
  return notesOf(parameters)
    .slice(0, MAX_LANES)
    .map(({ name, note, channel }, index) => {
      const where = channel === null ? "NULL" : String(channel + 1);
      return `${index + 1}:NULL:${where}:${note} ${plain(name)}`;
    });
}

function notesOf(
  parameters: readonly Parameter[],
): readonly { readonly name: string; readonly note: number; readonly channel: number | null }[] {
  return parameters.flatMap(({ name, addresses: [address] }) =>
    address?.type === "note" ? [{ name, note: address.note, channel: address.channel }] : [],
  );
}

/** Of a pair the upper controller alone, which every firmware understands. */
function controllers({ parameters }: Profile): readonly string[] {
  const seen = new Set<number>();
  const lines: string[] = [];
  for (const { name, addresses, default: start, max } of parameters) {
    const address = addresses.find(({ type }) => type === "cc" || type === "cc14");
    if (address?.type !== "cc" && address?.type !== "cc14") continue;
    if (seen.has(address.cc)) continue;
    seen.add(address.cc);
    const value = start === null ? "" : `:DEFAULT=${max > 127 ? start >> 7 : start}`;
    const pair = address.type === "cc14" ? ` # 14 bits with controller ${address.lsb}` : "";
    lines.push(`${address.cc}${value} ${plain(name)}${pair}`);
  }
  return lines;
}

function nrpns({ parameters }: Profile): readonly string[] {
  return parameters.flatMap(({ name, addresses, default: start }) => {
    const address = addresses.find(({ type }) => type === "nrpn");
    if (address?.type !== "nrpn") return [];
    const value = start === null ? "" : `:DEFAULT=${start}`;
    return [`${address.msb}:${address.lsb}:${address.bits}${value} ${plain(name)}`];
  });
}

function isSaid({ addresses }: Parameter): boolean {
  return addresses.some(({ type }) => type === "cc" || type === "cc14" || type === "nrpn" || type === "note");
}

/** Letters that its screen has. */
function plain(name: string): string {
  const ascii = name.normalize("NFKD").replaceAll(/[^A-Za-z0-9 _+-]+/g, " ");
  const text = ascii.replaceAll(/\s+/g, " ").trim();
  return text === "" ? "NULL" : text;
}
