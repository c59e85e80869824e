// SPDX-License-Identifier: GPL-3.0-or-later
// A synth on the serial port of a box that plays with others: what it is to be sent, and what it got.
import type { MidiPortPlan } from "../../engine/binding/plan/midi-plan.ts";
import type { Plan } from "../../engine/binding/plan/plan.ts";
import { TICK, type WireMessage } from "./midi-wire.ts";
import type { PtyRecorder } from "./pty-recorder.ts";

/** A plan with this synth at the end of a cable. */
export function withSynth(plan: Plan, synth: PtyRecorder): Plan {
  const port: MidiPortPlan = {
    id: "synth",
    kind: "serial",
    name: synth.path,
    input: false,
    output: true,
    clock: true,
    startStop: true,
    songPosition: true,
    offsetMs: 0,
    baud: 31_250,
    tempoMultiple: 1,
    atStop: "keepClock",
    bytesPerSecond: 0,
    runningStatus: false,
    askIdentity: false,
  };
  return { ...plan, midi: { ...plan.midi, ports: [port] } };
}

/** The ticks between the messages of this index and that. */
export function ticksBetween(wire: readonly WireMessage[], from: number, to: number): number {
  return wire.slice(from + 1, to).filter(({ status }) => status === TICK).length;
}
