// SPDX-License-Identifier: GPL-3.0-or-later
// The plan as it is now, made of settings, session and profiles whenever one of them is another: who has it
// sent knows whether it differs, and what cannot be played is said once.

import { isDeepStrictEqual } from "node:util";
import type { Logger } from "../base/logger.ts";
import type { Plan, SessionPlan } from "../binding/plan/plan.ts";
import type { Settings } from "../config/schema.ts";
import type { Board } from "../panel/board.ts";
import type { PortProfile } from "./profile-source.ts";
import type { BuiltPlan, PlanOptions } from "./session-source.ts";

export interface PlanKeeperOptions {
  readonly log: Logger;
  readonly isNull: boolean;
  readonly build: (settings: Settings, session: SessionPlan, options: PlanOptions) => BuiltPlan;
}

export interface PlanSources {
  readonly settings: Settings;
  readonly session: SessionPlan;
  /** null while they are not read. */
  readonly profiles: readonly PortProfile[] | null;
  /** null: no panel. */
  readonly board?: Board | null;
}

/** Thread: control. */
export class PlanKeeper {
  readonly #options: PlanKeeperOptions;
  #plan: Plan | null = null;
  #said: ReadonlySet<string> = new Set();

  constructor(options: PlanKeeperOptions) {
    this.#options = options;
  }

  get plan(): Plan | null {
    return this.#plan;
  }

  /**
   * @param says - `all` warnings again, as a file that was saved asks for; or only what is `news`
   * @returns whether the plan is another than before
   */
  build({ settings, session, profiles, board = null }: PlanSources, says: "all" | "news"): boolean {
    const { isNull, log } = this.#options;
    const { plan, warnings } = this.#options.build(settings, session, { profiles, board, isNull });
    for (const warning of warnings) {
      if (says === "all" || !this.#said.has(warning)) log.warn({}, warning);
    }
    this.#said = new Set(warnings);
    const isOther = !isDeepStrictEqual(plan, this.#plan);
    this.#plan = plan;
    return isOther;
  }
}
