// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat link`: how well the box is tied to the others.
import { type LinkReport, linkReport } from "../app/link-reporter.ts";
import { findPlaces } from "../app/places.ts";
import { AppError } from "../base/errors.ts";
import { EngineClient } from "../binding/engine-client.ts";
import type { EngineStatus } from "../binding/engine-status.ts";
import { readWifi } from "../platform/wifi.ts";
import { wifiText } from "../platform/wifi-text.ts";
import { type CalibrateOptions, calibrate } from "./calibrate.ts";
import { ageText, table } from "./table.ts";

export async function linkVerb(action: string, options: CalibrateOptions): Promise<number> {
  if (action === "calibrate") return calibrate(options);
  if (action !== "status")
    throw new AppError("WRONG_USE", `link: expected status or calibrate, got "${action}"`);
  const client = await EngineClient.connect(findPlaces(options).stateFolder, "observer", "downbeat link");
  const [answer, wifi] = await Promise.all([client.request("status"), readWifi()]);
  client.close();
  const report = linkReport((answer.status as EngineStatus).link, wifi);
  if (options.json === true)
    process.stdout.write(
      `${JSON.stringify({ ...report.status, wifi: report.wifi, advice: report.advice }, null, 2)}\n`,
    );
  else process.stdout.write(`${linkText(report)}\n`);
  // Alone is fine; together and in trouble is not.
  return report.status.health === "shaky" || report.status.health === "lost" ? 1 : 0;
}

/** Columns for people. */
export function linkText({ status, wifi, advice }: LinkReport): string {
  const { measurement, tempo } = status;
  const rows = [
    ["Link", `${status.health}: ${status.sentence}`],
    [
      "Session",
      `${peersText(status.peers)}, quantum ${status.quantum}${status.startStopSync ? ", start-stop sync" : ""}`,
    ],
    ["Tempo", `${tempo.bpm.toFixed(2)} bpm, ${changedText(tempo)}`],
    ["Correction", `${(status.correctionMicros / 1000).toFixed(3)} ms to go`],
    [
      "Clocks",
      measurement.steps === 0
        ? "no step was measured"
        : `${measurement.steps} steps, the last ${(measurement.lastStepMicros / 1000).toFixed(3)} ms, ${ageText(measurement.lastStepAgeSeconds ?? 0)} ago; worst of two minutes ${(measurement.worstStepMicros / 1000).toFixed(3)} ms`,
    ],
    [
      "Since start",
      `${status.joins} joins, ${status.peersLost} peers lost, ${status.peersReturned} returned, ${status.heldOver} times held over, ${status.restarts} restarts`,
    ],
    ...wifi.map((radio) => ["Wi-Fi", wifiText(radio)]),
    ...advice.map((sentence) => ["->", sentence]),
  ];
  return table(rows);
}

function peersText(peers: number): string {
  return peers === 0 ? "no peer" : peers === 1 ? "1 peer" : `${peers} peers`;
}

function changedText(tempo: LinkReport["status"]["tempo"]): string {
  if (tempo.changedBy === "nobody" || tempo.ageSeconds === null) return "not changed since the start";
  return `changed by ${tempo.changedBy} ${ageText(tempo.ageSeconds)} ago`;
}
