// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes: called back by the engine, kept in the settings file with its comments and order.

import { atomicRewrite } from "../base/atomic-write.ts";
import { AppError } from "../base/errors.ts";
import { nameKey } from "../base/name-key.ts";
import { nearNames } from "../base/nearest-name.ts";
import type { MappingStatus } from "../binding/engine-status.ts";
import type { SessionPlan } from "../binding/plan/plan.ts";
import type { EngineCommand } from "../binding/rt-messages.ts";
import { loadTolerant } from "../config/load-settings.ts";
import { PLAN_NAME } from "../config/plan-name.ts";
import { MAX_SCENE_VALUES, MAX_SCENES } from "../config/scene-schema.ts";
import type { SceneSettings, Settings } from "../config/schema.ts";
import { withEntry } from "../config/write-entry.ts";
import type { SceneDone, SceneFace, SceneSaved, SceneStart, SceneState } from "../control/scene-face.ts";
import type { CommandResult } from "../control/transport-face.ts";
import type { NodeCatalog } from "../rack/catalog.ts";
import { writableText } from "./mapping-desk.ts";
import type { PortProfile } from "./profile-source.ts";
import { type MovedValue, type SnapshotParts, sceneSnapshot } from "./scene-snapshot.ts";
import type { EngineRequest } from "./synth-desk.ts";

export interface SceneDeskOptions {
  readonly settingsFile: string;
  readonly settings: () => Settings | null;
  readonly session: () => SessionPlan | null;
  readonly profiles: () => readonly PortProfile[];
  readonly catalog: () => NodeCatalog;
  readonly send: (command: EngineCommand) => CommandResult;
  readonly request: EngineRequest;
  readonly isPlaying: () => boolean;
}

/** Thread: control. */
export class SceneDesk implements SceneFace {
  readonly #options: SceneDeskOptions;
  #present: string | null = null;

  constructor(options: SceneDeskOptions) {
    this.#options = options;
  }

  takeStatus({ scene }: MappingStatus): void {
    this.#present = scene ?? null;
  }

  sceneState(): SceneState {
    const scenes = this.#scenes().map(({ id, start, fadeMs, tempo, values }) => {
      return { id, start, fadeMs, tempo, values: values.length };
    });
    return { scene: this.#present, scenes };
  }

  recall(id: string, start: SceneStart | null, source: "http" | "osc"): SceneDone {
    const scene = knownScene(this.#scenes(), id);
    const begins = start ?? scene.start;
    switch (this.#options.send({ ...recallCommand(id, begins, this.#options.isPlaying()), source }).type) {
      case "engineAway":
        throw new AppError("ENGINE_AWAY", "expected an engine that plays, got none. Try again in a second.");
      case "queueFull":
        throw new AppError(
          "QUEUE_FULL",
          "expected room in the engine's queue, got none. Send fewer at once.",
        );
      case "accepted":
        return { scene: id, start: begins };
    }
  }

  async save(id: string): Promise<SceneSaved> {
    const session = this.#options.session();
    if (session === null)
      throw new AppError("ENGINE_AWAY", "expected a session that plays, got none. Try again in a second.");
    const { profiles, catalog, request, settingsFile } = this.#options;
    const values = await askSnapshot(request, { session, catalog: catalog(), profiles: profiles() });
    return writeScene(settingsFile, id, values);
  }

  async remove(id: string): Promise<{ readonly scene: string }> {
    await removeScene(this.#options.settingsFile, id);
    return { scene: id };
  }

  #scenes(): readonly SceneSettings[] {
    return this.#options.settings()?.scenes ?? [];
  }
}

/** A song that stands has no next bar. */
export function recallCommand(id: string, start: SceneStart, isPlaying: boolean): EngineCommand {
  const whens = { now: "now", beat: "nextBeat", bar: "nextBar" } as const;
  return { kind: "scene", param: nameKey(id), when: isPlaying ? whens[start] : "now" };
}

/** @throws {AppError} `SCENE_UNKNOWN` */
export function knownScene(scenes: readonly SceneSettings[], id: string): SceneSettings {
  const scene = scenes.find((one) => one.id === id);
  if (scene !== undefined) return scene;
  const known = scenes.map((one) => one.id);
  const near = nearNames(id, known);
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(", ")}?`
      : known.length > 0
        ? `There are: ${known.join(", ")}.`
        : "There is none yet: `downbeat scene save NAME` keeps what hands have made.";
  throw new AppError("SCENE_UNKNOWN", `expected a scene of the settings, got "${id}". ${hint}`);
}

/** @throws {AppError} `ENGINE_AWAY` */
export async function askSnapshot(
  request: EngineRequest,
  parts: Pick<SnapshotParts, "session" | "catalog" | "profiles">,
): Promise<SceneSettings["values"]> {
  const { values: moved } = await request("moved");
  const { values: said } = await request("midiValues");
  return sceneSnapshot({
    ...parts,
    moved: moved as readonly MovedValue[],
    said: said as SnapshotParts["said"],
  });
}

/**
 * One of the same name keeps when it starts, its fade and its tempo.
 *
 * @throws {AppError} `VALUE_INVALID`, `CONFIG_INVALID` or `FILE_WRITE_FAILED`
 */
export async function writeScene(
  file: string,
  id: string,
  values: SceneSettings["values"],
): Promise<SceneSaved> {
  if (!PLAN_NAME.test(id))
    throw new AppError(
      "VALUE_INVALID",
      `expected a name of letters, digits, - and _, at most 32, a letter first, got "${id}".`,
    );
  if (values.length > MAX_SCENE_VALUES)
    throw new AppError("VALUE_INVALID", `expected at most ${MAX_SCENE_VALUES} values, got ${values.length}.`);
  const loaded = await loadTolerant(file);
  const text = writableText(loaded);
  const { scenes } = loaded.settings;
  const before = scenes.find((scene) => scene.id === id);
  if (before === undefined && scenes.length >= MAX_SCENES)
    throw new AppError("VALUE_INVALID", `expected at most ${MAX_SCENES} scenes, got one more. Remove one.`);
  const entry = {
    id,
    ...(before === undefined || before.start === "now" ? {} : { start: before.start }),
    ...(before === undefined || before.fadeMs === 0 ? {} : { fadeMs: before.fadeMs }),
    ...(before === undefined || before.tempo === null ? {} : { tempo: before.tempo }),
    values: [...values],
  };
  await atomicRewrite(
    file,
    withEntry(file, text, { list: "scenes", entry }, before === undefined ? [] : [id]),
  );
  return { scene: id, values: values.length, replaced: before !== undefined };
}

/** @throws {AppError} `SCENE_UNKNOWN`, `CONFIG_INVALID` or `FILE_WRITE_FAILED` */
export async function removeScene(file: string, id: string): Promise<void> {
  const loaded = await loadTolerant(file);
  const text = writableText(loaded);
  knownScene(loaded.settings.scenes, id);
  await atomicRewrite(file, withEntry(file, text, { list: "scenes", entry: null }, [id]));
}
