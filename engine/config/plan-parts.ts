// SPDX-License-Identifier: GPL-3.0-or-later
// From what a person set to what the engine plays: the parts of a plan that come from settings alone.

import { gainOfDb } from "../base/units.ts";
import type {
  AudioPlan,
  LinkPlan,
  MasterPlan,
  MidiPlan,
  MidiPortPlan,
  TransportPlan,
} from "../binding/plan.ts";
import { AUTO_PROFILE, type MidiPortSettings, type Settings } from "./schema.ts";

/** The id of the port that `midi.virtualPort` makes. */
export const VIRTUAL_PORT_ID = "virtual";

const MIDI_BAUD = 31_250;

export interface PlanParts {
  readonly audio: AudioPlan;
  readonly link: LinkPlan;
  readonly transport: TransportPlan;
  readonly midi: MidiPlan;
  /** Belongs into the plan's session. */
  readonly master: MasterPlan;
}

export function toPlanParts(settings: Settings): PlanParts {
  const { audio, link, transport, midi, master } = settings;
  return {
    // YAML's null is the driver of that name.
    audio: { ...audio, device: audio.device ?? "null" },
    link: { ...link },
    transport: { ...transport },
    midi: {
      clockFrom: midi.clockFrom,
      ports: [...virtualPort(midi.virtualPort), ...midi.ports.map(portPlan)].map((port) =>
        port.id === midi.clockFrom ? leaderPort(port) : port,
      ),
    },
    master: { gain: gainOfDb(master.gainDb), ceilingDb: master.ceilingDb },
  };
}

function virtualPort(name: string | null): readonly MidiPortPlan[] {
  if (name === null) return [];
  return [
    {
      id: VIRTUAL_PORT_ID,
      kind: "virtual",
      name,
      input: true,
      output: true,
      clock: true,
      startStop: true,
      songPosition: true,
      offsetMs: 0,
      tempoMultiple: 1,
      atStop: "keepClock",
      baud: MIDI_BAUD,
      bytesPerSecond: 0,
      runningStatus: false,
      askIdentity: false,
    },
  ];
}

/** Who leads is not led: its own clock does not come back to it. */
function leaderPort(port: MidiPortPlan): MidiPortPlan {
  return { ...port, clock: false, startStop: false, songPosition: false };
}

/** A port that is not played to gets no clock either. Its synth is nothing of the port, but may have to be asked for. */
function portPlan({ profile, channel: _channel, ...written }: MidiPortSettings): MidiPortPlan {
  const port = { ...written, output: written.output && written.kind !== "keyboard" };
  return {
    ...port,
    askIdentity: profile === AUTO_PROFILE && port.kind !== "virtual" && port.input && port.output,
    bytesPerSecond: port.bytesPerSecond ?? 0,
    clock: port.output && port.clock,
    startStop: port.output && port.startStop,
    songPosition: port.output && port.songPosition,
  };
}
