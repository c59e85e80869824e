// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong now, for the display: each topic has its sentences until it is looked at again.

import { type Problem, shortProblem } from "../config/problem.ts";

/** The most important first. */
const TOPICS = ["settings", "session", "profiles", "panel"] as const;
export type TroubleTopic = (typeof TOPICS)[number];

export class TroubleBoard {
  readonly #sentences = new Map<TroubleTopic, readonly string[]>();

  /** In place of what was wrong there before; warnings are for the log. */
  set(topic: TroubleTopic, problems: readonly Problem[]): void {
    const errors = problems.filter(({ severity }) => severity === "error");
    this.#sentences.set(topic, errors.map(shortProblem));
  }

  get sentences(): readonly string[] {
    return TOPICS.flatMap((topic) => this.#sentences.get(topic) ?? []);
  }
}
