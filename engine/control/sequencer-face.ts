// SPDX-License-Identifier: GPL-3.0-or-later
// What the control room needs of live tracks: their parameters by name, and their history.

export interface Track {
  readonly id: string;
  /** A port, or RACK:NODE. */
  readonly target: string;
  readonly parameters: Readonly<Record<string, number>>;
}

export interface SequencerState {
  readonly tracks: readonly Track[];
  /** 0: as hands left them; 1: at their ambient values. */
  readonly ambience: number;
  /** What has changed by itself, oldest first, in sentences. */
  readonly history: readonly string[];
}

export interface TrackOrder {
  readonly track: string;
  readonly parameter: string;
  /** A number as text. */
  readonly value: string;
}

export interface TrackDone {
  readonly track: string;
  readonly parameter: string;
  readonly value: number;
  /** It is heard from the next bar on. */
  readonly atBar: boolean;
}

export interface SequencerFace {
  /** @throws {AppError} `ENGINE_AWAY` */
  state(): Promise<SequencerState>;
  /** @throws {AppError} `VALUE_UNKNOWN`, `PARAMETER_UNKNOWN`, `VALUE_INVALID`, `QUEUE_FULL` or `ENGINE_AWAY` */
  setParameter(order: TrackOrder): TrackDone;
  /** One more change at once. @returns its sentence, or null when nothing may change */
  mutate(): Promise<string | null>;
  /** Takes the newest change back. @returns its sentence, or null when there is none */
  undo(): Promise<string | null>;
  /** Somebody plays: tracks are back from their ambient values. */
  touch(): void;
}
