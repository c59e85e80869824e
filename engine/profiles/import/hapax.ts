// SPDX-License-Identifier: GPL-3.0-or-later
// Instrument definitions of the Squarp Hapax: text with sections in brackets.

import type { WrittenAddress } from "../schema.ts";
import { cut, type Imported, type ImportSource, ProfileDraft, wholeNumber } from "./imported.ts";

const SECTION = /^\[(\/?)([A-Z_]+)\]$/;
const KEYS = new Set([
  "VERSION",
  "TRACKNAME",
  "TYPE",
  "OUTPORT",
  "OUTPUT",
  "OUTCHAN",
  "INPORT",
  "INCHAN",
  "MAXRATE",
]);
/** What the sequencer does with its own knobs; nothing of the synth. */
const OWN_SECTIONS = new Set(["ASSIGN", "AUTOMATION", "COMMENT"]);

export function isHapax(text: string): boolean {
  // Line by line: a pattern that goes over line ends takes the square of their number.
  return linesOf(text).some((line) => {
    const plain = line.trim();
    return /^TRACKNAME\b/.test(plain) || /^\[(?:CC|NRPN|DRUMLANES)\]$/.test(plain);
  });
}

export function importHapax(source: ImportSource): Imported {
  const lines = linesOf(source.text);
  const trackName = lines.map((line) => /^TRACKNAME\s(.*)$/s.exec(plainOf(line))?.[1]?.trim()).find(Boolean);
  const stem = source.file.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "");
  const name = trackName === undefined || trackName === "NULL" ? stem : trackName;
  const draft = new ProfileDraft(source, "", name, `Hapax definition ${stem}`);
  let section = "";
  for (const [index, raw] of lines.entries()) {
    const line = plainOf(raw);
    if (line === "") continue;
    const bracket = SECTION.exec(line);
    if (bracket !== null) {
      section = bracket[1] === "/" ? "" : (bracket[2] ?? "");
      continue;
    }
    if (section === "") readKey(draft, line, index + 1);
    else if (!OWN_SECTIONS.has(section)) readEntry(draft, section, line, index + 1);
  }
  return draft.finish();
}

function linesOf(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
}

/** Without its comment and the spaces around it. */
function plainOf(line: string): string {
  const comment = line.indexOf("#");
  return (comment < 0 ? line : line.slice(0, comment)).trim();
}

function readKey(draft: ProfileDraft, line: string, at: number): void {
  const [key = "", value = ""] = line.split(/\s+/);
  if (!KEYS.has(key)) draft.reject(at, line, "It stands in no section.");
  if (key !== "OUTCHAN" || value === "NULL") return;
  const channel = wholeNumber(value, 1, 16);
  if (channel === null) draft.reject(at, line, "OUTCHAN: expected 1 to 16.");
  else draft.set({ channel });
}

function readEntry(draft: ProfileDraft, section: string, line: string, at: number): void {
  const [, numbers = "", rest = ""] = /^(\S+)(.*)$/s.exec(line) ?? [];
  const name = cut(rest);
  const fields = numbers.split(":");
  const start = /^DEFAULT=(\d+)$/i.exec(fields.at(-1) ?? "")?.[1];
  if (start !== undefined) fields.pop();
  const address = addressOf(section, fields);
  if (typeof address === "string") {
    draft.reject(at, line, address);
    return;
  }
  const limit = address.type === "cc14" || (address.type === "nrpn" && address.bits === 14) ? 16_383 : 127;
  const value = start === undefined ? null : wholeNumber(start, 0, limit);
  if (start !== undefined && value === null) draft.reject(at, line, `DEFAULT: expected 0 to ${limit}.`);
  const group = { DRUMLANES: "Notes", PC: "Programs" }[section];
  draft.add([name === "" || name === "NULL" ? `${section.toLowerCase()} ${numbers}` : name], {
    name: name === "" || name === "NULL" ? undefined : name,
    group,
    addresses: [address],
    ...(value === null ? {} : { default: value }),
  });
}

function addressOf(section: string, fields: readonly string[]): WrittenAddress | string {
  const [first, second, third, fourth] = fields;
  switch (section) {
    case "CC": {
      const cc = wholeNumber(first, 0, 127);
      return cc === null ? "Expected a controller, 0 to 127." : { type: "cc", cc };
    }
    case "CC_PAIR": {
      const cc = wholeNumber(first, 0, 127);
      const lsb = wholeNumber(second, 0, 127);
      if (cc === null || lsb === null) return "Expected two controllers, MSB:LSB.";
      return { type: "cc14", cc, lsb };
    }
    case "NRPN":
      return nrpnOf(first, second, third);
    case "DRUMLANES": {
      const note = wholeNumber(fourth, 0, 127);
      if (note === null) return "Without a note number there is nothing to send.";
      const channel = wholeNumber(third, 1, 16);
      return { type: "note", note, ...(channel === null ? {} : { channel }) };
    }
    case "PC":
      return "A name of one program is no parameter.";
    default:
      return `The section ${cut(section, 40)} is not known.`;
  }
}

/** Numbers over 127 stand in the place of the LSB alone: `:2000:7` or `0:1026:7`. */
function nrpnOf(
  high: string | undefined,
  low: string | undefined,
  depth: string | undefined,
): WrittenAddress | string {
  const bits = depth === "14" ? 14 : depth === "7" || depth === undefined ? 7 : null;
  if (bits === null) return `DEPTH: expected 7 or 14, got "${cut(depth ?? "", 20)}".`;
  const msb = wholeNumber(high === "" ? "0" : high, 0, 127);
  const lsb = wholeNumber(low, 0, 127);
  if (msb !== null && lsb !== null) return { type: "nrpn", msb, lsb, bits };
  const number = wholeNumber(low, 0, 16_383);
  if (msb === 0 && number !== null) return { type: "nrpn", number, bits };
  return "Expected MSB:LSB:DEPTH.";
}
