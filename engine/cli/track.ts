// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat track`: live tracks as the engine plays them, and their parameters.
import { findPlaces } from "../app/places.ts";
import { AppError, isAppError } from "../base/errors.ts";
import { EngineClient } from "../binding/engine-client.ts";
import { loadTolerant } from "../config/load-settings.ts";
import { parseTrackOrder } from "../config/track-order.ts";
import { DIRECTIONS, TRACK_PARAMS } from "../config/track-params.ts";
import { table } from "./table.ts";

interface PlaceOptions {
  readonly config?: string;
  readonly state?: string;
  readonly json?: boolean;
}

interface PlayingTrack {
  readonly index: number;
  /** By id. */
  readonly values: Readonly<Record<string, number>>;
}

export async function listVerb(options: PlaceOptions): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const { settings } = await loadTolerant(settingsFile);
  const client = await EngineClient.connect(stateFolder, "observer", "downbeat track list");
  try {
    const tracks = [];
    for (const { id, target } of settings.sequencer.tracks) {
      const playing = await playingTrack(client, id);
      if (playing !== null) tracks.push({ id, target, parameters: named(playing.values) });
    }
    if (options.json === true) process.stdout.write(`${JSON.stringify(tracks, null, 2)}\n`);
    else if (tracks.length === 0) process.stdout.write("no live track plays: sequencer.tracks has none\n");
    else
      for (const { id, target, parameters } of tracks) {
        const rows = Object.entries(parameters).map(([key, value]) => ["", key, shown(key, value)]);
        process.stdout.write(`${id} plays ${target}\n${table(rows)}\n`);
      }
    return 0;
  } finally {
    client.close();
  }
}

export async function setVerb(
  track: string,
  parameter: string,
  text: string,
  options: PlaceOptions,
): Promise<number> {
  const { param, value } = parseTrackOrder(parameter, text);
  const client = await EngineClient.connect(
    findPlaces(options).stateFolder,
    "observer",
    "downbeat track set",
  );
  try {
    const playing = await playingTrack(client, track);
    if (playing === null)
      throw new AppError(
        "TRACK_UNKNOWN",
        `expected a live track that plays, got "${track}". \`downbeat track list\` shows them.`,
      );
    const command = { kind: "setParam", node: playing.index, param: param.id, value };
    const { accepted } = await client.request("command", { command });
    if (accepted !== true) throw new AppError("QUEUE_FULL", "expected room in the engine's queue, got none.");
    const done = { track, parameter: param.key, value, atBar: param.isAtBar };
    const when = param.isAtBar ? " from the next bar on" : "";
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify(done)}\n`
        : `${track}: ${param.key} ${shown(param.key, value)}${when}\n`,
    );
    return 0;
  } finally {
    client.close();
  }
}

/** null: no such track plays. */
async function playingTrack(client: EngineClient, id: string): Promise<PlayingTrack | null> {
  try {
    const { index, values } = await client.request("params", { node: `track:${id}` });
    return { index: Number(index), values: values as PlayingTrack["values"] };
  } catch (error) {
    if (isAppError(error, "VALUE_UNKNOWN")) return null;
    throw error;
  }
}

function named(values: PlayingTrack["values"]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    TRACK_PARAMS.flatMap(({ id, key }) => {
      const value = values[id];
      return value === undefined ? [] : [[key, Math.round(value * 1e6) / 1e6] as const];
    }),
  );
}

function shown(key: string, value: number): string {
  if (key === "direction") return DIRECTIONS[value] ?? String(value);
  return key === "mute" ? (value === 0 ? "off" : "on") : String(value);
}
