// SPDX-License-Identifier: GPL-3.0-or-later
// From what a person set to what the engine plays: the parts of a plan that come from settings alone.

import { gainOfDb } from "../base/units.ts";
import type { MidiPortPlan } from "../binding/plan/midi-plan.ts";
import type { PanelPlan } from "../binding/plan/panel-plan.ts";
import type { AudioPlan, LinkPlan, MasterPlan, MidiPlan, TransportPlan } from "../binding/plan/plan.ts";
import { AUTO_PROFILE, type MidiPortSettings, type Settings } from "./schema.ts";

/** The id of the port that `midi.virtualPort` makes. */
export const VIRTUAL_PORT_ID = "virtual";

/** The id of the port that is the front panel. */
export const PANEL_PORT_ID = "panel";

const MIDI_BAUD = 31_250;

export interface PlanParts {
  readonly audio: AudioPlan;
  readonly link: LinkPlan;
  readonly transport: TransportPlan;
  readonly midi: MidiPlan;
  /** Belongs into the plan's session. */
  readonly master: MasterPlan;
}

/** The board on the front, as the engine reads it. */
export interface PanelPart {
  readonly board: string;
  readonly plan: PanelPlan;
}

/** @param panel - null: there is none */
export function toPlanParts(settings: Settings, panel: PanelPart | null = null): PlanParts {
  const { audio, link, transport, midi, master } = settings;
  return {
    // YAML's null is the driver of that name.
    audio: { ...audio, device: audio.device ?? "null" },
    link: { ...link },
    transport: { ...transport },
    midi: {
      clockFrom: midi.clockFrom,
      ports: [
        ...virtualPort(midi.virtualPort),
        ...panelPort(panel),
        ...midi.ports.filter(({ id }) => panel === null || id !== PANEL_PORT_ID).map(portPlan),
      ].map((port) => (port.id === midi.clockFrom ? leaderPort(port) : port)),
    },
    master: { gain: gainOfDb(master.gainDb), ceilingDb: master.ceilingDb },
  };
}

function virtualPort(name: string | null): readonly MidiPortPlan[] {
  return name === null ? [] : [{ ...PLAIN_PORT, id: VIRTUAL_PORT_ID, kind: "virtual", name }];
}

/** Nobody there wants a clock. */
function panelPort(panel: PanelPart | null): readonly MidiPortPlan[] {
  if (panel === null) return [];
  const port = { ...PLAIN_PORT, id: PANEL_PORT_ID, kind: "panel", name: panel.board } as const;
  return [{ ...port, clock: false, startStop: false, songPosition: false, panel: panel.plan }];
}

const PLAIN_PORT = {
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
} as const;

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
