// SPDX-License-Identifier: GPL-3.0-or-later
import { EngineClient } from "../binding/engine-client.ts";
import type { EngineStatus } from "../binding/engine-status.ts";

/** What a running engine says of itself; null when none plays from that folder. */
export async function engineStatus(stateFolder: string, asker: string): Promise<EngineStatus | null> {
  try {
    const client = await EngineClient.connect(stateFolder, "observer", asker);
    const answer = await client.request("status");
    client.close();
    return answer.status as EngineStatus;
  } catch {
    return null;
  }
}
