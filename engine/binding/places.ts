// SPDX-License-Identifier: GPL-3.0-or-later
// Where the native parts are: beside the sources in development, in the package on the box.
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds `engine/`, `config/` and `build/`. */
export function projectFolder(): string {
  return path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
}

/** The folder of `downbeat-engine` and `downbeat.node`; `DOWNBEAT_BUILD` names another build. */
export function buildFolder(): string {
  return process.env.DOWNBEAT_BUILD ?? path.join(projectFolder(), "build", "release");
}

/** The program of the engine process. */
export function engineProgram(): string {
  return path.join(buildFolder(), "downbeat-engine");
}
