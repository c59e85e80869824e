// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat stop`: ends an engine that plays on after its Node went away.
import { findPlaces } from "../app/places.ts";
import { EngineClient } from "../binding/engine-client.ts";

export async function stopVerb(options: { state?: string }): Promise<number> {
  const client = await EngineClient.connect(findPlaces(options).stateFolder, "observer", "downbeat stop");
  const ended = new Promise<void>((resolve) => client.events.on("closed", () => resolve()));
  await client.request("quit");
  await ended;
  process.stdout.write("The engine has ended.\n");
  return 0;
}
