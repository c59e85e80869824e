// SPDX-License-Identifier: GPL-3.0-or-later
// Routes from inputs to outputs: curves and maps are tables already. Line by line as in native/midi/router/route-plan.hpp.

export interface MidiRoutePlan {
  /** Unique. */
  readonly id: string;
  /** id of a port with an input. */
  readonly from: string;
  /** id of a port with an output. */
  readonly to: string;
  readonly carries: readonly (
    | "notes"
    | "keyPressure"
    | "controllers"
    | "programs"
    | "pressure"
    | "bend"
    | "sysex"
  )[];
  /** As it comes in: 0 to 127, velocities 1 to 127. */
  readonly lowestNote: number;
  readonly highestNote: number;
  readonly lowestVelocity: number;
  readonly highestVelocity: number;
  /** Semitones, -127 to 127. */
  readonly transpose: number;
  /** Of each of 16 channels: 0 to 15, or null for nowhere. */
  readonly channels: readonly (number | null)[];
  /** Of each of 128 controllers: 0 to 127, or null for nowhere. */
  readonly controllers: readonly (number | null)[];
  /** Of each velocity, 0 to 127: 1 to 127. The first is unused. */
  readonly velocities: readonly number[];
  /** 0 to 64. */
  readonly delayBeats: number;
  /** 1 to 8 semitones from the key to what sounds, -127 to 127. */
  readonly chord: readonly number[];
  readonly arp: ArpPlan;
}

export interface ArpPlan {
  /** off: the keys sound as they are held. */
  readonly order: "off" | "up" | "down" | "upDown" | "asPlayed" | "random";
  /** 1/16 to 16. */
  readonly stepBeats: number;
  /** 1 to 8. */
  readonly octaves: number;
  /** Part of a step, 0.05 to 1. */
  readonly gate: number;
  /** Keys that were let go stay until others are pressed. */
  readonly hold: boolean;
  /** Of random. */
  readonly seed: number;
}
