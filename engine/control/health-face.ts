// SPDX-License-Identifier: GPL-3.0-or-later
// What the control room needs to answer "are you well?".

export interface HealthReport {
  /** The engine's callback count moved lately. */
  readonly engineBeats: boolean;
  /** Node's own loop is on time and its services run. */
  readonly nodeFine: boolean;
  /** One sentence for each thing that is wrong, with what to do about it. */
  readonly problems: readonly string[];
  /** Whatever helps a reader: ages, counters, names. Keys are snake_case as they are served. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

export interface HealthFace {
  /** Never waits, never throws. */
  health(): HealthReport;
}
