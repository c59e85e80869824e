// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat map`: what knobs, keys and pads do, and new ones by moving them.
import {
  controlText,
  heardText,
  type LearnOrder,
  learnControl,
  listMappings,
  type MappingPlaces,
  moveText,
  panelText,
  rangeText,
  readingNamed,
  readMappingPlaces,
  takeoverText,
  targetText,
  wantedFor,
  watchControls,
  whenText,
  writeLearned,
} from "../app/mapping-desk.ts";
import { findPlaces } from "../app/places.ts";
import { visibleText } from "../base/visible-text.ts";
import { EngineClient } from "../binding/engine-client.ts";
import type { EngineStatus, MappingStatus } from "../binding/engine-status.ts";
import { isMadeSource } from "../config/mapping-target.ts";
import { formatProblem } from "../config/problem.ts";
import type { MappingSettings } from "../config/schema.ts";
import { table } from "./table.ts";

interface PlaceOptions {
  readonly config?: string;
  readonly state?: string;
  readonly json?: boolean;
}

const PATIENCE_MS = 30_000;

const WHAT_TO_DO = {
  value: "all the way up and down, and then let it rest",
  press: "press it once or twice",
  notes: "press one pad, or several keys for the whole keyboard",
} as const;

export async function learnVerb(
  target: string,
  param: string | undefined,
  options: PlaceOptions & { readonly port?: string; readonly reading?: string },
): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const order: LearnOrder = {
    target,
    param: param ?? null,
    port: options.port ?? null,
    reading: options.reading === undefined ? null : readingNamed(options.reading),
  };
  const places = await readMappingPlaces(settingsFile, stateFolder);
  const wanted = wantedFor(places, order);
  const client = await EngineClient.connect(stateFolder, "observer", "downbeat map learn");
  try {
    process.stderr.write(`Move the control for ${targetText(order)} now: ${WHAT_TO_DO[wanted]}.\n`);
    const control = await learnControl({
      request: (type, fields) => client.request(type, fields),
      wanted,
      order,
      timeoutMs: PATIENCE_MS,
      panel: places.world.tools.panel,
    });
    if (control === null) {
      const where = order.port === null ? "any port" : order.port;
      const hint = "`downbeat map watch` shows what comes in, `downbeat status` which ports are open.";
      process.stderr.write(
        `Nothing was learned: expected a control that moves at ${where} within ${PATIENCE_MS / 1000} s, got none. ${hint}\n`,
      );
      return 1;
    }
    const { entry, lines, replaced } = await writeLearned(
      settingsFile,
      order,
      control,
      places.world.tools.panel,
    );
    if (options.json === true) {
      const facts = { file: settingsFile, mapping: entry, replaced: replaced.map(({ id }) => id) };
      print(JSON.stringify(facts, null, 2));
      return 0;
    }
    for (const { id, ...old } of replaced)
      print(`This control moved ${targetText(old)} before: mapping ${id} is replaced.`);
    const { source = control.source, control: name = null, key = null } = entry;
    const channel = control.channel + 1;
    const moved = controlText({ ...control, source, channel, lsb: null, control: name, key });
    print(`${moved}: ${targetText(order)}. Written to ${visibleText(settingsFile)}:`);
    print(lines.map((line) => `  ${line}`).join("\n"));
    return 0;
  } finally {
    client.close();
  }
}

export async function listVerb(options: PlaceOptions): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const places = await readMappingPlaces(settingsFile, stateFolder);
  sayProblems(places);
  const { mappings, warnings } = listMappings(places);
  if (options.json === true) {
    const facts = mappings.map(({ settings, plan }) => ({ ...settings, plan }));
    print(JSON.stringify({ mappings: facts, warnings }, null, 2));
    return 0;
  }
  const live = await liveState(findPlaces(options).stateFolder);
  // Columns that say something: nobody has banks, no engine plays, and the table stays narrow.
  const hasConditions = mappings.some(({ settings }) => whenText(settings) !== "-");
  const rows = mappings.map(({ settings, plan }) => [
    settings.id,
    controlText(settings),
    targetText(settings),
    plan === null ? "does nothing" : rangeText(plan, settings),
    plan === null ? "-" : takeoverText(settings),
    ...(hasConditions ? [whenText(settings)] : []),
    ...(live === null ? [] : [plan === null ? "-" : stateText(live, settings)]),
  ]);
  const head = ["id", "control", "target", "range", "takeover"];
  if (hasConditions) head.push("when");
  if (live !== null) head.push("now");
  if (rows.length > 0) print(table([head, ...rows]));
  else print("Nothing is mapped. `downbeat map learn TARGET PARAM` maps what you move.");
  if (live !== null && live.bank !== null) {
    const held = live.held.length === 0 ? "" : `, ${live.held.join(" and ")} held`;
    print(`The bank is ${live.bank}${held}.`);
  }
  for (const warning of warnings) process.stderr.write(`${visibleText(warning)}\n`);
  return 0;
}

/** As the engine has it; null when none plays, or one that does not say. */
async function liveState(stateFolder: string): Promise<MappingStatus | null> {
  try {
    const client = await EngineClient.connect(stateFolder, "observer", "downbeat map list");
    try {
      const { mapping } = (await client.request("status")).status as EngineStatus;
      return mapping?.held === undefined ? null : mapping;
    } finally {
      client.close();
    }
  } catch {
    return null;
  }
}

function stateText({ entries }: MappingStatus, { id, reading, source }: MappingSettings): string {
  const entry = entries.find((one) => one.id === id);
  if (entry === undefined) return "not yet";
  if (!entry.active) return "rests";
  const canWait = reading === "absolute" && source !== "note" && !isMadeSource(source);
  return canWait && !entry.attached ? "waits to be picked up" : "counts";
}

/** @param signal - when to stop; Ctrl-C unless given */
export async function watchVerb(options: PlaceOptions, signal?: AbortSignal): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const places = await readMappingPlaces(settingsFile, stateFolder);
  sayProblems(places);
  const client = await EngineClient.connect(stateFolder, "observer", "downbeat map watch");
  const ended = new AbortController();
  process.once("SIGINT", () => ended.abort());
  const until = signal ?? ended.signal;
  try {
    await watchControls(
      (type, fields) => client.request(type, fields),
      places,
      until,
      (heard, takers, panel) => {
        const names = takers.map((mapping) => `${mapping.id} (${targetText(mapping)})`).join(", ");
        const text = panel === null ? heardText(heard) : panelText(panel, heard);
        if (options.json === true) {
          const facts = { ...heard, panel: panel?.id ?? null, mappings: takers.map(({ id }) => id) };
          print(JSON.stringify(facts));
        } else print(visibleText(names === "" ? text : `${text} -> ${names}`));
      },
      (move) => {
        if (options.json === true) print(JSON.stringify({ move }));
        else if (!move.isMade) {
          const text = moveText(places, move);
          if (text !== null) print(visibleText(`  ${text}`));
        }
      },
    );
  } finally {
    client.close();
  }
  return 0;
}

function sayProblems({ problems }: MappingPlaces): void {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
