// SPDX-License-Identifier: GPL-3.0-or-later
// Instrument definitions of the Oxi One and Oxi E16 (`.oxiindef`): JSON.

import type { WrittenAddress } from "../schema.ts";
import {
  cut,
  type Imported,
  type ImportSource,
  ProfileDraft,
  rejectedFile,
  SHORT_NRPN,
  shortened,
  wholeNumber,
} from "./imported.ts";
import { isObject, type JsonObject, readJsonObject } from "./json-text.ts";
import { unusedLabel } from "./usage.ts";

export function importOxiindef(source: ImportSource): Imported {
  const root = readJsonObject(source.file, source.text);
  if (typeof root === "string") return rejectedFile(source, root);
  if (!Array.isArray(root.parameters)) return rejectedFile(source, 'It has no list of "parameters".');
  const model = cut(textOf(root.name));
  const draft = new ProfileDraft(source, cut(textOf(root.manufacturer)), model, `Oxi definition ${model}`);
  for (const [index, parameter] of root.parameters.entries()) {
    const what = isObject(parameter) ? cut(textOf(parameter.name)) : "";
    if (!isObject(parameter)) draft.reject(0, `parameter ${index + 1}`, "It is no group of keys.");
    else addParameter(draft, parameter, what === "" ? `parameter ${index + 1}` : what);
  }
  if (typeof root.script === "string" && root.script !== "") {
    draft.reject(0, "script", "Scripts are not run.");
  }
  return draft.finish();
}

function addParameter(draft: ProfileDraft, parameter: JsonObject, what: string): void {
  const address = addressOf(parameter);
  if (typeof address === "string") {
    draft.reject(0, what, address);
    return;
  }
  const limit = address.type === "cc" ? 127 : 16_383;
  const min = wholeNumber(parameter.minimum, 0, limit) ?? 0;
  const max = wholeNumber(parameter.maximum, 0, limit) ?? 127;
  const isRange = min < max;
  if (!isRange) draft.reject(0, what, `Its range is ${min} to ${max}: 0 to ${limit} is used.`);
  const [low, high] = isRange ? [min, max] : [0, limit];
  const placed = shortened(address, high);
  if (placed.type === "nrpn" && placed.bits === 7) draft.set({ unverified: [SHORT_NRPN] });
  const labels = Array.isArray(parameter.value_labels)
    ? parameter.value_labels.map(textOf).map((each) => cut(each))
    : [];
  const fits = labels.length > 1 && labels.length <= 128 && labels.length === high - low + 1;
  if (labels.length > 0 && !fits) {
    const reason = `${labels.length} labels do not fit ${high - low + 1} values: they are left out.`;
    draft.reject(0, what, reason);
  }
  const values: { label: string; send: number }[] = [];
  if (fits) {
    for (const [index, label] of labels.entries()) {
      values.push({
        label: unusedLabel(label === "" ? String(low + index) : label, values),
        send: low + index,
      });
    }
  }
  const start = wholeNumber(parameter.default_value, low, high);
  const short = cut(textOf(parameter.abbr), 8);
  draft.add([what], {
    name: what,
    ...(short === "" ? {} : { short }),
    addresses: [placed],
    ...(low === 0 && (high === limit || (high === 127 && placed.type === "nrpn"))
      ? {}
      : { range: [low, high] }),
    // 0 is written for want of anything else.
    ...(start === null || start === low ? {} : { default: start }),
    ...(values.length === 0 ? {} : { values }),
  });
}

/** Of an NRPN nr1 is the LSB and nr2 the MSB; of a pair nr1 is the upper controller. */
function addressOf(parameter: JsonObject): WrittenAddress | string {
  const type = textOf(parameter.type).toLowerCase();
  const first = wholeNumber(parameter.nr1, 0, 127);
  const second = wholeNumber(parameter.nr2, 0, 127);
  switch (type) {
    case "cc":
    case "cc7":
      return first === null || first === 0 ? "It has no controller." : { type: "cc", cc: first };
    case "cc14":
      if (first === null || second === null || first === second)
        return "Expected two controllers in nr1 and nr2.";
      return { type: "cc14", cc: first, lsb: second };
    case "nrpn":
      if (first === null || second === null) return "Expected 0 to 127 in nr1 and nr2.";
      return { type: "nrpn", msb: second, lsb: first };
    default:
      return `The type "${type.slice(0, 20)}" is not known.`;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
