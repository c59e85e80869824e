// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat profile send`: one parameter of a synth, by its name.
import { readFoundSynths } from "../app/found-synths.ts";
import { findPlaces } from "../app/places.ts";
import { loadProfiles } from "../app/profile-source.ts";
import { SynthDesk } from "../app/synth-desk.ts";
import { visibleText } from "../base/visible-text.ts";
import { EngineClient } from "../binding/engine-client.ts";
import { loadTolerant } from "../config/load-settings.ts";
import { formatProblem } from "../config/problem.ts";
import { hexText } from "./hex-text.ts";

export async function sendVerb(
  parameter: string,
  value: string,
  options: {
    readonly port?: string;
    readonly config?: string;
    readonly state?: string;
    readonly json?: boolean;
  },
): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const { settings } = await loadTolerant(settingsFile);
  const { ports, problems } = await loadProfiles(
    settings,
    settingsFile,
    null,
    await readFoundSynths(stateFolder),
  );
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  const client = await EngineClient.connect(stateFolder, "observer", "downbeat profile send");
  try {
    const desk = new SynthDesk(
      () => ports,
      (type, fields) => client.request(type, fields),
    );
    const done = await desk.setParameter({ port: options.port ?? null, parameter, value });
    if (options.json === true) process.stdout.write(`${JSON.stringify(done, null, 2)}\n`);
    else {
      const bytes = done.messages.map(hexText).join(", ");
      const when = done.sent ? "" : " (the synth is away: it gets it when it comes)";
      process.stdout.write(
        `${visibleText(`${done.port}: ${done.parameter} ${done.value}: ${bytes}${when}`)}\n`,
      );
    }
    return 0;
  } finally {
    client.close();
  }
}
