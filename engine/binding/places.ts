// SPDX-License-Identifier: GPL-3.0-or-later
// Where the native parts are: beside the sources in development, in the package on the box.
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds `engine/`, `config/` and, in the sources, `build/`. */
export function projectFolder(): string {
  return path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
}

/** False on a box that Downbeat is installed on: its package holds nothing to build. */
export function isSourceTree(): boolean {
  return existsSync(path.join(projectFolder(), "CMakeLists.txt"));
}

/** The folder of `downbeat-engine` and `downbeat.node`; `DOWNBEAT_BUILD` names another build. */
export function buildFolder(): string {
  return (
    process.env.DOWNBEAT_BUILD ??
    (isSourceTree() ? path.join(projectFolder(), "build", "release") : projectFolder())
  );
}

/** The program of the engine process. */
export function engineProgram(): string {
  return path.join(buildFolder(), "downbeat-engine");
}
