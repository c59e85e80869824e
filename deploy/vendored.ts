// SPDX-License-Identifier: GPL-3.0-or-later
// Which folders of node_modules a box needs: what the lock file has for playing. One line each.
//   node deploy/vendored.ts amd64|arm64
import { existsSync, readFileSync } from "node:fs";

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly cpu?: readonly string[];
}

/** They build the addon; the box has it built. Node itself is no package there. */
const FOR_BUILDING = /^node_modules\/(?:nan|node-addon-api|node-api-headers|node-gyp-build|node-linux-.*)$/;
const CPU: Readonly<Record<string, string>> = { amd64: "x64", arm64: "arm64" };

const [, , arch = ""] = process.argv;
const cpu = CPU[arch];
if (cpu === undefined) throw new Error(`expected amd64 or arm64, got "${arch}"`);

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
  packages: Readonly<Record<string, LockedPackage>>;
};
for (const [folder, entry] of Object.entries(packages).sort(([one], [other]) => (one < other ? -1 : 1))) {
  if (folder === "" || entry.dev === true || entry.devOptional === true || FOR_BUILDING.test(folder))
    continue;
  if (entry.cpu !== undefined && !entry.cpu.includes(cpu)) continue;
  if (existsSync(folder)) console.log(folder);
  else if (entry.optional !== true)
    throw new Error(`${folder}: expected it to be there. Run ./deploy/play --setup-only`);
}
