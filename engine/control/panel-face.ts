// SPDX-License-Identifier: GPL-3.0-or-later
// What the control room needs of the front panel: what is on it, what it has seen, and what is not there.

/** A control of the board, with what it has seen since the board was taken. */
export interface PanelControlJson {
  readonly id: string;
  readonly kind: string;
  /** Id of its device. */
  readonly device: string;
  readonly edges: number;
  /** Detents, presses or new places. */
  readonly steps: number;
  /** Of an encoder: detents up less detents down. */
  readonly position: number;
  /** Both contacts changed at once, and nobody knows which way: dirty contacts, or a bad wire. */
  readonly skipped: number;
  /** Edges that were no press, and how long after their press the latest of them came. */
  readonly bounces: number;
  readonly bounceMicros: number;
  /** Edges that the kernel had no room for: the machine was too busy. */
  readonly lost: number;
}

export interface PanelComplaintJson {
  /** Id of a device or control. */
  readonly subject: string;
  readonly sentence: string;
}

export interface PanelState {
  /** Id of the board; null: there is no panel. */
  readonly board: string | null;
  readonly name: string | null;
  /** How the board was found; empty when the settings name it. */
  readonly sentence: string;
  readonly controls: readonly PanelControlJson[];
  /** What is not there, and why. */
  readonly complaints: readonly PanelComplaintJson[];
}

export interface PanelFace {
  /** @throws {AppError} `ENGINE_AWAY` */
  panel(): Promise<PanelState>;
}
