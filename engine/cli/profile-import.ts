// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat profile import`: definitions of other programs become profiles, with a report of what could
// not be used and why.
import path from "node:path";
import { findPlaces } from "../app/places.ts";
import { importInto } from "../app/profile-tools.ts";
import { visibleText } from "../base/visible-text.ts";

interface ImportOptions {
  readonly config?: string;
  readonly out?: string;
  readonly replace?: boolean;
  readonly json?: boolean;
}

export async function importVerb(from: string, options: ImportOptions): Promise<number> {
  const { settingsFile } = findPlaces(options);
  const { files, profiles, rejected, folder } = await importInto(path.resolve(from), {
    settingsFile,
    out: options.out,
    replaces: options.replace === true,
  });
  if (options.json === true) {
    const written = profiles.map(({ id, parameters, from: sources }) => ({ id, parameters, from: sources }));
    process.stdout.write(`${JSON.stringify({ files, folder, profiles: written, rejected }, null, 2)}\n`);
  } else {
    const lines = rejected.map(({ file, line, what, reason }) => {
      const place = line === 0 ? file : `${file}:${line}`;
      return `${place}: ${what === "" ? "" : `${what}: `}${reason}`;
    });
    for (const { id, parameters } of profiles)
      lines.push(`${path.join(folder, `${id}.yaml`)}: ${parameters} parameters`);
    const parameters = profiles.reduce((sum, profile) => sum + profile.parameters, 0);
    lines.push(
      `${files} files read, ${profiles.length} profiles written with ${parameters} parameters, ${rejected.length} remarks`,
    );
    process.stdout.write(`${lines.map(visibleText).join("\n")}\n`);
  }
  return profiles.length > 0 ? 0 : 1;
}
