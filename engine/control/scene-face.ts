// SPDX-License-Identifier: GPL-3.0-or-later
// What the control room needs of scenes: which there are, calling one back, and keeping what hands have made.

export interface SceneState {
  /** Called last; null before the first. */
  readonly scene: string | null;
  readonly scenes: readonly {
    readonly id: string;
    readonly start: SceneStart;
    readonly fadeMs: number;
    /** Beats per minute; null leaves it. */
    readonly tempo: number | null;
    /** So many parameters. */
    readonly values: number;
  }[];
}

export type SceneStart = "now" | "beat" | "bar";

export interface SceneDone {
  readonly scene: string;
  readonly start: SceneStart;
}

export interface SceneSaved {
  readonly scene: string;
  readonly values: number;
  /** There was one of this name, and it is another now. */
  readonly replaced: boolean;
}

export interface SceneFace {
  sceneState(): SceneState;
  /**
   * @param start - null: as the scene itself has it
   * @throws {AppError} `SCENE_UNKNOWN`, `QUEUE_FULL` or `ENGINE_AWAY`
   */
  recall(id: string, start: SceneStart | null, source: "http" | "osc"): SceneDone;
  /**
   * What hands have moved becomes a scene, in the settings file.
   *
   * @throws {AppError} `VALUE_INVALID`, `CONFIG_INVALID`, `FILE_WRITE_FAILED` or `ENGINE_AWAY`
   */
  save(id: string): Promise<SceneSaved>;
  /** @throws {AppError} `SCENE_UNKNOWN`, `CONFIG_INVALID` or `FILE_WRITE_FAILED` */
  remove(id: string): Promise<{ readonly scene: string }>;
}
