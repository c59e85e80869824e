// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat status`: what the running engine says of itself.
import { setTimeout as sleep } from "node:timers/promises";
import { type FoundSynths, readFoundSynths, whoText } from "../app/found-synths.ts";
import { findPlaces } from "../app/places.ts";
import { carriedText, waysText } from "../app/route-desk.ts";
import { readTrouble } from "../app/strike-book.ts";
import { AppError } from "../base/errors.ts";
import { EngineClient } from "../binding/engine-client.ts";
import type { EngineStatus } from "../binding/engine-status.ts";
import { type ClockOptions, clockVerb } from "./status-clock.ts";
import { ageText, bytesText, table } from "./table.ts";

const WATCH_MS = 500;

interface StatusOptions extends ClockOptions {
  clock?: boolean;
  watch?: boolean;
}

export async function statusVerb(options: StatusOptions): Promise<number> {
  if (options.clock !== true) {
    const stray = (["csv", "reset"] as const).find((name) => options[name] !== undefined);
    if (stray !== undefined) throw new AppError("WRONG_USE", `--${stray} goes with --clock`);
  } else {
    if (options.watch !== true) return clockVerb(options);
    throw new AppError("WRONG_USE", "--clock looks once: leave --watch out, or use `watch`");
  }
  const { stateFolder } = findPlaces(options);
  const client = await EngineClient.connect(stateFolder, "observer", "downbeat status");
  let isOver = false;
  process.once("SIGINT", () => {
    isOver = true;
  });
  client.events.on("closed", () => {
    isOver = true;
  });
  do {
    const status = (await client.request("status")).status as EngineStatus;
    if (options.json === true)
      process.stdout.write(`${JSON.stringify(status, null, options.watch === true ? 0 : 2)}\n`);
    else
      process.stdout.write(
        `${options.watch === true ? "\x1b[H\x1b[2J" : ""}${statusText(status, await readFoundSynths(stateFolder), await readTrouble(stateFolder))}\n`,
      );
    if (options.watch === true) await sleep(WATCH_MS);
  } while (options.watch === true && !isOver);
  client.close();
  return 0;
}

function statusText(status: EngineStatus, found: FoundSynths, trouble: string): string {
  const { engine, plan, audio, midi, link } = status;
  const transport = status.transport as {
    status: string;
    tempoBpm: number;
    songBeat: number;
    loadRatio: number;
    loadWorst: number;
    xruns: number;
    lateCallbacks: number;
    commandsWaiting: number;
    eventsWaiting: number;
  };
  const rows = [
    ...[engine.note, trouble].filter((sentence) => sentence !== "").map((sentence) => ["Trouble", sentence]),
    [
      "Playing",
      `${transport.status}, ${transport.tempoBpm.toFixed(2)} bpm, beat ${transport.songBeat.toFixed(2)}`,
    ],
    [
      "Session",
      `${plan.name || "(no name)"}, ${plan.racks} racks, ${plan.nodes} nodes, plan ${plan.hash || "built in"}, stored ${ageText(plan.ageSeconds)} ago`,
    ],
    ["Audio", `${audio.sentence}`],
    [
      "",
      `${audio.sampleRate} Hz, ${audio.blockFrames} frames, ${audio.api === "null" ? "no loudspeaker" : `${((audio.outputLatencyFrames / audio.sampleRate) * 1000).toFixed(1)} ms to the loudspeaker`} (${audio.timeSource})`,
    ],
    [
      "Load",
      `${(transport.loadRatio * 100).toFixed(1)} %, worst block ${(transport.loadWorst * 100).toFixed(0)} %, ${transport.xruns} xruns, ${transport.lateCallbacks} late callbacks`,
    ],
    ["Queues", `${transport.commandsWaiting} commands and ${transport.eventsWaiting} events waiting`],
    [
      "Link",
      link.enabled
        ? `${link.peers === 0 ? "alone" : `${link.peers} peer${link.peers === 1 ? "" : "s"}`}, quantum ${link.quantum}`
        : "off",
    ],
    ...(link.health === "shaky" || link.health === "lost"
      ? [["", `${link.health}: ${link.sentence} (\`downbeat link\`)`]]
      : []),
    [
      "Clock",
      midi.clock.count === 0
        ? "no tick sent"
        : `${midi.clock.count} ticks, lateness p50 ${midi.clock.p50Micros} us, p99 ${midi.clock.p99Micros} us, worst ${midi.clock.maxMicros} us`,
    ],
    ...(midi.clockIn === null
      ? []
      : [
          [
            "Clock in",
            `${midi.clockIn.sentence}; ${midi.clockIn.ticks} ticks, jitter ${Math.round(midi.clockIn.jitterMicros)} us, ${midi.clockIn.missing} lost, ${midi.clockIn.doubled} doubled`,
          ],
        ]),
    ...midi.ports.map((port) => {
      const who = whoText(port, found);
      return ["MIDI", `${port.id}: ${port.state}, ${port.sentence}${who === "" ? "" : `, ${who}`}`];
    }),
    ...(midi.routes ?? []).map((route) => [
      "Route",
      `${route.id} (${waysText(route)}): ${carriedText(route)}`,
    ]),
    [
      "Engine",
      `version ${engine.version}, pid ${engine.pid}, up ${ageText(engine.uptimeSeconds)}, ${bytesText(engine.residentBytes)}`,
    ],
  ];
  if (audio.recording !== null)
    rows.push([
      "Record",
      `${audio.recording.path}: ${audio.recording.frames} frames, ${audio.recording.droppedFrames} lost`,
    ]);
  return table(rows);
}
