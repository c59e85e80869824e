// SPDX-License-Identifier: GPL-3.0-or-later
// Device tables of midi.guide (pencilresearch/midi): one row for each parameter, and the newer tables of
// triggers, one row for each drum.

import type { WrittenAddress, WrittenProfile } from "../schema.ts";
import { readCsv } from "./csv-rows.ts";
import {
  cut,
  type Draft,
  type Imported,
  type ImportedProfile,
  type ImportSource,
  ProfileDraft,
  type Rejected,
  rejectedFile,
  SHORT_NRPN,
  shortened,
  wholeNumber,
} from "./imported.ts";
import { readUsage } from "./usage.ts";

type Row = Readonly<Record<string, string>>;

/** Controllers that are the wire's own. */
const PROTOCOL = new Set([6, 38, 98, 99, 100, 101]);
const FIRST_CHANNEL_MODE = 120;
const TITLE = "MIDI Guide (CC BY-SA 4.0)";

export function isMidiGuide(text: string): boolean {
  return /^\uFEFF?"?manufacturer"?,"?device"?,/.test(text);
}

export function importMidiGuide(source: ImportSource): Imported {
  const [head, ...rows] = readCsv(source.text);
  if (head === undefined || !head.cells.includes("device")) {
    return rejectedFile(source, "Its first row does not name the columns of MIDI Guide.");
  }
  const names = head.cells.map((name) => name.trim());
  const isTriggers = head.cells.includes("sound_name");
  const drafts = new Map<string, ProfileDraft>();
  for (const { line, cells } of rows) {
    const row: Row = Object.fromEntries(
      cells.flatMap((cell, index) => {
        const name = names[index];
        return name === undefined ? [] : [[name, cell.trim()]];
      }),
    );
    const maker = row.manufacturer ?? "";
    const model = row.device ?? "";
    const key = `${maker}/${model}`;
    const draft = drafts.get(key) ?? new ProfileDraft(source, maker, model, `${TITLE}, ${maker} ${model}`);
    drafts.set(key, draft);
    if (isTriggers) addTrigger(draft, row, line);
    else addParameter(draft, row, line);
  }
  const results = [...drafts.values()].map((draft) => draft.finish());
  if (results.length === 0) return rejectedFile(source, "It has no rows.");
  return {
    profiles: results.flatMap((result): readonly ImportedProfile[] => result.profiles),
    rejected: results.flatMap((result): readonly Rejected[] => result.rejected),
  };
}

function addParameter(draft: ProfileDraft, row: Row, line: number): void {
  const name = cut(row.parameter_name ?? "");
  const group = cut(row.section ?? "");
  const what = [group, name].filter((word) => word !== "").join(", ") || `row ${line}`;
  const addresses: WrittenAddress[] = [];
  const cc = controllerOf(row);
  if (typeof cc === "string") draft.reject(line, what, cc);
  else if (cc !== null) addresses.push(cc);
  const nrpn = nrpnOf(row);
  if (typeof nrpn === "string") draft.reject(line, what, nrpn);
  const isBoth = cc !== null && typeof cc === "object" && nrpn !== null && typeof nrpn === "object";
  const hasSameRange = ["max_value", "min_value"].every(
    (which) => (row[`cc_${which}`] ?? "") === (row[`nrpn_${which}`] ?? ""),
  );
  if (isBoth && !hasSameRange) {
    draft.reject(line, what, "Its NRPN has another range than its controller: only the controller is used.");
  } else if (nrpn !== null && typeof nrpn === "object") addresses.push(nrpn);
  if (addresses.length === 0) {
    if (cc === null && nrpn === null) draft.reject(line, what, "It has neither controller nor NRPN.");
    return;
  }
  const first = addresses[0];
  const prefix = first?.type === "nrpn" ? "nrpn" : "cc";
  const limit = first?.type === "cc" ? 127 : 16_383;
  const range = rangeOf(row, prefix, limit);
  if (typeof range === "string") draft.reject(line, what, range);
  const [min, max] = typeof range === "string" ? [0, limit] : range;
  const placed = addresses.map((address) => shortened(address, max));
  const reach = first?.type === "nrpn" && max <= 127 ? 127 : limit;
  if (placed.some((address) => address.type === "nrpn" && address.bits === 7))
    draft.set({ unverified: [SHORT_NRPN] });
  const usage = readUsage(row.usage ?? "", min, max);
  if (usage.reason !== "") draft.reject(line, what, usage.reason);
  const start = wholeNumber(row[`${prefix}_default_value`], min, max);
  const isCentred =
    /^cent(?:er|re)ed$/i.test(row.orientation ?? "") && usage.values.length === 0 && max - min > 1;
  const notes = [row.parameter_description, row.notes].filter((text) => text !== undefined && text !== "");
  const parameter: Draft = {
    name: name === "" ? undefined : name,
    group,
    addresses: placed,
    ...(min === 0 && max === reach ? {} : { range: [min, max] }),
    ...(start === null ? {} : { default: start }),
    ...(isCentred ? { polarity: "bipolar" as const } : {}),
    ...(usage.values.length === 0 ? {} : { values: [...usage.values] }),
    notes: cut(notes.join(". "), 1000),
  };
  draft.add([group, name], parameter, line);
}

/** null: it has none. A sentence: why it cannot be used. */
function controllerOf(row: Row): WrittenAddress | string | null {
  const { cc_msb: written = "", cc_lsb: low = "" } = row;
  if (written === "") return null;
  const cc = wholeNumber(written, 0, 127);
  if (cc === null) return `cc_msb: expected 0 to 127, got "${cut(written, 40)}".`;
  if (PROTOCOL.has(cc)) return `Controller ${cc} belongs to NRPN and RPN and is sent with them.`;
  if (cc >= FIRST_CHANNEL_MODE) return `Controller ${cc} is a channel mode message, no parameter.`;
  if (low === "") return { type: "cc", cc };
  const lsb = wholeNumber(low, 0, 127);
  if (lsb === null || lsb === cc) return `cc_lsb: expected another controller, got "${cut(low, 40)}".`;
  return { type: "cc14", cc, lsb };
}

function nrpnOf(row: Row): WrittenAddress | string | null {
  const { nrpn_msb: high = "", nrpn_lsb: low = "" } = row;
  if (high === "" && low === "") return null;
  const msb = wholeNumber(high === "" ? "0" : high, 0, 127);
  const lsb = wholeNumber(low, 0, 127);
  if (msb !== null && lsb !== null) return { type: "nrpn", msb, lsb };
  const number = wholeNumber(low, 0, 16_383);
  if (high === "" && number !== null) return { type: "nrpn", number };
  return `nrpn_msb and nrpn_lsb: expected 0 to 127 each, got "${cut(high, 40)}" and "${cut(low, 40)}".`;
}

function rangeOf(row: Row, prefix: "cc" | "nrpn", limit: number): [number, number] | string {
  const low = row[`${prefix}_min_value`] ?? "";
  const high = row[`${prefix}_max_value`] ?? "";
  const min = low === "" ? 0 : wholeNumber(low, 0, 16_383);
  const max = high === "" ? limit : wholeNumber(high, 0, 16_383);
  if (min === null || max === null || min >= max) {
    return `Its range is ${cut(low, 40)} to ${cut(high, 40)}: 0 to ${limit} is used.`;
  }
  if (max > limit) return `It goes up to ${max}, which one controller cannot carry: 0 to ${limit} is used.`;
  return [min, max];
}

function addTrigger(draft: ProfileDraft, row: Row, line: number): void {
  const name = cut(row.sound_name ?? "");
  const group = cut(row.section ?? "");
  const what = [group, name].filter((word) => word !== "").join(", ") || `row ${line}`;
  const note = wholeNumber(row.note_number_default, 0, 127) ?? wholeNumber(row.note_number_min, 0, 127);
  if (note === null) {
    draft.reject(
      line,
      what,
      `note_number_default: expected 0 to 127, got "${cut(row.note_number_default ?? "", 40)}".`,
    );
    return;
  }
  const channel = wholeNumber(row.midi_channel, 1, 16);
  const address: WrittenAddress = { type: "note", note, ...(channel === null ? {} : { channel }) };
  const parameter = {
    name: name === "" ? undefined : name,
    group: group === "" ? "Notes" : group,
    addresses: [address],
    notes: cut([row.sound_description, row.comments].filter(Boolean).join(". "), 1000),
  };
  draft.add(["note", group, name], parameter, line);
}

/** Tables of parameters and of triggers of one device are one profile. */
export function joinProfiles(a: WrittenProfile, b: WrittenProfile): WrittenProfile {
  return { ...a, parameters: { ...b.parameters, ...a.parameters } };
}
