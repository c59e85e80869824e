// SPDX-License-Identifier: GPL-3.0-or-later
// Instruments of the Sequentix Cirklon (`.cki`): JSON with a number of them in one file. It has no NRPN and
// no names of values.

import {
  cut,
  type Imported,
  type ImportSource,
  ProfileDraft,
  rejectedFile,
  wholeNumber,
} from "./imported.ts";
import { isObject, type JsonObject, readJsonObject } from "./json-text.ts";

const NOTE = /^([A-G])([ #b-])\s*(-?\d)$/;
const SEMITONES: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const OCTAVES = "Notes of its rows are read with C 0 as note 0: other programs count octaves differently.";

export function importCirklon(source: ImportSource): Imported {
  const root = readJsonObject(source.file, source.text);
  if (typeof root === "string") return rejectedFile(source, root);
  const { instrument_data: instruments } = root;
  if (!isObject(instruments)) return rejectedFile(source, 'It has no "instrument_data".');
  const results = Object.entries(instruments).map(([name, instrument]) =>
    importOne(source, cut(name), instrument),
  );
  if (results.length === 0) return rejectedFile(source, "It has no instrument.");
  return {
    profiles: results.flatMap((result) => result.profiles),
    rejected: results.flatMap((result) => result.rejected),
  };
}

function importOne(source: ImportSource, name: string, instrument: unknown): Imported {
  const draft = new ProfileDraft(source, "", name, `Cirklon instrument ${name}`);
  if (!isObject(instrument)) {
    draft.reject(0, name, "It is no group of keys.");
    return draft.finish();
  }
  const channel = wholeNumber(instrument.midi_chan, 1, 16);
  if (channel !== null) draft.set({ channel });
  const ranges = isObject(instrument.CC_defs) ? instrument.CC_defs : {};
  const seen = new Set<number>();
  for (const [slot, entry] of entriesOf(instrument.track_values)) {
    if (!isObject(entry)) draft.reject(0, slot, "It is no group of keys.");
    else if (entry.track_control !== undefined)
      draft.reject(0, slot, "It is a control of the Cirklon itself.");
    else addController(draft, slot, wholeNumber(entry.MIDI_CC, 0, 127), entry, ranges, seen);
  }
  for (const [key, entry] of entriesOf(ranges)) {
    const cc = wholeNumber(/^CC_(\d+)$/.exec(key)?.[1], 0, 127);
    if (cc !== null && seen.has(cc)) continue;
    addController(draft, key, cc, isObject(entry) ? entry : {}, ranges, seen);
  }
  const rows = entriesOf(instrument.row_defs);
  if (rows.length > 0) draft.set({ unverified: [OCTAVES] });
  for (const [key, entry] of rows) addRow(draft, key, entry);
  return draft.finish();
}

function addController(
  draft: ProfileDraft,
  what: string,
  cc: number | null,
  entry: JsonObject,
  ranges: JsonObject,
  seen: Set<number>,
): void {
  if (cc === null) {
    draft.reject(0, what, "Expected a controller, 0 to 127.");
    return;
  }
  seen.add(cc);
  const facts = ranges[`CC_${cc}`];
  const { min_val, max_val, start_val, label: other } = isObject(facts) ? facts : {};
  const min = wholeNumber(min_val, 0, 127) ?? 0;
  const max = wholeNumber(max_val, 0, 127) ?? 127;
  const start = wholeNumber(start_val, min, max);
  const label = cut(typeof entry.label === "string" ? entry.label : typeof other === "string" ? other : "");
  const isRange = min < max;
  if (!isRange) draft.reject(0, label || what, `Its range is ${min} to ${max}: 0 to 127 is used.`);
  draft.add([label === "" ? `cc ${cc}` : label], {
    name: label === "" ? undefined : label,
    ...(label === "" || label.length > 8 ? {} : { short: label }),
    addresses: [{ type: "cc", cc }],
    ...(!isRange || (min === 0 && max === 127) ? {} : { range: [min, max] }),
    ...(start === null || !isRange ? {} : { default: start }),
  });
}

function addRow(draft: ProfileDraft, key: string, entry: unknown): void {
  const label = isObject(entry) && typeof entry.label === "string" ? cut(entry.label) : "";
  const found = NOTE.exec(key.trim());
  const note =
    found === null
      ? null
      : Number(found[3]) * 12 +
        (SEMITONES[found[1] ?? ""] ?? 0) +
        (found[2] === "#" ? 1 : found[2] === "b" ? -1 : 0);
  if (note === null || note < 0 || note > 127) {
    draft.reject(0, key, "Expected the name of a note, such as C 3.");
    return;
  }
  draft.add(["note", label === "" ? key : label], {
    name: label === "" ? undefined : label,
    group: "Notes",
    addresses: [{ type: "note", note }],
  });
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}
