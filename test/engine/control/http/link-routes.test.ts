// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { LINK_FIELDS } from "../../../../engine/control/http/link-routes.ts";
import { startControlBench } from "../../../support/control-bench.ts";
import { linkStatus } from "../../../support/engine-state.ts";

test("GET /link/status tells how well the box is tied to the others, with every field of its schema", async () => {
  await using bench = await startControlBench();
  bench.link = {
    status: linkStatus({
      peers: 2,
      health: "shaky",
      sentence: "together with 2 peers, but",
      correctionMicros: -812.5,
      measurement: { steps: 3, lastStepMicros: 4200, lastStepAgeSeconds: 12, worstStepMicros: 4200 },
      tempo: { bpm: 126, changedBy: "others", ageSeconds: 3.5, byUs: 1, byOthers: 4 },
    }),
    wifi: [
      {
        name: "wlan0",
        isConnected: true,
        network: "Stage",
        signalDbm: -71,
        frequencyMhz: 2437,
        channel: 6,
        powerSave: true,
      },
    ],
    advice: ["wlan0: Wi-Fi power save is on"],
  };
  const response = await fetch(`${bench.url}/link/status`);
  expect(response.status).toBe(200);
  const body = (await response.json()) as Record<string, unknown>;
  expect(Object.keys(body).sort()).toEqual(Object.keys(LINK_FIELDS).sort());
  expect(body).toMatchObject({
    health: "shaky",
    peers: 2,
    correction_us: -812.5,
    worst_step_us: 4200,
    tempo_changed_by: "others",
    tempo_age_seconds: 3.5,
    alone_age_seconds: null,
    advice: ["wlan0: Wi-Fi power save is on"],
    wifi: [{ name: "wlan0", signal_dbm: -71, channel: 6, power_save: true, connected: true }],
  });
});

test("before the engine was heard, the link is not told, and the answer says when to ask again", async () => {
  await using bench = await startControlBench();
  const response = await fetch(`${bench.url}/link/status`);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("1");
  expect(await response.json()).toMatchObject({ error: { code: "ENGINE_AWAY" } });
});
