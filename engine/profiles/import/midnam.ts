// SPDX-License-Identifier: GPL-3.0-or-later
// MIDNAM, the XML in which music programs name what a device has: its controls, the programs of its banks,
// the notes of its drums.

import { parseXml, XmlElement } from "@rgrove/parse-xml";
import { messageOf } from "../../base/errors.ts";
import { MAX_VALUES, type WrittenAddress } from "../schema.ts";
import {
  cut,
  type Imported,
  type ImportSource,
  ProfileDraft,
  rejectedFile,
  wholeNumber,
} from "./imported.ts";
import { unusedLabel } from "./usage.ts";

type Step = { label: string; send: number };

/** The format itself needs ten or so; each level may cost one more look at everything below. */
const MAX_DEPTH = 64;

export function isMidnam(text: string): boolean {
  return /<MIDINameDocument[\s>/]/.test(text);
}

export function importMidnam(source: ImportSource): Imported {
  let root: XmlElement | null;
  try {
    ({ root } = parseXml(source.text, { ignoreUndefinedEntities: true }));
  } catch (error) {
    return rejectedFile(source, `It is no XML: ${cut(messageOf(error).split("\n")[0] ?? "", 200)}.`);
  }
  if (root !== null && isDeeperThan(root, MAX_DEPTH))
    return rejectedFile(source, `Its elements are nested more than ${MAX_DEPTH} deep.`);
  const devices = root === null ? [] : below(root, "MasterDeviceNames");
  const standard = root === null ? [] : below(root, "StandardDeviceMode");
  if (devices.length === 0) {
    const what = standard.length > 0 ? "It names a standard, not a device." : "It names no device.";
    return rejectedFile(source, what);
  }
  const results = devices.map((device) => importDevice(source, device));
  return {
    profiles: results.flatMap((result) => result.profiles),
    rejected: results.flatMap((result) => result.rejected),
  };
}

function importDevice(source: ImportSource, device: XmlElement): Imported {
  const [maker = ""] = below(device, "Manufacturer").map((element) => cut(element.text));
  const models = below(device, "Model").map((element) => cut(element.text));
  const [model = ""] = models;
  const draft = new ProfileDraft(source, maker, model, `MIDNAM of ${maker} ${model}`);
  if (models.length > 1) draft.set({ notes: cut(`Also for ${models.slice(1).join(", ")}.`, 1000) });
  const valueLists = new Map(
    below(device, "ValueNameList").flatMap((list) =>
      list.attributes.Name === undefined ? [] : [[list.attributes.Name, stepsOf(list)] as const],
    ),
  );
  for (const control of distinct(below(device, "Control"), controlKey))
    addControl(draft, control, valueLists);
  addBanks(draft, device);
  for (const note of distinct(below(device, "Note"), (each) => each.attributes.Number ?? ""))
    addNote(draft, note);
  return draft.finish();
}

function addControl(
  draft: ProfileDraft,
  control: XmlElement,
  valueLists: ReadonlyMap<string, readonly Step[]>,
): void {
  const { Type: type = "", Number: number = "", Name: written = "" } = control.attributes;
  const name = cut(written);
  const what = name === "" ? `control ${number}` : name;
  const address = addressOf(type, number);
  if (typeof address === "string") {
    draft.reject(0, what, address);
    return;
  }
  const limit = address.type === "cc" ? 127 : 16_383;
  const [values] = below(control, "Values");
  const min = wholeNumber(values?.attributes.Min, 0, limit) ?? 0;
  const max = wholeNumber(values?.attributes.Max, 0, limit) ?? limit;
  const isRange = min < max;
  if (!isRange) draft.reject(0, what, `Its range is ${min} to ${max}: 0 to ${limit} is used.`);
  const [low, high] = isRange ? [min, max] : [0, limit];
  const [inline] = below(control, "ValueNameList");
  const named = values?.attributes.ValueNameList ?? below(control, "UsesValueNameList")[0]?.attributes.Name;
  const steps =
    inline === undefined ? (named === undefined ? [] : (valueLists.get(named) ?? [])) : stepsOf(inline);
  const inRange = steps.filter(({ send }) => send >= low && send <= high);
  if (inRange.length < steps.length)
    draft.reject(0, what, `Names of values outside ${low} to ${high} are left out.`);
  draft.add([what], {
    name: what,
    addresses: [address],
    ...(low === 0 && high === limit ? {} : { range: [low, high] }),
    ...(inRange.length < 2 ? {} : { values: inRange }),
  });
}

function addressOf(type: string, number: string): WrittenAddress | string {
  switch (type.toLowerCase()) {
    case "7bit": {
      const cc = wholeNumber(number, 0, 127);
      if (cc === null) return `Number: expected 0 to 127, got "${cut(number, 20)}".`;
      if (cc >= 120) return `Controller ${cc} is a channel mode message, no parameter.`;
      return { type: "cc", cc };
    }
    case "14bit": {
      // The standard's pairs: 0 to 31 with 32 more for the lower half.
      const cc = wholeNumber(number, 0, 31);
      return cc === null
        ? `Number: expected 0 to 31, got "${cut(number, 20)}".`
        : { type: "cc14", cc, lsb: cc + 32 };
    }
    case "nrpn":
    case "rpn": {
      const which = wholeNumber(number, 0, 16_383);
      if (which === null) return `Number: expected 0 to 16383, got "${cut(number, 20)}".`;
      return { type: type.toLowerCase() as "nrpn" | "rpn", number: which };
    }
    default:
      return `The type "${cut(type, 20)}" is not known.`;
  }
}

/** Each bank is a parameter whose values are its programs. */
function addBanks(draft: ProfileDraft, device: XmlElement): void {
  const lists = new Map(
    below(device, "PatchNameList").map((list) => [list.attributes.Name ?? "", list] as const),
  );
  const seen = new Set<string>();
  const programs = new Map<XmlElement, readonly Step[]>();
  for (const bank of below(device, "PatchBank")) {
    const name = cut(bank.attributes.Name ?? "");
    const what = name === "" ? "bank" : name;
    const used = below(bank, "UsesPatchNameList")[0]?.attributes.Name;
    const list = below(bank, "PatchNameList")[0] ?? lists.get(used ?? "");
    const commands = below(bank, "MIDICommands")[0];
    const bankMsb = bankByte(commands, 0);
    const bankLsb = bankByte(commands, 32);
    const key = `${what}/${bankMsb}/${bankLsb}/${used}`;
    if (list === undefined || seen.has(key)) continue;
    seen.add(key);
    // Read once, however many banks use it.
    const values = programs.get(list) ?? programsOf(draft, what, list);
    programs.set(list, values);
    if (values.length === 0) draft.reject(0, what, "The bank has no program that can be selected.");
    else if (values.length === 1) draft.reject(0, what, "A bank with one program is no choice.");
    else {
      const bankBytes = {
        ...(bankMsb === null ? {} : { bankMsb }),
        ...(bankLsb === null ? {} : { bankLsb }),
      };
      draft.add(["program", what], {
        name: what,
        group: "Programs",
        addresses: [{ type: "program", ...bankBytes }],
        values: [...values],
      });
    }
  }
}

function programsOf(draft: ProfileDraft, bank: string, list: XmlElement): Step[] {
  const values: Step[] = [];
  for (const patch of below(list, "Patch")) {
    const name = cut(patch.attributes.Name ?? "");
    const inside = below(patch, "ProgramChange")[0]?.attributes.Number;
    const send = wholeNumber(patch.attributes.ProgramChange ?? inside, 0, 127);
    if (send === null) draft.reject(0, `${bank}, ${name}`, "It has no program number, 0 to 127.");
    else if (values.some((value) => value.send === send)) {
      draft.reject(0, `${bank}, ${name}`, `Another program of the bank has number ${send}.`);
    } else values.push({ label: unusedLabel(name === "" ? String(send) : name, values), send });
  }
  return values;
}

function bankByte(commands: XmlElement | undefined, controller: number): number | null {
  if (commands === undefined) return null;
  const change = below(commands, "ControlChange").find(
    ({ attributes }) => wholeNumber(attributes.Control, 0, 127) === controller,
  );
  return wholeNumber(change?.attributes.Value, 0, 127);
}

function addNote(draft: ProfileDraft, element: XmlElement): void {
  const name = cut(element.attributes.Name ?? "");
  const note = wholeNumber(element.attributes.Number, 0, 127);
  if (note === null) draft.reject(0, name, "Number: expected 0 to 127.");
  else {
    const label = name === "" ? `Note ${note}` : name;
    draft.add(["note", label], { name: label, group: "Notes", addresses: [{ type: "note", note }] });
  }
}

function stepsOf(list: XmlElement): readonly Step[] {
  const steps: Step[] = [];
  for (const { attributes } of below(list, "Value")) {
    const send = wholeNumber(attributes.Number, 0, 16_383);
    if (send === null || steps.length >= MAX_VALUES || steps.some((step) => step.send === send)) continue;
    const name = cut(attributes.Name ?? "");
    steps.push({ label: unusedLabel(name === "" ? String(send) : name, steps), send });
  }
  return steps;
}

function controlKey({ attributes }: XmlElement): string {
  return `${attributes.Type}/${attributes.Number}/${attributes.Name}`;
}

/** Channel sets repeat the same lists. */
function distinct(
  elements: readonly XmlElement[],
  keyOf: (element: XmlElement) => string,
): readonly XmlElement[] {
  return [...new Map(elements.map((element) => [keyOf(element), element] as const)).values()];
}

function isDeeperThan(root: XmlElement, depth: number): boolean {
  let level: readonly XmlElement[] = [root];
  for (let at = 0; at <= depth && level.length > 0; at += 1)
    level = level.flatMap(({ children }) => children.filter((child) => child instanceof XmlElement));
  return level.length > 0;
}

/** Every element of this name, at any depth, in the order of the text. */
function below(element: XmlElement, name: string): readonly XmlElement[] {
  const found: XmlElement[] = [];
  // A list instead of a recursion: a file may be nested deeply.
  const open = [...element.children].reverse();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!(node instanceof XmlElement)) continue;
    if (node.name === name) found.push(node);
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index];
      if (child !== undefined) open.push(child);
    }
  }
  return found;
}
