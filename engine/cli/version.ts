// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync } from "node:fs";
import path from "node:path";
import { projectFolder } from "../binding/places.ts";

/** The version in package.json. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(path.join(projectFolder(), "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
