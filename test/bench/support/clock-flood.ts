// SPDX-License-Identifier: GPL-3.0-or-later
// A session whose controllers alone are more than three times what a MIDI cable carries: 10,368 a second
// at 120 bpm, on four channels.
import { writeFileSync } from "node:fs";

const RESOLUTION = 192;
const CHANNELS = 4;
/** Controllers of which only the newest value matters. */
const CONTROLLERS = [
  1, 2, 4, 5, 7, 8, 10, 11, 12, 13, 16, 17, 18, 19, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 91, 92, 93,
];
const STEPS_PER_SECOND = RESOLUTION / 2;

export const FLOOD_PER_SECOND = STEPS_PER_SECOND * CHANNELS * CONTROLLERS.length;

/** @param port - id of the MIDI port in the settings */
export function writeFloodSession(file: string, port: string): void {
  const tracks = Array.from({ length: CHANNELS }, (_, channel) => ({
    id: `flood-${channel + 1}`,
    port,
    channel: channel + 1,
    resolution: RESOLUTION,
    lengthBars: 1,
    controllers: Array.from({ length: RESOLUTION }, (_, step) =>
      CONTROLLERS.map((cc, i) => ({ step, cc, value: (step * 7 + i) % 128 })),
    ).flat(),
  }));
  writeFileSync(
    file,
    JSON.stringify({ kind: "session", version: 1, name: "Flood", bpm: 120, racks: [], midiTracks: tracks }),
  );
}
