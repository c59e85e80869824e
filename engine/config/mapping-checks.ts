// SPDX-License-Identifier: GPL-3.0-or-later
// What the keys of one mapping say together, and what it asks of the ports. Whether the session and the
// synths have what it names is known later: engine/mapping.

import { KEY_NAMES, keyCode } from "../base/key-codes.ts";
import { nearNames } from "../base/nearest-name.ts";
import { MAPPING_TARGETS } from "./mapping-schema.ts";
import {
  BANK_STEPS,
  ENDLESS_READINGS,
  isMidiSource,
  type MappingTarget,
  parseMappingTarget,
  playsNode,
  RACK_PARAMS,
  TRANSPORT_ACTIONS,
  XFADER_PARAM,
} from "./mapping-target.ts";
import { PLAN_NAME } from "./plan-name.ts";
import { VIRTUAL_PORT_ID } from "./plan-parts.ts";
import type { Path } from "./problem.ts";
import type { MappingSettings, Settings } from "./schema.ts";
import { TRACK_PARAM_KEYS } from "./track-params.ts";

export interface MappingProblem {
  /** Of the entry's own keys, or among all entries. */
  readonly path: Path;
  readonly expected: string;
  readonly hint: string;
}

const HIGHEST_CONTROLLER = 127;
const LOW_BYTE_DISTANCE = 32;

/** Ports by their id: can they be listened to? */
type Inputs = ReadonlyMap<string, boolean>;

export function mappingProblems({ mappings, midi, scenes }: Settings): readonly MappingProblem[] {
  const inputs = inputsOf(midi);
  const ids = new Set<string>();
  const sceneIds = scenes.map(({ id }) => id);
  return mappings.flatMap((mapping, index) => {
    const found = mappingProblem(mapping, ids, inputs) ?? sceneProblem(mapping, sceneIds);
    if (found !== null) return [{ ...found, path: ["mappings", index, ...found.path] }];
    ids.add(mapping.id);
    return [];
  });
}

function mappingProblem(
  mapping: MappingSettings,
  ids: ReadonlySet<string>,
  inputs: Inputs,
): MappingProblem | null {
  if (ids.has(mapping.id)) {
    const hint = "Each mapping needs another id; one above has this one.";
    return { path: ["id"], expected: "an id of its own", hint };
  }
  return (
    placeProblem(mapping, inputs) ??
    sourceProblem(mapping) ??
    targetProblem(mapping) ??
    pressProblem(mapping) ??
    placesProblem(mapping)
  );
}

/** What calls a scene, or waits for one, names one that is there. */
function sceneProblem(
  { target, param, scene }: MappingSettings,
  known: readonly string[],
): MappingProblem | null {
  const isStep = BANK_STEPS.some((step) => step === param);
  const called = target === "scene" && param !== null && !isStep ? [param] : [];
  const awaited = scene === null ? [] : typeof scene === "string" ? [scene] : scene;
  const stranger = [...called, ...awaited].find((name) => !known.includes(name));
  if (stranger === undefined) return null;
  const near = nearNames(stranger, known);
  const there = known.length === 0 ? "There is no scene yet." : `There are: ${list(known)}.`;
  const hint = near.length > 0 ? `Did you mean ${list(near, "or")}?` : there;
  const path = called.includes(stranger) ? ["param"] : ["scene"];
  return { path, expected: "the id of an entry of scenes", hint };
}

/** What comes from a port needs one, and what comes from none has none. */
export function placeProblem(
  { port, source, control, key }: MappingSettings,
  inputs: Inputs,
): MappingProblem | null {
  if (source === "key" && (key === null || keyCode(key) === null)) {
    const near = nearNames(key ?? "", KEY_NAMES);
    const hint = near.length > 0 ? `Did you mean ${list(near, "or")}?` : "For example a, 5, f1 or space.";
    return { path: ["key"], expected: "the name of a key", hint };
  }
  if (isMidiSource(source)) return inputProblem(port ?? "", inputs);
  if (port !== null)
    return { path: ["port"], expected: `null for ${source}`, hint: "It comes from no port." };
  if (control !== null || (source !== "control" && source !== "panel")) return null;
  if (source === "panel") {
    const hint = "`downbeat panel show` lists those of the board.";
    return { path: ["control"], expected: "the name of a control of the panel", hint };
  }
  return { path: ["control"], expected: "the name of the control", hint: "Programs move it by this name." };
}

/** What keeps a port from being listened to, or null. */
export function inputProblem(port: string, inputs: Inputs): MappingProblem | null {
  const expected = "the id of a port with an input";
  const hasInput = inputs.get(port);
  if (hasInput === true) return null;
  if (hasInput === false)
    return {
      path: ["port"],
      expected,
      hint: `Set input: true for ${port}: a control has to be listened to.`,
    };
  const ids = [...inputs.keys()];
  const near = nearNames(port, ids);
  const known =
    ids.length === 0 ? "There is no port yet: add one to midi.ports." : `Known here: ${list(ids)}.`;
  return { path: ["port"], expected, hint: near.length > 0 ? `Did you mean ${list(near)}?` : known };
}

/** Ids of what can be played to. */
export function outputsOf({ ports, virtualPort }: Settings["midi"]): readonly string[] {
  const playable = ports.filter(({ output, kind }) => output && kind !== "keyboard");
  return [...(virtualPort === null ? [] : [VIRTUAL_PORT_ID]), ...playable.map(({ id }) => id)];
}

export function inputsOf({ ports, virtualPort }: Settings["midi"]): Inputs {
  const own = virtualPort === null ? [] : [[VIRTUAL_PORT_ID, true] as const];
  return new Map([...own, ...ports.map(({ id, input }) => [id, input] as const)]);
}

function sourceProblem(mapping: MappingSettings): MappingProblem | null {
  const { source, number, from, to, reading } = mapping;
  const isNumbered = source === "cc" || source === "cc14" || source === "nrpn";
  if (number === null && isNumbered) {
    const hint = "`downbeat map watch` shows what a control sends.";
    const what = source === "nrpn" ? "an NRPN, 0 to 16383" : "a controller, 0 to 127";
    return { path: ["number"], expected: what, hint };
  }
  if (number !== null && number > HIGHEST_CONTROLLER && source !== "nrpn") {
    return { path: ["number"], expected: `0 to ${HIGHEST_CONTROLLER}`, hint: "Only an NRPN goes further." };
  }
  if (source === "cc14") {
    const found = lowByteProblem(mapping);
    if (found !== null) return found;
  }
  if (from >= to) return { path: ["from"], expected: `less than to, ${to}`, hint: "" };
  if (ENDLESS_READINGS.includes(reading) && source !== "cc" && source !== "nrpn") {
    const isPanel = source === "panel";
    const hint = isPanel ? "An encoder of the panel is read by itself." : ENDLESS_HINT;
    return { path: ["reading"], expected: `absolute, toggle or momentary for ${source}`, hint };
  }
  return null;
}

const ENDLESS_HINT = "Endless knobs send controllers or NRPNs.";

/** What may be a button. */
const PRESSED_SOURCES: readonly MappingSettings["source"][] = [
  "cc",
  "note",
  "nrpn",
  "control",
  "key",
  "panel",
];

/** A press has a beginning, an end and nothing in between. */
function pressProblem({ press, source, reading, target, param }: MappingSettings): MappingProblem | null {
  const isOrder =
    target === "scene" || target === "bank" || target === "modifier" || isTransportOrder(target, param);
  if (source === "timer" && reading !== "toggle" && !isOrder) {
    return { path: ["reading"], expected: "toggle for timer", hint: "A timer presses." };
  }
  if (press === "any") return null;
  if (!PRESSED_SOURCES.includes(source)) {
    const hint = "Buttons send controllers, notes or NRPNs.";
    return { path: ["press"], expected: `any for ${source}`, hint };
  }
  if (reading === "toggle" || reading === "momentary" || (isOrder && reading === "absolute")) return null;
  const hint = "Set reading: toggle or momentary.";
  return { path: ["press"], expected: `any for ${reading}`, hint };
}

function isTransportOrder(target: string, param: string | null): boolean {
  return target === "transport" && param?.toLowerCase() !== "tempo";
}

/** A way is shared out in one manner. */
function placesProblem({ values, scale, steps, min, max }: MappingSettings): MappingProblem | null {
  if (values === null) {
    if (scale === null || steps === 0) return null;
    return { path: ["steps"], expected: "0 beside a scale", hint: "The notes of the scale are the steps." };
  }
  const hint = "values says all that comes out.";
  if (scale !== null) return { path: ["scale"], expected: "null beside values", hint };
  if (steps !== 0) return { path: ["steps"], expected: "0 beside values", hint };
  if (min !== null) return { path: ["min"], expected: "null beside values", hint };
  return max === null ? null : { path: ["max"], expected: "null beside values", hint };
}

function lowByteProblem({ number, lsb }: MappingSettings): MappingProblem | null {
  if (lsb === number) return { path: ["lsb"], expected: "another controller than number", hint: "" };
  if (lsb !== null || (number ?? 0) + LOW_BYTE_DISTANCE <= HIGHEST_CONTROLLER) return null;
  const hint = `There is no controller ${(number ?? 0) + LOW_BYTE_DISTANCE}.`;
  return { path: ["lsb"], expected: "the controller of the low byte", hint };
}

/** The controller of the low byte of a cc14. */
export function lowByteOf({ number, lsb }: Pick<MappingSettings, "number" | "lsb">): number {
  return lsb ?? Math.min(HIGHEST_CONTROLLER, (number ?? 0) + LOW_BYTE_DISTANCE);
}

/** What is wrong with `target` and `param`, whatever the session has. */
export function targetProblem(
  mapping: Pick<MappingSettings, "target" | "param" | "source" | "send">,
): MappingProblem | null {
  const target = parseMappingTarget(mapping.target);
  if (target === null) {
    return { path: ["target"], expected: MAPPING_TARGETS, hint: "" };
  }
  if (playsNode(mapping) && mapping.source !== "note" && mapping.source !== "panel") {
    const expected = mapping.param === null ? "a parameter of the node" : "note, to play a node";
    const path = mapping.param === null ? ["param"] : ["source"];
    return { path, expected, hint: "Without a parameter the node is played, and that takes source: note." };
  }
  return target.kind === "midi" ? sendProblem(mapping) : paramProblem(target, mapping.param);
}

function sendProblem({ send, param }: Pick<MappingSettings, "send" | "param">): MappingProblem | null {
  if (param !== null) return { path: ["param"], expected: "null for midi:PORT", hint: "send says it all." };
  if (send === null) {
    const hint = "For example send: [0xB0, 74, value] for controller 74 of channel 1.";
    return { path: ["send"], expected: "the bytes that are sent", hint };
  }
  if (messagesOf(send) !== null) return null;
  const hint = "A status from 0x80 to 0xEF, then its one or two bytes, 0 to 127, value, high or low.";
  return { path: ["send"], expected: "one to four whole channel messages", hint };
}

const MAX_MESSAGES = 4;

/** Cut before each status. @returns null when there are others than one to four whole channel messages */
export function messagesOf(
  send: NonNullable<MappingSettings["send"]>,
): readonly NonNullable<MappingSettings["send"]>[] | null {
  const messages: (typeof send)[number][][] = [];
  for (const byte of send) {
    if (typeof byte === "number" && byte >= 0x80) messages.push([byte]);
    else messages.at(-1)?.push(byte);
  }
  const isWhole = (message: readonly unknown[]): boolean => {
    const status = Number(message[0]);
    return status < 0xf0 && message.length === (status >= 0xc0 && status < 0xe0 ? 2 : 3);
  };
  const begins = typeof send[0] === "number" && send[0] >= 0x80;
  return begins && messages.length <= MAX_MESSAGES && messages.every(isWhole) ? messages : null;
}

function paramProblem(target: MappingTarget, param: string | null): MappingProblem | null {
  const known = paramsOf(target);
  if (param === null) {
    if (target.kind === "node" || target.kind === "xfader") return null;
    const expected = known === null ? nameExpected(target) : list(known, "or");
    return { path: ["param"], expected, hint: "" };
  }
  const isNamed = target.kind === "scene" || target.kind === "bank" || target.kind === "modifier";
  if (target.kind === "osc" && !/^\/[^\s#*,?[\]{}]+$/.test(param)) {
    return { path: ["param"], expected: nameExpected(target), hint: "It begins with /." };
  }
  if (isNamed && !PLAN_NAME.test(param)) {
    return { path: ["param"], expected: nameExpected(target), hint: "" };
  }
  if (known === null || known.some((name) => name.toLowerCase() === param.toLowerCase())) return null;
  const near = nearNames(param, known);
  const hint = near.length > 0 ? `Did you mean ${list(near, "or")}?` : "";
  return { path: ["param"], expected: list(known, "or"), hint };
}

function nameExpected({ kind }: MappingTarget): string {
  if (kind === "bank" || kind === "scene") return `the name of a ${kind}, next or previous`;
  if (kind === "osc") return "an OSC address";
  if (kind === "box") return "what the transport there does, or a control there";
  return kind === "modifier" ? "the name of a modifier" : "the name of a parameter";
}

/** The parameters that there are whatever the session has; null: it depends. */
function paramsOf(target: MappingTarget): readonly string[] | null {
  switch (target.kind) {
    case "transport":
      return TRANSPORT_ACTIONS;
    case "rack":
      return RACK_PARAMS;
    case "track":
      return TRACK_PARAM_KEYS;
    case "xfader":
      return [XFADER_PARAM];
    default:
      return null;
  }
}

/** `a, b, c`, or `a, b or c`. */
function list(names: readonly string[], last = ","): string {
  if (last === "," || names.length < 2) return names.join(", ");
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}
