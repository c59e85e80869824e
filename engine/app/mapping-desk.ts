// SPDX-License-Identifier: GPL-3.0-or-later
// What the `map` verb does: mappings with what they move, the control that a hand moves, and the entry that
// comes of it.

import { setTimeout as sleep } from "node:timers/promises";
import { atomicRewrite } from "../base/atomic-write.ts";
import { AppError } from "../base/errors.ts";
import { keyCode, keyName } from "../base/key-codes.ts";
import type { MappingEntryPlan } from "../binding/plan/mapping-plan.ts";
import { type LoadedSettings, loadTolerant } from "../config/load-settings.ts";
import { inputProblem, inputsOf, lowByteOf } from "../config/mapping-checks.ts";
import { ENDLESS_READINGS } from "../config/mapping-target.ts";
import { formatProblem, type Problem } from "../config/problem.ts";
import type { MappingSettings, Settings, WrittenMapping } from "../config/schema.ts";
import { entryLines, withEntry } from "../config/write-entry.ts";
import { buildMapping, findTarget, type MappingWorld } from "../mapping/build-mapping.ts";
import { ControlLearner, type LearnedControl, type Wanted } from "../mapping/control-learner.ts";
import { ControlReader, type HeardControl, hears, type MidiInput } from "../mapping/control-reader.ts";
import { mappingNames } from "../mapping/mapping-names.ts";
import type { MappedPanel, PanelControl } from "../mapping/mapping-tools.ts";
import {
  controlText,
  heardText,
  panelText,
  rangeText,
  takeoverText,
  targetText,
  whenText,
} from "../mapping/mapping-words.ts";
import { heardOnPanel } from "../mapping/panel-control.ts";
import { refusal, refusalText, unknownName } from "../mapping/refusal.ts";
import type { ResolvedTarget } from "../mapping/resolve-target.ts";
import { valueText } from "../mapping/value-words.ts";
import { loadPanelBoard } from "./board-source.ts";
import { readFoundSynths } from "./found-synths.ts";
import { mappingWorld } from "./mapping-source.ts";
import { loadProfiles } from "./profile-source.ts";
import { loadSession, ourCatalog, sessionFile } from "./session-source.ts";
import type { EngineRequest } from "./synth-desk.ts";

export { controlText, heardText, panelText, rangeText, takeoverText, targetText, whenText };

const POLL_MS = 50;

export const READINGS: readonly MappingSettings["reading"][] = [
  "absolute",
  "toggle",
  "momentary",
  ...ENDLESS_READINGS,
];

/** Settings with the session and the synths that they name. */
export interface MappingPlaces {
  readonly loaded: LoadedSettings;
  readonly world: MappingWorld;
  readonly settings: Settings;
  readonly problems: readonly Problem[];
}

/** @throws {AppError} `SESSION_INVALID` when nothing of the session plays */
export async function readMappingPlaces(file: string, stateFolder: string): Promise<MappingPlaces> {
  const loaded = await loadTolerant(file);
  const { settings } = loaded;
  const session = await loadSession(sessionFile(settings, file), { settingsFile: file });
  const profiles = await loadProfiles(settings, file, null, await readFoundSynths(stateFolder));
  if (session.plan === null) {
    const [first] = session.problems;
    throw new AppError(
      "SESSION_INVALID",
      first === undefined ? "the session cannot be read" : formatProblem(first),
    );
  }
  const { board, problems: ofBoard } = await loadPanelBoard(settings, file);
  const pieces = { settings, session: session.plan, catalog: ourCatalog(), profiles: profiles.ports, board };
  const problems = [...loaded.problems, ...profiles.problems, ...ofBoard];
  return { loaded, settings, world: mappingWorld(pieces), problems };
}

export interface ListedMapping {
  readonly settings: MappingSettings;
  /** null: it does nothing. */
  readonly plan: MappingEntryPlan | null;
}

export function listMappings({ settings, world }: MappingPlaces): {
  readonly mappings: readonly ListedMapping[];
  readonly warnings: readonly string[];
} {
  const { plan, warnings } = buildMapping(world);
  const plans = new Map(plan.entries.map((entry) => [entry.id, entry]));
  const mappings = settings.mappings.map((one) => ({ settings: one, plan: plans.get(one.id) ?? null }));
  return { mappings, warnings };
}

export interface LearnOrder {
  readonly target: string;
  readonly param: string | null;
  readonly port: string | null;
  readonly reading: MappingSettings["reading"] | null;
}

/**
 * Can it be learned? What is there is checked before anybody moves a hand.
 *
 * @throws {AppError} `CONFIG_INVALID` or `WRONG_USE` with what was expected, what came and what to do
 */
export function wantedFor(places: MappingPlaces, { target, param, port }: LearnOrder): Wanted {
  const { loaded, settings, world } = places;
  writableText(loaded);
  const problem = port === null ? null : inputProblem(port, inputsOf(settings.midi));
  if (port !== null && problem !== null)
    throw new AppError("WRONG_USE", `--port: ${refusalText(refusal(problem.expected, port, problem.hint))}`);
  const found = findTarget(world, { target, param, source: "note", send: null });
  if (found === null) throw new AppError("INTERNAL", "the profiles were not read");
  if (found.kind === "refusal") throw new AppError("WRONG_USE", refusalText(found));
  return wantedBy(found);
}

/** Of a file without mistakes: into another nothing is written. @throws {AppError} `CONFIG_INVALID` */
export function writableText({ file, problems, text, migratedFrom }: LoadedSettings): string {
  const mistake = problems.find(({ severity }) => severity === "error");
  if (mistake !== undefined)
    throw new AppError("CONFIG_INVALID", `${formatProblem(mistake)} Nothing was written`);
  if (text !== null && migratedFrom === null) return text;
  const hint = "Start Downbeat once: it converts the file";
  throw new AppError("CONFIG_INVALID", `${file}: expected settings of this version, got older ones. ${hint}`);
}

/** @throws {AppError} `WRONG_USE` */
export function readingNamed(name: string): MappingSettings["reading"] {
  const reading = READINGS.find((one) => one.toLowerCase() === name.toLowerCase());
  if (reading !== undefined) return reading;
  throw new AppError("WRONG_USE", `--reading: ${refusalText(unknownName("a reading", name, READINGS))}`);
}

function wantedBy(target: ResolvedTarget): Wanted {
  switch (target.kind) {
    case "play":
      return "notes";
    case "scene":
    case "bank":
    case "modifier":
      return "press";
    case "bytes":
    case "outside":
      return "value";
    case "transport":
      return target.action === "tempo" ? "value" : "press";
    case "param":
      return target.steps === 2 ? "press" : "value";
    case "synth":
      return target.parameter.values.length === 2 ? "press" : "value";
  }
}

export interface LearnOptions {
  readonly request: EngineRequest;
  readonly wanted: Wanted;
  readonly order: LearnOrder;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The board on the front; null: none. */
  readonly panel?: MappedPanel | null;
}

/** Listens until a control has moved. @returns null when none did in time */
export async function learnControl(options: LearnOptions): Promise<LearnedControl | null> {
  const { wanted, order, timeoutMs, signal, panel = null } = options;
  const learner = new ControlLearner({
    wanted,
    port: order.port,
    reading: order.reading,
    knownReading: (heard) => (heardOnPanel(panel, heard)?.kind === "encoder" ? "twosComplement" : null),
  });
  const inputs = new InputPoller(options.request);
  await inputs.skip();
  const startMs = performance.now();
  for (;;) {
    await sleep(POLL_MS);
    const nowMs = performance.now();
    for (const input of await inputs.poll()) learner.take(input, nowMs);
    const isOver = nowMs - startMs >= timeoutMs || signal?.aborted === true;
    const found = learner.found(nowMs, isOver);
    if (found !== null || isOver) return found;
  }
}

/** Every message that comes in, until `signal`. */
export async function watchControls(
  request: EngineRequest,
  { settings, world }: Pick<MappingPlaces, "settings" | "world">,
  signal: AbortSignal,
  say: (heard: HeardControl, takers: readonly MappingSettings[], panel: PanelControl | null) => void,
  tell: (move: EngineMove) => void = () => {},
): Promise<void> {
  const reader = new ControlReader();
  const inputs = new InputPoller(request);
  await inputs.skip();
  while (!signal.aborted) {
    for (const input of await inputs.poll()) {
      const heard = reader.take(input);
      if (heard === null) continue;
      const panel = heardOnPanel(world.tools.panel, heard);
      const takers = settings.mappings.filter((mapping) => hears(mapping, heard, panel?.id ?? null));
      say(heard, takers, panel);
    }
    for (const move of inputs.takeMoves()) tell(move);
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Something that an entry did, as `midiInputs` answers. */
export interface EngineMove {
  /** Of the entry. */
  readonly id: string;
  readonly kind: string;
  /** By an LFO, timer or envelope. */
  readonly isMade: boolean;
  readonly note: number;
  readonly value: number;
  readonly frame: number;
}

/** `drums-level: rack:drums gain is -3.1 dB`. @returns null for what these places do not have */
export function moveText({ world }: MappingPlaces, move: EngineMove): string | null {
  const settings = world.settings.mappings.find(({ id }) => id === move.id);
  const target = settings === undefined ? null : findTarget(world, settings);
  if (settings === undefined || target === null || target.kind === "refusal") return null;
  const names = mappingNames(world.settings);
  return `${settings.id}: ${targetText(settings)} is ${valueText(target, move, names)}`;
}

/** Asks the engine for what came in since it was last asked. */
class InputPoller {
  readonly #request: EngineRequest;
  #newest = 0;
  #newestMove = 0;
  #moves: readonly EngineMove[] = [];

  constructor(request: EngineRequest) {
    this.#request = request;
  }

  /** What mappings did, of the answer to the last question; once. */
  takeMoves(): readonly EngineMove[] {
    const moves = this.#moves;
    this.#moves = [];
    return moves;
  }

  /** What came before does not count. */
  async skip(): Promise<void> {
    await this.poll();
    this.takeMoves();
  }

  async poll(): Promise<readonly MidiInput[]> {
    const answer = await this.#request("midiInputs", { since: this.#newest, sinceMove: this.#newestMove });
    const newest = Number(answer.newest);
    const isNewEngine = newest < this.#newest;
    this.#newest = newest;
    // An engine of before it told of moves has none.
    const newestMove = Number(answer.newestMove ?? 0);
    const isFirst = newestMove < this.#newestMove;
    this.#newestMove = newestMove;
    this.#moves = isFirst ? [] : ((answer.moves ?? []) as readonly EngineMove[]);
    return isNewEngine ? [] : (answer.inputs as readonly MidiInput[]);
  }
}

export interface WrittenControl {
  readonly entry: WrittenMapping;
  /** Lines of the file. */
  readonly lines: readonly string[];
  readonly replaced: readonly MappingSettings[];
}

/**
 * Writes what was learned to the settings file, in place of what this control moved.
 *
 * @throws {AppError} `CONFIG_INVALID`, `FILE_WRITE_FAILED`
 */
export async function writeLearned(
  file: string,
  order: LearnOrder,
  control: LearnedControl,
  panel: MappedPanel | null = null,
): Promise<WrittenControl> {
  // Read again: somebody may have edited it while the control was looked for.
  const loaded = await loadTolerant(file);
  const text = writableText(loaded);
  const { settings } = loaded;
  const onPanel = learnedOnPanel(panel, control);
  const key = typedKey(settings, control);
  const replaced = settings.mappings.filter((mapping) =>
    onPanel === null ? isSameControl(mapping, control) : isOnPanel(mapping, onPanel),
  );
  const gone = replaced.map(({ id }) => id);
  const ids = settings.mappings.map(({ id }) => id).filter((id) => !gone.includes(id));
  const id = freeId(order, ids);
  const entry =
    onPanel === null
      ? writtenMapping(order, control, { id, key })
      : writtenOnPanel(order, control, onPanel, id);
  await atomicRewrite(file, withEntry(file, text, { list: "mappings", entry }, gone));
  return { entry, lines: entryLines(entry), replaced };
}

/** What differs from the defaults, in the order of the schema. */
function writtenMapping(
  order: LearnOrder,
  control: LearnedControl,
  { id, key }: { readonly id: string; readonly key: string | null },
): WrittenMapping {
  const message = {
    ...(control.source === "cc" ? {} : { source: control.source }),
    ...(control.number === null ? {} : { number: control.number }),
    channel: control.channel + 1,
    ...(control.lsbFirst ? { lsbFirst: true } : {}),
  };
  return {
    id,
    port: control.port,
    ...(key === null ? message : { source: "key" as const, key }),
    target: order.target,
    ...(order.param === null ? {} : { param: order.param }),
    ...(control.reading === "absolute" ? {} : { reading: control.reading }),
  };
}

/** A control of the front panel goes by its name, and how it is read is known. */
function writtenOnPanel(
  order: LearnOrder,
  { reading }: LearnedControl,
  { id: control, kind }: PanelControl,
  id: string,
): WrittenMapping {
  const isPressed = kind === "button" || kind === "pad";
  return {
    id,
    source: "panel",
    control,
    target: order.target,
    ...(order.param === null ? {} : { param: order.param }),
    ...(isPressed && reading !== "absolute" ? { reading } : {}),
  };
}

/** The name of a key of a keyboard for typing; null: something else, or several of its keys. */
function typedKey({ midi }: Settings, { port, source, channel, number }: LearnedControl): string | null {
  const isTyped = midi.ports.some(({ id, kind }) => id === port && kind === "keyboard");
  return isTyped && source === "note" && number !== null ? keyName(codeOf(channel, number)) : null;
}

/** Of a key that is heard as a note. */
const codeOf = (channel: number, number: number): number => (channel << 7) | number;

/** What of the panel was moved; null: something else. */
function learnedOnPanel(panel: MappedPanel | null, control: LearnedControl): PanelControl | null {
  const { port, channel, source, number } = control;
  const isNote = source === "note";
  const heard = { port, channel, number, controller: isNote ? null : number } as const;
  return heardOnPanel(panel, { ...heard, kind: isNote ? "note" : "cc" });
}

function isOnPanel({ source, control }: MappingSettings, { id }: PanelControl): boolean {
  return source === "panel" && control === id;
}

const LONGEST_ID = 32;

/** After the parameter, or what is played; numbered when that is taken. */
function freeId({ target, param }: LearnOrder, taken: readonly string[]): string {
  const words = (param ?? target.slice(target.indexOf(":") + 1)).replace(/[^A-Za-z0-9_-]+/g, "-");
  const name = (/^[A-Za-z]/.test(words) ? words : `m-${words}`).slice(0, LONGEST_ID - 5);
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? name : `${name}-${number}`;
    if (!taken.includes(id)) return id;
  }
}

/** Would both take the same message? */
function isSameControl(mapping: MappingSettings, control: LearnedControl): boolean {
  if (mapping.port !== control.port) return false;
  if (mapping.source === "key") {
    const isKey = control.source === "note" && control.number !== null;
    return isKey && keyCode(mapping.key ?? "") === codeOf(control.channel, control.number);
  }
  if (mapping.channel !== null && mapping.channel !== control.channel + 1) return false;
  const own = controllersOf(mapping);
  const other = controllersOf({ ...control, lsb: null });
  if (own.length > 0 || other.length > 0) return own.some((number) => other.includes(number));
  return mapping.source === control.source && mapping.number === control.number;
}

function controllersOf({
  source,
  number,
  lsb,
}: Pick<MappingSettings, "source" | "number" | "lsb">): readonly number[] {
  if (number === null || (source !== "cc" && source !== "cc14")) return [];
  return source === "cc" ? [number] : [number, lowByteOf({ number, lsb })];
}
