// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat panel`: what is on the front, where it is wired, and what it sees.

import {
  contentsText,
  deviceText,
  listBoards,
  panelUse,
  type ShownBoard,
  shownBoard,
  sightText,
  wiringText,
} from "../app/board-desk.ts";
import { askPanel, type PanelReport, watchPanel } from "../app/panel-desk.ts";
import { findPlaces } from "../app/places.ts";
import { AppError } from "../base/errors.ts";
import { nearNames } from "../base/nearest-name.ts";
import { visibleText } from "../base/visible-text.ts";
import { EngineClient } from "../binding/engine-client.ts";
import { formatProblem, type Problem } from "../config/problem.ts";
import { table } from "./table.ts";

interface PlaceOptions {
  readonly config?: string;
  readonly state?: string;
  readonly json?: boolean;
}

export async function listVerb(options: PlaceOptions): Promise<number> {
  const { settingsFile } = findPlaces(options);
  const { boards, present, sentence, problems } = await listBoards(settingsFile);
  sayProblems(problems);
  if (options.json === true) {
    const facts = boards.map(({ id, origin, file, board }) => ({
      id,
      origin,
      file,
      name: board?.name ?? null,
      unverified: board?.unverified ?? [],
      isPresent: id === present?.id,
    }));
    print(JSON.stringify({ boards: facts, board: present?.id ?? null, sentence }, null, 2));
    return 0;
  }
  const rows = boards.map(({ id, origin, board }) => [
    id,
    board?.name ?? "cannot be read",
    board === null ? "-" : contentsText(board),
    origin === "folder" ? "yours" : "built in",
    id === present?.id ? "on the front" : "",
  ]);
  print(table([["id", "name", "has", "from", ""], ...rows]));
  if (sentence !== "") print(visibleText(sentence));
  else if (present === null) print("There is no panel: panel.board is none, or cannot be read.");
  return 0;
}

export async function showVerb(id: string | undefined, options: PlaceOptions): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const shown = await shownBoard(settingsFile, id ?? null);
  sayProblems(shown.problems);
  const { board } = shown;
  if (board === null) {
    process.stderr.write(`${shown.sentence}\n`);
    return 1;
  }
  const live = shown.isPresent ? await report(stateFolder) : null;
  if (options.json === true) {
    print(JSON.stringify({ ...board, engine: live }, null, 2));
    return 0;
  }
  print(visibleText(`${board.name} (${board.id}): ${contentsText(board)}`));
  if (board.notes !== "") print(visibleText(board.notes));
  const devices = board.devices.filter(({ id: device }) =>
    board.controls.some((control) => control.device === device),
  );
  for (const device of devices) print(visibleText(`  ${device.id}: ${deviceText(device)}`));
  print(controlTable(shown, live));
  for (const remark of board.unverified) print(visibleText(`Not verified: ${remark}`));
  for (const { subject, sentence } of live?.complaints ?? []) print(visibleText(`${subject}: ${sentence}`));
  if (board.uart !== null) {
    print("Its MIDI socket, in the settings:");
    print(`  midi:\n    ports:\n      - { id: din, kind: serial, name: ${board.uart} }`);
  }
  return 0;
}

function controlTable(shown: ShownBoard, live: PanelReport | null): string {
  const { board } = shown;
  if (board === null || board.controls.length === 0) return "It has no controls.";
  const rows = board.controls.map((control) => {
    const seen = live?.controls.find(({ id }) => id === control.id);
    const use = panelUse(shown, control);
    return [
      control.id,
      control.kind,
      wiringText(control, board),
      use,
      ...(live === null ? [] : [seen === undefined ? "-" : figuresText(seen)]),
    ];
  });
  return table([["control", "kind", "wired to", "does", ...(live === null ? [] : ["has seen"])], ...rows]);
}

function figuresText({
  kind,
  edges,
  steps,
  skipped,
  bounces,
  lost,
}: PanelReport["controls"][number]): string {
  if (kind === "led") return "-";
  const words = [`${steps} steps`];
  if (kind !== "pot") words.push(`${edges} edges`);
  if (skipped > 0) words.push(`${skipped} skipped`);
  if (bounces > 0) words.push(`${bounces} bounces`);
  if (lost > 0) words.push(`${lost} lost`);
  return words.join(", ");
}

/** As the engine has it; null when none plays, or one that has no panel. */
async function report(stateFolder: string): Promise<PanelReport | null> {
  try {
    const client = await EngineClient.connect(stateFolder, "observer", "downbeat panel show");
    try {
      return await askPanel((type, fields) => client.request(type, fields));
    } finally {
      client.close();
    }
  } catch {
    return null;
  }
}

/** @param signal - when to stop; Ctrl-C unless given */
export async function watchVerb(
  options: PlaceOptions & { readonly control?: string },
  signal?: AbortSignal,
): Promise<number> {
  const { stateFolder } = findPlaces(options);
  const client = await EngineClient.connect(stateFolder, "observer", "downbeat panel watch");
  const ended = new AbortController();
  process.once("SIGINT", () => ended.abort());
  const request = (type: string, fields?: Record<string, unknown>) => client.request(type, fields);
  try {
    const { controls, complaints } = await askPanel(request);
    if (controls.length === 0)
      throw new AppError(
        "PANEL_MISSING",
        "expected a board on the front, got none. `downbeat panel list` says why",
      );
    checkControl(controls, options.control);
    for (const { subject, sentence } of complaints)
      process.stderr.write(visibleText(`${subject}: ${sentence}\n`));
    let last: PanelReport | null = null;
    await watchPanel(request, signal ?? ended.signal, (now) => {
      last = now;
      for (const sight of now.sights) {
        if (options.control !== undefined && sight.control !== options.control) continue;
        print(
          options.json === true
            ? JSON.stringify(sight)
            : visibleText(`${timeText(sight.atMicros)}  ${sightText(sight)}`),
        );
      }
    });
    if (last !== null && options.json !== true) print(summary(last, options.control));
  } finally {
    client.close();
  }
  return 0;
}

function checkControl(controls: PanelReport["controls"], wanted: string | undefined): void {
  const ids = controls.map(({ id }) => id);
  if (wanted === undefined || ids.includes(wanted)) return;
  const near = nearNames(wanted, ids);
  const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : `There are: ${ids.join(", ")}.`;
  throw new AppError(
    "WRONG_USE",
    `--control: expected a control of the board, got ${JSON.stringify(wanted)}. ${hint}`,
  );
}

/** What has been counted since the board was taken. */
function summary({ controls, missed }: PanelReport, only: string | undefined): string {
  const rows = controls
    .filter(({ id, kind }) => kind !== "led" && (only === undefined || id === only))
    .map(({ id, edges, steps, position, skipped, bounces, bounceMicros, lost, kind }) => [
      id,
      String(edges),
      String(steps),
      kind === "encoder" ? String(position) : "-",
      kind === "encoder" ? String(skipped) : "-",
      bounces === 0 ? "0" : `${bounces}, up to ${(bounceMicros / 1000).toFixed(1)} ms`,
      String(lost),
    ]);
  const head = ["control", "edges", "steps", "position", "skipped", "bounces", "lost"];
  const late =
    missed === 0
      ? ""
      : `\n${missed} lines came faster than they could be shown; they are counted all the same.`;
  return `${table([head, ...rows])}${late}`;
}

/** Seconds of the host's clock, to the microsecond. */
function timeText(atMicros: number): string {
  return (atMicros / 1_000_000).toFixed(6);
}

function sayProblems(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
