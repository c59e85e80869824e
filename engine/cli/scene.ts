// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat scene`: snapshots of many parameters, called back as one, kept and removed.

import { readFoundSynths } from "../app/found-synths.ts";
import { readMappingPlaces } from "../app/mapping-desk.ts";
import { findPlaces } from "../app/places.ts";
import { loadProfiles } from "../app/profile-source.ts";
import { askSnapshot, knownScene, recallCommand, removeScene, writeScene } from "../app/scene-desk.ts";
import { ourCatalog } from "../app/session-source.ts";
import { AppError } from "../base/errors.ts";
import { EngineClient } from "../binding/engine-client.ts";
import type { EngineStatus } from "../binding/engine-status.ts";
import { loadTolerant } from "../config/load-settings.ts";
import { SCENE_STARTS } from "../config/scene-schema.ts";
import { engineStatus } from "./engine-state.ts";
import { table } from "./table.ts";

interface SceneOptions {
  readonly config?: string;
  readonly state?: string;
  readonly start?: string;
  readonly json?: boolean;
}

export async function listVerb(options: SceneOptions): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const { settings } = await loadTolerant(settingsFile);
  const present = (await engineStatus(stateFolder, "downbeat scene list"))?.mapping.scene ?? null;
  const scenes = settings.scenes.map(({ id, start, fadeMs, tempo, values }) => {
    return { id, start, fadeMs, tempo, values: values.length, present: id === present };
  });
  if (options.json === true) process.stdout.write(`${JSON.stringify(scenes, null, 2)}\n`);
  else if (scenes.length === 0)
    process.stdout.write("no scene yet: `downbeat scene save NAME` keeps what hands have made\n");
  else {
    const rows = scenes.map((scene) => [
      scene.present ? "*" : "",
      scene.id,
      `${scene.values} values`,
      scene.start === "now" ? "at once" : `on the next ${scene.start}`,
      scene.fadeMs === 0 ? "" : `${scene.fadeMs} ms`,
      scene.tempo === null ? "" : `${scene.tempo} bpm`,
    ]);
    process.stdout.write(`${table(rows)}\n`);
  }
  return 0;
}

export async function recallVerb(id: string, options: SceneOptions): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const { settings } = await loadTolerant(settingsFile);
  const scene = knownScene(settings.scenes, id);
  const start = options.start ?? scene.start;
  const known = SCENE_STARTS.find((one) => one === start);
  if (known === undefined)
    throw new AppError("WRONG_USE", `--start: expected now, beat or bar, got "${start}"`);
  const client = await EngineClient.connect(stateFolder, "observer", "downbeat scene recall");
  try {
    const status = (await client.request("status")).status as EngineStatus;
    const isPlaying = status.transport.status === "playing";
    const { accepted } = await client.request("command", { command: recallCommand(id, known, isPlaying) });
    if (accepted !== true) throw new AppError("QUEUE_FULL", "expected room in the engine's queue, got none.");
    const when = isPlaying && known !== "now" ? `, from the next ${known} on` : "";
    const done = { scene: id, start: known };
    process.stdout.write(options.json === true ? `${JSON.stringify(done)}\n` : `scene ${id}${when}\n`);
    return 0;
  } finally {
    client.close();
  }
}

export async function saveVerb(id: string, options: SceneOptions): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const { settings, world } = await readMappingPlaces(settingsFile, stateFolder);
  const profiles = await loadProfiles(settings, settingsFile, null, await readFoundSynths(stateFolder));
  const client = await EngineClient.connect(stateFolder, "observer", "downbeat scene save");
  try {
    const values = await askSnapshot((type, fields) => client.request(type, fields), {
      session: world.session,
      catalog: ourCatalog(),
      profiles: profiles.ports,
    });
    const saved = await writeScene(settingsFile, id, values);
    const was = saved.replaced ? ", in place of the one before" : "";
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify(saved)}\n`
        : `scene ${id} with ${saved.values} values is in ${settingsFile}${was}\n`,
    );
    return 0;
  } finally {
    client.close();
  }
}

export async function removeVerb(id: string, options: SceneOptions): Promise<number> {
  const { settingsFile } = findPlaces(options);
  await removeScene(settingsFile, id);
  const done = { scene: id };
  process.stdout.write(options.json === true ? `${JSON.stringify(done)}\n` : `scene ${id} is gone\n`);
  return 0;
}
