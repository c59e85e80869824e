// SPDX-License-Identifier: GPL-3.0-or-later
// What the control room needs of the synths at the ports: parameters by name, not by number.

/** A synth at a MIDI port, as its profile describes it. */
export interface Synth {
  /** Id of the port. */
  readonly port: string;
  /** Id of the profile. */
  readonly profile: string;
  readonly name: string;
  /** 1 to 16. */
  readonly channel: number;
  readonly parameters: readonly SynthParameter[];
}

export interface SynthParameter {
  readonly id: string;
  readonly name: string;
  /** What it is on any synth, such as `filter.cutoff`; null when it is nothing usual. */
  readonly role: string | null;
  /** What it may be set to by name; none for a range. */
  readonly labels: readonly string[];
  /** As it was last set here, 0 to 1 or a label; null when it never was. */
  readonly value: number | string | null;
}

export interface ParameterOrder {
  /** Null: the one synth that has the parameter. */
  readonly port: string | null;
  /** Id or role. */
  readonly parameter: string;
  /** A label, or a number from 0 to 1 as text. */
  readonly value: string;
}

export interface ParameterDone {
  readonly port: string;
  readonly parameter: string;
  readonly value: number | string;
  /** False: the synth is not there now, and gets it when it comes. */
  readonly sent: boolean;
  /** Bytes of each message. */
  readonly messages: readonly (readonly number[])[];
}

export interface SynthFace {
  /** @throws {AppError} `ENGINE_AWAY` */
  synths(): Promise<readonly Synth[]>;
  /**
   * @throws {AppError} `SYNTH_UNKNOWN`, `SYNTH_AMBIGUOUS`, `PARAMETER_UNKNOWN`, `LABEL_UNKNOWN`, `VALUE_INVALID`,
   * `MIDI_PORT_MISSING`, `QUEUE_FULL` or `ENGINE_AWAY`
   */
  setParameter(order: ParameterOrder): Promise<ParameterDone>;
}
